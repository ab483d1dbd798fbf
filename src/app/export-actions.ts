import { epochsCsv, runRecordJson, weightsSafetensors } from '../runs/export.ts';
import type { Run } from '../runs/run.ts';
import type { MenuAction } from '../ui/menu.tsx';
import type { Experiment } from './experiment.ts';
import { readRunWeights } from './run-keeping.ts';

/** What can be taken away: the schedule always, the rest once something is trained. */
export function exportActions(
  { text }: Experiment,
  run: Run | null,
  report: (message: string) => void,
): readonly MenuAction[] {
  const nothing = run === null || run.epochs.length === 0 ? 'Nothing has been trained yet.' : undefined;
  const name = run === null ? 'run' : `run-${run.number}`;
  return [
    {
      id: 'yaml',
      label: 'Schedule, YAML',
      note: 'Distiller reads it too; it ignores the training block.',
      onSelect: () => download('schedule.yaml', text, 'application/yaml'),
    },
    {
      id: 'json',
      label: 'Run record, JSON',
      note: 'Text, device, metrics of each epoch, result.',
      disabledReason: nothing,
      onSelect: () => run && download(`${name}.json`, runRecordJson(run), 'application/json'),
    },
    {
      id: 'csv',
      label: 'Metrics, CSV',
      note: 'One line an epoch.',
      disabledReason: nothing,
      onSelect: () => run && download(`${name}.csv`, epochsCsv(run), 'text/csv'),
    },
    {
      id: 'weights',
      label: 'Weights, safetensors',
      note: 'As inference uses them: masked and quantized.',
      disabledReason: nothing,
      onSelect: () => void downloadWeights(name, run, report),
    },
  ];
}

async function downloadWeights(name: string, run: Run | null, report: (message: string) => void): Promise<void> {
  if (run === null) return;
  const answer = await readRunWeights(run.id);
  if (!answer.ok) {
    report(answer.message);
    return;
  }
  const notes = { model: run.model, dataset: run.dataset };
  download(`${name}.safetensors`, weightsSafetensors(answer.parameters, notes), 'application/octet-stream');
}

/** Hands the reader a file. */
export function download(name: string, content: string | Uint8Array<ArrayBuffer>, type: string): void {
  const url = URL.createObjectURL(new Blob([content], { type }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // The browser has its own hold on the data once the click is handled.
  setTimeout(() => URL.revokeObjectURL(url), 0);
}
