import { type LinkView, linkLimits } from '../runs/share/shared-experiment.ts';
import { chartsAsTables, showChartsAsTables } from '../ui/chart-forms.ts';
import { lessons } from '../zoo/lessons.ts';
import { useCompare } from './compare-store.ts';
import { readExperiment } from './experiment.ts';
import { openLearn, useLearn } from './learn-store.ts';
import { type Detail, type Tab, useWorkbench } from './workbench-store.ts';

const tabs: readonly Tab[] = ['write', 'watch', 'layers', 'runs'];
const details: readonly Detail[] = ['inspect', 'analyses', 'cost'];
const runsTabs = ['table', 'overlay', 'pareto', 'diff', 'series'] as const;
const charts = ['Accuracy', 'Sparsity', 'Loss', 'Bit-widths', 'Learning rate', 'Size'];

/** What the page looks like now, as a link says it; what every page begins with is left out. */
export function currentView(): LinkView {
  const { tab, detail, selectedParameter, cursorEpoch, isPinned } = useWorkbench.getState();
  const runsTab = useCompare.getState().tab;
  const tables = charts.filter((name) => chartsAsTables().has(name));
  const { isOpen, lesson } = useLearn.getState();
  return {
    ...(tab !== 'write' && { tab }),
    ...(detail !== 'inspect' && { detail }),
    ...(runsTab !== 'table' && { runsTab }),
    ...(selectedParameter !== null && { layer: selectedParameter }),
    ...(isPinned && cursorEpoch !== null && { epoch: Math.round(cursorEpoch) }),
    ...(tables.length > 0 && { tables }),
    ...(isOpen && lesson !== null && { lesson }),
  };
}

/** Shows the page as a link asks. Returns what could not be followed, as sentences. */
export function applyView(view: LinkView, text: string): readonly string[] {
  const notes: string[] = [];
  const known = <T extends string>(what: string, name: string | undefined, all: readonly T[]): T | undefined => {
    const found = all.find((one) => one === name);
    if (name !== undefined && found === undefined) notes.push(`The link opens ${what} “${name}”, which is not here.`);
    return found;
  };
  const { schedule, parameters } = readExperiment(text);
  const tick = tickOf(view, schedule?.training.epochs);
  if (tick !== view.epoch) notes.push(`The link points at epoch ${view.epoch}; the run ends at ${tick}.`);
  useWorkbench.setState(
    defined({
      tab: known('the part', view.tab, tabs),
      detail: known('the view', view.detail, details),
      selectedParameter: known(
        'the parameter',
        view.layer,
        parameters.map(({ name }) => name),
      ),
      cursorEpoch: tick,
      isPinned: tick === undefined ? undefined : true,
    }),
  );
  useCompare.setState(defined({ tab: known('the view', view.runsTab, runsTabs) }));
  showChartsAsTables((view.tables ?? []).flatMap((name) => known('the chart', name, charts) ?? []));
  const lesson = known(
    'the lesson',
    view.lesson,
    lessons.map(({ id }) => id),
  );
  if (lesson) openLearn(lesson);
  return notes;
}

function tickOf({ epoch }: LinkView, epochs: number = linkLimits.epoch): number | undefined {
  return epoch === undefined ? undefined : Math.min(epoch, epochs);
}

function defined<T extends object>(entries: T): { readonly [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(entries).filter(([, value]) => value !== undefined)) as {
    readonly [K in keyof T]?: Exclude<T[K], undefined>;
  };
}
