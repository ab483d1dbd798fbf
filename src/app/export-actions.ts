import type { RecordFormat, TakeAwayFile, WeightFormat } from '../runs/export/take-away.ts';
import type { Run } from '../runs/run.ts';
import { currentRun } from '../runs/training-client.ts';
import type { MenuAction, MenuHeading } from '../ui/menu.tsx';
import { saveFile } from '../ui/save-file.ts';
import { trainingClient } from './services.ts';
import { recipeOf } from './recipes.ts';
import { readRunWeights } from './run-keeping.ts';

interface ExportChoice<Format> {
  readonly format: Format;
  readonly label: string;
  readonly note: string;
}

const recordChoices: readonly ExportChoice<RecordFormat>[] = [
  {
    format: 'distiller',
    label: 'Schedule for Distiller, YAML',
    note: 'What only the playground knows becomes comments.',
  },
  { format: 'json', label: 'Run record, JSON', note: 'Text, device, metrics of each epoch, result.' },
  { format: 'csv', label: 'Metrics, CSV', note: 'One line an epoch.' },
  { format: 'events', label: 'Curves, TensorBoard', note: 'Scalars of each epoch, histograms of the last.' },
];

const weightChoices: readonly ExportChoice<WeightFormat>[] = [
  { format: 'safetensors', label: 'Weights, safetensors', note: 'As inference uses them: masked and quantized.' },
  { format: 'npz', label: 'Weights, npz', note: 'The same for numpy.' },
  { format: 'packed', label: 'Packed model', note: 'Bits packed, zeros left out: the real compressed size.' },
  { format: 'tfjs', label: 'Model, TensorFlow.js', note: 'A layers model and its weights, in a zip.' },
];

/** What can be taken away: the schedule always, the rest of the run that is shown, once an epoch of it is trained. */
export function exportActions(
  text: string,
  isTrained: boolean,
  report: (message: string) => void,
): readonly (MenuAction | MenuHeading | 'separator')[] {
  // Why is said once, above: each file goes on saying what it would be.
  const reasonOf = ({ note }: { readonly note: string }): string | undefined => (isTrained ? undefined : note);
  const withRun = (save: (run: Run) => Promise<void>): void => {
    const run = currentRun(trainingClient.store.getState());
    if (run) void save(run);
  };
  const record = ({ format, ...words }: ExportChoice<RecordFormat>): MenuAction => ({
    ...words,
    id: format,
    disabledReason: reasonOf(words),
    onSelect: () => withRun((run) => saveRecord(run, format)),
  });
  const weights = ({ format, ...words }: ExportChoice<WeightFormat>): MenuAction => ({
    ...words,
    id: format,
    disabledReason: reasonOf(words),
    onSelect: () => withRun((run) => saveWeights(run, format, report)),
  });
  return [
    ...(isTrained ? [] : [{ heading: 'Before training only the schedule can be saved.' }]),
    weights({ format: 'all', label: 'Everything, zip', note: 'All files below, with a README that explains them.' }),
    'separator',
    {
      id: 'yaml',
      label: 'Schedule, YAML',
      note: 'The text in the editor, as it is.',
      onSelect: () => saveFile({ name: 'schedule.yaml', type: 'application/yaml', content: text }),
    },
    ...recordChoices.map(record),
    'separator',
    ...weightChoices.map(weights),
  ];
}

/** What files of a run are called, without their endings. */
async function fileNameOf(run: Run): Promise<string> {
  const { runFileName } = await import('../runs/export/take-away.ts');
  return runFileName(run, run.label.name || (recipeOf(run.config.text)?.title ?? null));
}

async function saveRecord(run: Run, format: RecordFormat): Promise<void> {
  const { recordFile } = await import('../runs/export/take-away.ts');
  saveFile(recordFile(run, format, await fileNameOf(run)));
}

async function saveWeights(run: Run, format: WeightFormat, report: (message: string) => void): Promise<void> {
  const answer = await readRunWeights(run.id);
  if (!answer.ok) {
    report(answer.message);
    return;
  }
  const { weightsFile } = await import('../runs/export/take-away.ts');
  const file: TakeAwayFile | null = weightsFile(run, answer.parameters, format, await fileNameOf(run));
  if (file === null) report('The schedule of this run builds another model now, so there is none to save.');
  else saveFile(file);
}
