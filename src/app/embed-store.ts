import { create } from 'zustand';
import type { Predicted } from '../runs/share/prediction.ts';
import type { LinkOptions } from '../runs/share/shared-experiment.ts';
import { decodeLink } from '../runs/share-link.ts';
import { parseSchedule } from '../schedule/parse-schedule.ts';
import { wantsRun } from '../schedule/wants-run.ts';
import { zoo } from '../zoo/zoo.ts';
import { openTrainingClient } from './services.ts';

/** What an embedded page shows. It leaves nothing on the device: drafts and runs belong to the playground. */
interface EmbedState {
  readonly text: string;
  /** The schedule of the link, as its author wrote it. */
  readonly linkedText: string;
  readonly options: LinkOptions;
  /** Why there is nothing to show, or what of the link could not be followed. */
  readonly notes: readonly string[];
  readonly predictions: Readonly<Record<string, Predicted>>;
  /** Waits for a prediction; null: nobody asks. */
  readonly asking: ((answer: Predicted | null) => void) | null;
}

export const useEmbed = create<EmbedState>(() => ({
  text: '',
  linkedText: '',
  options: {},
  notes: [],
  predictions: {},
  asking: null,
}));

export const embeddedClient = openTrainingClient({ keepsEpochs: false });

/** Shows the schedule of a link; what trains goes on. */
export function loadEmbedded(hash: string): void {
  const decoded = decodeLink(hash);
  if (!decoded.ok) {
    useEmbed.setState({ notes: [decoded.problem.message] });
    return;
  }
  const { text, claim, teaching } = decoded.value;
  const options = { ...(claim && { claim }), ...(teaching && { teaching }) };
  useEmbed.setState({ text, linkedText: text, options, notes: decoded.notes });
}

export function typeEmbedded(text: string): void {
  useEmbed.setState({ text });
}

/** The reader’s own copy: nothing is locked, hidden or asked for any more. */
export function ownEmbedded(): void {
  const { claim } = useEmbed.getState().options;
  useEmbed.setState({ options: claim ? { claim } : {} });
}

/** Why the text cannot be trained here, as a sentence; null if it can. */
export function embeddedBlock(text: string): string | null {
  if (text === '') return 'There is no schedule.';
  const parsed = parseSchedule(text, zoo);
  if (!parsed.ok) {
    const error = parsed.diagnostics.find(({ severity }) => severity === 'error');
    return `Line ${error?.range.start.line ?? 1}: ${error?.message ?? 'the schedule has an error.'}`;
  }
  return wantsRun(parsed.value) ? 'This schedule learns from an earlier run. Open it in the playground.' : null;
}

/** Trains, after a prediction where one is asked for. Resolves to why it does not; null if it does. */
export async function trainEmbedded(): Promise<string | null> {
  const blocked = embeddedBlock(useEmbed.getState().text);
  if (blocked !== null) return blocked;
  const asked = useEmbed.getState().options.teaching?.predict ?? [];
  const answer = asked.length === 0 ? {} : await ask();
  if (answer === null) return 'The reader does not want to train now.';
  const runId = embeddedClient.start(useEmbed.getState().text);
  useEmbed.setState(({ predictions }) => ({ predictions: { ...predictions, [runId]: answer } }));
  return null;
}

function ask(): Promise<Predicted | null> {
  useEmbed.getState().asking?.(null);
  return new Promise((resolve) => {
    useEmbed.setState({
      asking: (answer) => {
        useEmbed.setState({ asking: null });
        resolve(answer);
      },
    });
  });
}
