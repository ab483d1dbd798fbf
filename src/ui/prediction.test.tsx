// @vitest-environment happy-dom
import { afterEach, describe, expect, it, vi } from 'vitest';
import { gapText, Prediction, type PredictionAsk, PredictionGap } from './prediction.tsx';
import { byRole, render, settle } from './render-for-tests.tsx';

const percent = { kind: 'number', min: 0, max: 100, step: 0.5, unit: '%' } as const;
const which: PredictionAsk = {
  kind: 'choice',
  options: [
    { value: 'gradual', label: 'The gradual road' },
    { value: 'one-shot', label: 'The single cut' },
  ],
};

afterEach(() => document.body.replaceChildren());

function field(selector: string): HTMLInputElement {
  return document.querySelector<HTMLInputElement>(selector)!;
}

async function type(text: string): Promise<void> {
  await settle(() => {
    const input = field('input[type="number"]');
    // React listens to the setter of the prototype.
    Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value')!.set!.call(input, text);
    input.dispatchEvent(new Event('input', { bubbles: true }));
  });
}

const submit = () => settle(() => byRole('button', 'Predict').click());

describe('Prediction', () => {
  it('asks without giving a number away, and refuses an empty answer', async () => {
    const onPredict = vi.fn();
    await render(<Prediction question="How much?" ask={percent} value={null} onPredict={onPredict} />);
    expect(field('input[type="number"]').value).toBe('');
    expect(byRole('button', 'Predict').getAttribute('aria-disabled')).toBe('true');
    await submit();
    expect(onPredict).not.toHaveBeenCalled();
  });

  it('fixes the number that was typed', async () => {
    const onPredict = vi.fn();
    await render(<Prediction question="How much?" ask={percent} value={null} onPredict={onPredict} />);
    await type('93.5');
    await settle(() => field('form').dispatchEvent(new Event('submit', { bubbles: true, cancelable: true })));
    expect(onPredict).toHaveBeenCalledWith(93.5);
  });

  it('says what is wrong with a number outside of its range', async () => {
    await render(<Prediction question="How much?" ask={percent} value={null} onPredict={vi.fn()} />);
    await type('130');
    expect(document.body.textContent).toContain('130 is outside of 0 to 100 %.');
    expect(byRole('button', 'Predict').getAttribute('aria-disabled')).toBe('true');
  });

  it('fixes one of several answers', async () => {
    const onPredict = vi.fn();
    await render(<Prediction question="Which?" ask={which} value={null} onPredict={onPredict} />);
    await settle(() => document.querySelectorAll<HTMLInputElement>('input[type="radio"]')[1]!.click());
    await settle(() => field('form').dispatchEvent(new Event('submit', { bubbles: true, cancelable: true })));
    expect(onPredict).toHaveBeenCalledWith('one-shot');
  });

  it('keeps what was said, and can take it back', async () => {
    const onRevise = vi.fn();
    const said = { question: 'Which?', ask: which, value: 'gradual', onPredict: vi.fn() };
    const { rerender } = await render(<Prediction {...said} onRevise={onRevise} />);
    expect(document.body.textContent).toContain('You predict The gradual road.');
    await settle(() => byRole('button', 'Change it').click());
    expect(onRevise).toHaveBeenCalled();
    await rerender(<Prediction {...said} />);
    expect(document.querySelector('button')).toBeNull();
  });
});

describe('gapText', () => {
  it('gives the distance and its direction', () => {
    expect(gapText({ ask: percent, predicted: 93, measured: 97.14 })).toBe(
      'You predicted 93 %, it came to 97.1 %: 4.1 points more.',
    );
    expect(gapText({ ask: percent, predicted: 99, measured: 98 })).toContain('1.0 points less.');
    expect(gapText({ ask: percent, predicted: 98, measured: 98.04 })).toContain(': exactly that.');
  });

  it('adds where others ended', () => {
    const others = { words: 'the playground’s own 2 runs', range: [96.8, 97.2] as const };
    expect(gapText({ ask: percent, predicted: 93, measured: 97, others })).toMatch(
      / The playground’s own 2 runs: 96\.8 to 97\.2 %\.$/,
    );
    expect(
      gapText({ ask: percent, predicted: 93, measured: 97, others: { ...others, range: [97.16, 97.24] } }),
    ).toMatch(/ runs: 97\.2 %\.$/);
    expect(gapText({ ask: percent, predicted: 93, measured: 97, others: { ...others, range: [97, 97] } })).toMatch(
      /: 97\.0 %\.$/,
    );
  });
});

describe('PredictionGap', () => {
  it('is a figure whose caption is the sentence', async () => {
    await render(<PredictionGap label="Accuracy" ask={percent} predicted={93} measured={97.1} />);
    expect(document.querySelector('figure')!.getAttribute('aria-label')).toBe('Accuracy: prediction and measurement');
    expect(document.querySelector('figcaption')!.textContent).toContain('4.1 points more');
  });
});
