import { isOver } from '../runs/reduce-run.ts';
import type { Run } from '../runs/run.ts';
import { statusText } from '../runs/run-text.ts';
import type { EmbedMessage, HostMessage } from '../runs/share/embed-messages.ts';
import { currentRun, type RunsState } from '../runs/training-client.ts';
import { renderEmbed } from './embed-page.tsx';
import { embeddedClient, loadEmbedded, trainEmbedded } from './embed-store.ts';

type Say = (message: EmbedMessage) => void;
let say: Say = () => undefined;

/** Shows the experiment of a link in the place of the cover, and from then on says what becomes of it. */
export function openEmbedded(hash: string, answer: Say): void {
  say = answer;
  loadEmbedded(hash);
  renderEmbed();
  const height = (): number => Math.ceil(document.body.scrollHeight);
  new ResizeObserver(() => say({ type: 'resized', height: height() })).observe(document.body);
  embeddedClient.store.subscribe(tell);
}

/** Does what the host asks for. */
export function followHost(message: Exclude<HostMessage, { type: 'hello' | 'setTheme' }>): void {
  switch (message.type) {
    case 'load':
      if (message.link !== undefined) loadEmbedded(hashOf(message.link));
      return;
    case 'train':
      void train();
      return;
    case 'pause':
      embeddedClient.pause();
      return;
    case 'resume':
      embeddedClient.resume();
      return;
    case 'stop':
      embeddedClient.stop();
      return;
    default:
      message satisfies never;
  }
}

async function train(): Promise<void> {
  const blocked = await trainEmbedded();
  if (blocked !== null) say({ type: 'finished', ok: false, reason: 'blocked', message: blocked });
}

/** A link may be given whole, or as its part after `#`. */
function hashOf(link: string): string {
  return link.slice(Math.max(0, link.indexOf('#')));
}

/** At most so often while numbers change; ends, pauses and epochs are said at once. */
const intervalMs = 250;
let lastSaid = 0;

function tell(state: RunsState, earlier: RunsState): void {
  const [run, before] = [currentRun(state), currentRun(earlier)];
  if (run === null || run === before) return;
  if (isOver(run)) {
    if (before === null || !isOver(before)) say(endOf(run));
    return;
  }
  const isNews = run.status !== before?.status || run.epochs.length !== before.epochs.length;
  if (!isNews && performance.now() - lastSaid < intervalMs) return;
  lastSaid = performance.now();
  say(progressOf(run));
}

function progressOf(run: Run): EmbedMessage {
  const latest = run.epochs.at(-1);
  return {
    type: 'progress',
    status: run.status,
    epoch: run.position.epoch,
    epochs: run.epochCount,
    accuracy: latest?.validation.top1 ?? null,
    sparsity: latest?.sparsity ?? null,
  };
}

function endOf(run: Run): EmbedMessage {
  if (run.result === null) {
    const reason = run.status === 'stopped' ? 'stopped' : 'failed';
    return { type: 'finished', ok: false, reason, message: statusText(run) };
  }
  const { top1: accuracy, loss, sparsity, durationMs } = run.result;
  const backend = run.environment?.backend ?? 'cpu';
  return { type: 'finished', ok: true, accuracy, loss, sparsity, seed: run.seed, backend, durationMs };
}
