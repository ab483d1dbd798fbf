// @vitest-environment happy-dom
import { afterEach, describe, expect, it, vi } from 'vitest';
import { fixtureFinishedRun } from '../../runs/run-fixture.ts';
import { byRole, click, render, type Rendered, settle } from '../../ui/render-for-tests.tsx';
import { runRows } from './run-rows.ts';
import { RunsPanel, type RunsPanelProps } from './runs-panel.tsx';

let rendered: Rendered | null = null;

afterEach(async () => {
  await rendered?.unmount();
  rendered = null;
});

async function show(change: Partial<RunsPanelProps> = {}): Promise<RunsPanelProps> {
  const taught = { ...fixtureFinishedRun('b', 2), taughtBy: { runId: 'a', number: 1 } };
  const runs = [fixtureFinishedRun('a', 1), taught];
  const cursor = { epoch: null, onChange: vi.fn(), isPinned: false, onPinnedChange: vi.fn() };
  const props: RunsPanelProps = {
    rows: runRows(runs, { nameOf: () => null, baseline: runs[0] ?? null }),
    tab: 'table',
    onTab: vi.fn(),
    overlaid: new Set(['a']),
    overlay: { runs, nameOf: () => '', cursor },
    diff: { texts: [], before: null, after: null },
    series: null,
    menu: [],
    onBaseline: vi.fn(),
    onOverlay: vi.fn(),
    shown: null,
    onShow: vi.fn(),
    onOpenText: vi.fn(),
    onDelete: vi.fn(),
    onLabel: vi.fn(),
    teaching: null,
    keepingProblem: null,
    keepingNotice: null,
    onDismissNotice: vi.fn(),
    ...change,
  };
  rendered = await render(<RunsPanel {...props} />);
  return props;
}

function radio(name: string): HTMLInputElement {
  return document.querySelector<HTMLInputElement>(`input[aria-label="${name}"]`) ?? expect.fail(`no radio ${name}`);
}

describe('the Runs panel', () => {
  it('says who taught a run, and offers no teachers where none is asked for', async () => {
    await show();
    expect(document.body.textContent).toContain('taught by run 1');
    expect(document.querySelector('input[type=radio]')).toBeNull();
  });

  it('marks the run that teaches and lets another be chosen', async () => {
    const onChoose = vi.fn();
    const { onShow } = await show({ teaching: { teacherId: 'b', problemOf: () => null, onChoose } });
    expect(document.body.textContent).toContain('run 2 teaches');
    expect([radio('Run 1 teaches').checked, radio('Run 2 teaches').checked]).toEqual([false, true]);
    await click(radio('Run 1 teaches'));
    expect(onChoose).toHaveBeenCalledExactlyOnceWith('a');
    expect(onShow).not.toHaveBeenCalled();
  });

  it('lets no run be chosen that cannot teach, and says why', async () => {
    const onChoose = vi.fn();
    await show({ teaching: { teacherId: null, problemOf: () => 'Its weights are gone.', onChoose } });
    expect(radio('Run 1 teaches').getAttribute('aria-description')).toBe('Its weights are gone.');
    await click(radio('Run 1 teaches'));
    expect(onChoose).not.toHaveBeenCalled();
    expect(document.body.textContent).toContain('no run can teach');
  });

  it('takes down what the reader says about a run', async () => {
    const { onLabel } = await show();
    await click(byRole('button', 'Name, colour, tags and note of run 1'));
    await click(document.querySelector<HTMLElement>('fieldset label:nth-of-type(5) input') ?? expect.fail('no colour'));
    await settle(() => document.querySelector('form')?.requestSubmit());
    expect(onLabel).toHaveBeenCalledExactlyOnceWith('a', { name: '', color: 'pink', tags: [], note: '' });
    expect(document.querySelector('form')).toBeNull();
  });

  it('says what became of kept weights until it is closed', async () => {
    const { onDismissNotice } = await show({ keepingNotice: 'The weights of run 1 made room for newer ones.' });
    expect(document.body.textContent).toContain('made room');
    await click(byRole('button', 'Close'));
    expect(onDismissNotice).toHaveBeenCalledOnce();
  });

  it('sorts by a column, and turns the order at the second press', async () => {
    await show();
    const numbers = () => [...document.querySelectorAll('tbody tr td:first-child')].map((cell) => cell.textContent);
    expect(numbers()).toEqual(['2', '1']);
    await click(byRole('button', 'run'));
    expect(numbers()).toEqual(['1', '2']);
    expect(document.querySelector('th[aria-sort]')?.getAttribute('aria-sort')).toBe('ascending');
  });

  it('says what changed against the baseline, and lets another run be it', async () => {
    const { onBaseline, onShow } = await show();
    expect(document.body.textContent).toContain('same schedule');
    expect(byRole('button', 'Compare the others with run 1').getAttribute('aria-pressed')).toBe('true');
    await click(byRole('button', 'Compare the others with run 2'));
    expect(onBaseline).toHaveBeenCalledExactlyOnceWith('b');
    expect(onShow).not.toHaveBeenCalled();
  });

  it('takes runs into the overlaid charts and out of them', async () => {
    const { onOverlay } = await show();
    const box = document.querySelector<HTMLInputElement>('input[aria-label="Overlay run 1"]');
    expect(box?.checked).toBe(true);
    await settle(() => box?.click());
    expect(onOverlay).toHaveBeenCalledExactlyOnceWith('a');
  });
});
