// @vitest-environment happy-dom
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { AnalysisRequest } from '../../protocol/analysis.ts';
import { type Analyses, type Analysis, startAnalysis } from '../../runs/analyses.ts';
import { createRun } from '../../runs/reduce-run.ts';
import { click, type Rendered, render } from '../../ui/render-for-tests.tsx';
import { AnalysesPanel } from './analyses-panel.tsx';

let rendered: Rendered | null = null;
afterEach(async () => {
  await rendered?.unmount();
  rendered = null;
});

const run = createRun({ id: 'a', number: 1, config: { version: 1, text: '' }, startedAt: 0 });

async function show(props: { readonly blocked?: string; readonly analyses?: Analyses }) {
  const onRun = vi.fn<(request: AnalysisRequest) => void>();
  const onCancel = vi.fn<() => void>();
  rendered = await render(
    <AnalysesPanel
      run={run}
      analyses={props.analyses ?? {}}
      blocked={props.blocked}
      onRun={onRun}
      onCancel={onCancel}
      parameters={[]}
      writtenParameters={[]}
      schedule={{ text: '', onWrite: () => undefined }}
      declaredQuantizer={null}
      onDownload={() => undefined}
      tab="sensitivity"
      onTab={() => undefined}
    />,
  );
  return { root: rendered.root, onRun, onCancel };
}

/** The panel of one tab; all are mounted, one is shown. */
function panelOf(root: HTMLElement, name: string): HTMLElement {
  const tab = [...root.querySelectorAll('[role="tab"]')].find((one) => one.textContent === name);
  const panel = document.getElementById(tab?.getAttribute('aria-controls') ?? '');
  return panel ?? expect.fail(`no panel ${name}`);
}

function button(panel: HTMLElement, name: string): HTMLElement {
  const found = [...panel.querySelectorAll('button')].find((one) => one.textContent === name);
  return found ?? expect.fail(`no button ${name}`);
}

const asked = (request: AnalysisRequest, change: Partial<Analysis>): Analyses => ({
  [request.kind]: { ...startAnalysis('x', run, request), ...change },
});

describe('the panel of analyses', () => {
  it('asks with the settings when Run is pressed', async () => {
    const { root, onRun } = await show({});
    await click(button(panelOf(root, 'Sensitivity'), 'Run'));
    await click(button(panelOf(root, 'Summary'), 'Run'));
    expect(onRun.mock.calls.map(([request]) => request)).toMatchObject([
      { kind: 'sensitivity', group: 'element', samples: 1000 },
      { kind: 'summary' },
    ]);
  });

  it('says why nothing can be asked, and then asks nothing', async () => {
    const { root, onRun } = await show({ blocked: 'Train the model first.' });
    const panel = panelOf(root, 'Thinning');
    expect(panel.textContent).toContain('Train the model first.');
    await click(button(panel, 'Run'));
    expect(onRun).not.toHaveBeenCalled();
  });

  it('shows progress with a way to cancel', async () => {
    const { root, onCancel } = await show({ analyses: asked({ kind: 'summary' }, { done: 2, total: 5 }) });
    const panel = panelOf(root, 'Summary');
    expect(panel.querySelector('[role="progressbar"]')?.getAttribute('aria-valuenow')).toBe('2');
    expect(panel.textContent).toContain('2 of 5');
    await click(button(panel, 'Cancel'));
    expect(onCancel).toHaveBeenCalledOnce();
  });

  it('says what went wrong and offers to run again', async () => {
    const outcome = { ok: false, cancelled: false, message: 'The device was lost. Train again.' } as const;
    const { root, onRun } = await show({ analyses: asked({ kind: 'summary' }, { outcome }) });
    const panel = panelOf(root, 'Summary');
    expect(panel.querySelector('[role="alert"]')?.textContent).toContain('The device was lost. Train again.');
    await click(button(panel, 'Run again'));
    expect(onRun).toHaveBeenCalledWith({ kind: 'summary' });
  });

  it('shows no result of another run', async () => {
    const outcome = { ok: true, result: { kind: 'activations', rows: [] } } as const;
    const request = { kind: 'activations', samples: 10 } as const;
    const own = await show({ analyses: asked(request, { outcome }) });
    expect(panelOf(own.root, 'Activations').querySelector('table')).not.toBeNull();
    await rendered?.unmount();
    const { root } = await show({ analyses: asked(request, { outcome, runId: 'b' }) });
    expect(panelOf(root, 'Activations').querySelector('table')).toBeNull();
  });
});
