// @vitest-environment happy-dom
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createRun } from '../../runs/reduce-run.ts';
import { byRole, click, render, type Rendered, settle } from '../../ui/render-for-tests.tsx';
import { LinkFacts, type LinkFactsProps } from './link-facts.tsx';
import { LockPanel } from './lock-panel.tsx';
import { PredictionDialog } from './prediction-dialog.tsx';
import { draftOptions, emptyDraft } from './share-draft.ts';

let rendered: Rendered | undefined;
afterEach(async () => {
  await rendered?.unmount();
});

const text = 'version: 1\ntraining:\n  epochs: 2\n  seed: 1 # the first\n';

function write(field: HTMLInputElement, value: string): Promise<void> {
  // React listens to the setter of the prototype.
  const property = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value');
  return settle(() => {
    property?.set?.call(field, value);
    field.dispatchEvent(new Event('input', { bubbles: true }));
  });
}

function only(selector: string): HTMLInputElement {
  const found = document.querySelectorAll<HTMLInputElement>(selector);
  const [first] = found;
  if (first === undefined || found.length > 1) throw new Error(`${found.length} elements are ${selector}`);
  return first;
}

describe('a locked schedule', () => {
  it('lets the unlocked numbers change, and nothing else of the text', async () => {
    const onChange = vi.fn();
    rendered = await render(
      <LockPanel text={text} lock={['training.seed', 'training.gone']} onChange={onChange} onOwnCopy={vi.fn()} />,
    );
    expect(document.body.textContent).toContain('There is no number at training.gone.');
    await write(only('input'), 'x');
    expect(onChange).not.toHaveBeenCalled();
    expect(only('input').getAttribute('aria-invalid')).toBe('true');
    await write(only('input'), '7');
    expect(onChange).toHaveBeenCalledExactlyOnceWith(text.replace('seed: 1', 'seed: 7'));
  });

  it('has no fields where all is locked, and always a way out', async () => {
    const onOwnCopy = vi.fn();
    rendered = await render(<LockPanel text={text} lock="all" onChange={vi.fn()} onOwnCopy={onOwnCopy} />);
    expect(document.querySelector('input')).toBeNull();
    await click(byRole('button', 'Make my own copy'));
    expect(onOwnCopy).toHaveBeenCalledOnce();
  });
});

describe('the question before training', () => {
  const submit = (): Promise<void> =>
    settle(() => {
      const form = document.querySelector('form input')?.closest('form');
      form?.dispatchEvent(new Event('submit', { bubbles: true, cancelable: true }));
    });

  it('trains once everything asked for is said, with one press', async () => {
    const onAnswer = vi.fn();
    rendered = await render(<PredictionDialog asked={['accuracy', 'sparsity']} onAnswer={onAnswer} />);
    const [accuracy, sparsity] = document.querySelectorAll<HTMLInputElement>('input[type="number"]');
    if (!accuracy || !sparsity) throw new Error('Two numbers are asked.');
    await write(accuracy, '95');
    await submit();
    await write(sparsity, '190');
    await submit();
    expect(byRole('button', 'Predict and train').getAttribute('aria-disabled')).toBe('true');
    expect(onAnswer).not.toHaveBeenCalled();
    await write(sparsity, '90');
    await submit();
    expect(onAnswer).toHaveBeenCalledExactlyOnceWith({ accuracy: 0.95, sparsity: 0.9 });
  });

  it('can be passed by, and taken back', async () => {
    const onAnswer = vi.fn();
    rendered = await render(<PredictionDialog asked={['accuracy']} onAnswer={onAnswer} />);
    await click(byRole('button', 'Train without predicting'));
    await click(byRole('button', 'Cancel'));
    expect(onAnswer.mock.calls).toEqual([[{}], [null]]);
  });
});

describe('what the page says about a link', () => {
  const facts: LinkFactsProps = {
    ...{ notes: [], hidden: [], onShowHidden: vi.fn(), claim: undefined, text, run: null, prediction: undefined },
    ...{ asksPrediction: false, keptTexts: [], onBringBack: vi.fn(), onClose: vi.fn() },
  };
  const claim = { accuracy: 0.97, sparsity: 0.9, seed: 1, backend: 'webgpu', tolerance: 0.001 } as const;

  it('calls a result the author’s claim until it is checked', async () => {
    rendered = await render(<LinkFacts {...facts} claim={claim} hidden={['promise']} notes={['A note.']} />);
    const said = rendered.root.textContent;
    expect(said).toContain('The author claims 97.0 % accuracy and 90.0 % sparsity. Train to check it.');
    expect(said).toContain('Hidden by its author: promised curves.');
    expect(said).toContain('A note.');
  });

  it('says how result, claim and prediction compare', async () => {
    const run = createRun({ id: 'a', number: 1, config: { version: 1, text }, startedAt: 0 });
    const result = { top1: 0.964, sparsity: 0.9, loss: 0.1, testSize: 100, prunedSparsity: null, durationMs: 1 };
    rendered = await render(
      <LinkFacts
        {...facts}
        claim={claim}
        run={{ ...run, status: 'finished', seed: 1, result }}
        prediction={{ accuracy: 0.95 }}
      />,
    );
    const said = rendered.root.textContent;
    expect(said).toContain('You predicted 95 %, it came to 96.4 %: 1.4 points more.');
    expect(said).toContain('Author: 97.0 % accuracy, here: 96.4 %; differs by 0.6 points.');
    expect(said).toContain('Another graphics processor rounds sums differently');
  });

  it('gives back the one text that a link replaced', async () => {
    const onBringBack = vi.fn();
    rendered = await render(
      <LinkFacts {...facts} keptTexts={[{ text: 'mine', label: 'Mine', note: '' }]} onBringBack={onBringBack} />,
    );
    await click(byRole('button', 'Bring back my schedule'));
    expect(onBringBack).toHaveBeenCalledExactlyOnceWith('mine');
  });
});

describe('what a draft comes to', () => {
  const claim = { accuracy: 0.97, sparsity: 0.9, seed: 1, backend: 'webgpu', tolerance: 0 } as const;

  it('is nothing where nothing is ticked', () => {
    expect(draftOptions(emptyDraft, { view: { tab: 'watch' }, claim })).toEqual({});
  });

  it('is everything that is ticked', () => {
    const draft = { ...emptyDraft, view: true, claim: true, tolerance: 1, hide: ['notes'], lock: 'some' } as const;
    expect(
      draftOptions({ ...draft, unlocked: ['training.seed'], predict: ['accuracy'] }, { view: { tab: 'watch' }, claim }),
    ).toEqual({
      view: { tab: 'watch' },
      claim: { ...claim, tolerance: 0.01 },
      teaching: { hide: ['notes'], lock: ['training.seed'], predict: ['accuracy'] },
    });
  });

  it('locks everything where no value is left open, and holds no result where there is none', () => {
    const draft = { ...emptyDraft, claim: true, lock: 'some' } as const;
    expect(draftOptions(draft, { view: {}, claim: null })).toEqual({ teaching: { lock: 'all' } });
  });
});
