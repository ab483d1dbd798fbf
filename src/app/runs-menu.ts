import type { NamedTensor } from '../protocol/training-event.ts';
import { isOver } from '../runs/reduce-run.ts';
import { runningSeries } from '../runs/run-queue.ts';
import type { MenuAction } from '../ui/menu.tsx';
import { saveFile } from '../ui/save-file.ts';
import { setCompareNotice, showRunsTab } from './compare-store.ts';
import { trainingBlock } from './experiment.ts';
import { addImportedRuns, keepRuns, readRunWeights, useKeeping } from './run-keeping.ts';
import { runQueue, startSeeds } from './series-queue.ts';
import { trainingClient } from './services.ts';
import type { WorkbenchView } from './workbench-view.ts';

/** What can be done with all runs at once, or with the schedule again. */
export function runsMenu({ experiment, runs }: WorkbenchView): readonly (MenuAction | 'separator')[] {
  const isBusy = runningSeries(runQueue.store.getState()) !== undefined;
  const blocked = isBusy ? 'Another series is running.' : trainingBlock(experiment);
  const seeds = (count: number): MenuAction => ({
    id: `seeds-${count}`,
    label: `×${count} seeds`,
    note: 'Trains the schedule with other random numbers: mean and band.',
    disabledReason: blocked,
    onSelect: () => {
      startSeeds(experiment.text, count);
      showRunsTab('series');
    },
  });
  const nothing = Object.values(runs).some(isOver) ? undefined : 'There are no runs yet.';
  return [
    seeds(3),
    seeds(5),
    'separator',
    {
      id: 'export',
      label: 'Export all runs',
      note: 'One file: texts, curves, results, series.',
      disabledReason: nothing,
      onSelect: () => void exportAll(false),
    },
    {
      id: 'export-weights',
      label: 'Export all runs with weights',
      note: 'The same, with every weight that is kept.',
      disabledReason: nothing,
      onSelect: () => void exportAll(true),
    },
    {
      id: 'import',
      label: 'Import runs…',
      note: 'A file that one of these made, here or elsewhere.',
      onSelect: chooseFile,
    },
  ];
}

async function exportAll(withWeights: boolean): Promise<void> {
  const { allRunsFile } = await import('../runs/all-runs-file.ts');
  const runs = Object.values(trainingClient.store.getState().runs).filter(isOver);
  const weights = new Map<string, readonly NamedTensor[]>();
  const kept = useKeeping.getState().keptWeights;
  for (const { id } of withWeights ? runs.filter((run) => kept.has(run.id)) : []) {
    const answer = await readRunWeights(id);
    if (answer.ok) weights.set(id, answer.parameters);
  }
  const content = allRunsFile({ runs, weights, series: runQueue.store.getState().series });
  saveFile({ name: 'distiller-playground-runs.zip', type: 'application/zip', content });
  if (withWeights && weights.size < runs.length) {
    const fact = `${runs.length} runs are exported, ${weights.size} of them with weights.`;
    setCompareNotice({ fact, details: ['The weights of the others are not kept any more.'], isProblem: false });
  }
}

function chooseFile(): void {
  const input = document.createElement('input');
  input.type = 'file';
  input.accept = '.zip,application/zip';
  input.addEventListener('change', () => {
    const [file] = input.files ?? [];
    if (file) void importFile(file);
  });
  input.click();
}

async function importFile(file: File): Promise<void> {
  const { fileLimits, readAllRunsFile, renumbered } = await import('../runs/all-runs-file.ts');
  if (file.size > fileLimits.fileBytes) {
    const fact = `The file is larger than the ${fileLimits.fileBytes / 1e6} MB that are read.`;
    setCompareNotice({ fact, details: ['Export fewer runs, or leave weights out.'], isProblem: true });
    return;
  }
  await keepRuns();
  const { runs: own } = trainingClient.store.getState();
  const read = readAllRunsFile(new Uint8Array(await file.arrayBuffer()), new Set(Object.keys(own)));
  if (!read.ok) {
    setCompareNotice({ fact: 'Nothing was imported.', details: [read.message.replaceAll('*', '')], isProblem: true });
    return;
  }
  const { runs, series, weights, skipped } = read.value;
  await addImportedRuns(renumbered(runs, Object.values(own)), weights);
  runQueue.add(series);
  const fact = `${runs.length} ${runs.length === 1 ? 'run was' : 'runs were'} imported, ${weights.size} with weights.`;
  setCompareNotice({ fact, details: listed(skipped), isProblem: skipped.length > 0 });
}

/** What was skipped, the first of it in words. */
function listed(skipped: readonly string[]): readonly string[] {
  const shown = skipped.slice(0, 5);
  const rest = skipped.length - shown.length;
  return skipped.length === 0 ? [] : ['Skipped:', ...shown, ...(rest > 0 ? [`And ${rest} more.`] : [])];
}
