import type { PolicyWindow } from '../methods/policy-window.ts';

/** When a policy acts, as it is written: from, to and every, or a list. */
export type PolicyTiming =
  | {
      readonly form: 'range';
      readonly startingEpoch: number;
      /** Exclusive, as in the file. */
      readonly endingEpoch: number;
      readonly frequency: number;
    }
  /** Never empty. */
  | { readonly form: 'list'; readonly epochs: readonly number[] };

/** The way a policy that has been read is written. */
export function timingOf(policy: { readonly window: PolicyWindow; readonly epochs: readonly number[] }): PolicyTiming {
  const { startingEpoch, endingEpoch, frequency } = policy.window;
  return frequency === null
    ? { form: 'list', epochs: policy.epochs }
    : { form: 'range', startingEpoch, endingEpoch, frequency };
}

/** First epoch, and the one after the last. */
export function timingSpan(timing: PolicyTiming): { readonly start: number; readonly end: number } {
  if (timing.form === 'range') return { start: timing.startingEpoch, end: timing.endingEpoch };
  return { start: Math.min(...timing.epochs), end: Math.max(...timing.epochs) + 1 };
}

/** The whole policy earlier or later, within the run; one that already reaches beyond it may stay there. */
export function moveTiming(timing: PolicyTiming, by: number, runEpochs: number): PolicyTiming {
  const { start, end } = timingSpan(timing);
  const step = Math.max(-start, Math.min(by, Math.max(runEpochs, end) - end));
  if (timing.form === 'list') return { form: 'list', epochs: timing.epochs.map((epoch) => epoch + step) };
  return { ...timing, startingEpoch: start + step, endingEpoch: end + step };
}

/** Another first epoch. Of a list, its first item, which stays before the second. */
export function moveStart(timing: PolicyTiming, by: number): PolicyTiming {
  if (timing.form === 'list') return moveItem(timing.epochs, { item: Math.min(...timing.epochs), by, limit: Infinity });
  const startingEpoch = Math.max(0, Math.min(timing.startingEpoch + by, timing.endingEpoch - 1));
  return withFrequency({ ...timing, startingEpoch }, timing.frequency);
}

/** Another end, within the run. Of a list, its last item, which stays behind the one before. */
export function moveEnd(timing: PolicyTiming, by: number, runEpochs: number): PolicyTiming {
  const { start, end } = timingSpan(timing);
  const limit = Math.max(runEpochs, end);
  if (timing.form === 'list') return moveItem(timing.epochs, { item: end - 1, by, limit });
  const endingEpoch = Math.min(limit, Math.max(end + by, start + 1));
  return withFrequency({ ...timing, endingEpoch }, timing.frequency);
}

/** Another rhythm, from every epoch to once in the window. A list has none. */
export function changeFrequency(timing: PolicyTiming, by: number): PolicyTiming {
  return timing.form === 'list' ? timing : withFrequency(timing, timing.frequency + by);
}

/** With one more epoch in the list, or without it. The last one stays: an empty list is an error. A range stays as it is. */
export function toggleEpoch(timing: PolicyTiming, epoch: number): PolicyTiming {
  if (timing.form === 'range') return timing;
  const { epochs } = timing;
  if (epochs.includes(epoch)) {
    const rest = epochs.filter((listed) => listed !== epoch);
    return rest.length === 0 ? timing : { form: 'list', epochs: rest };
  }
  const greater = epochs.findIndex((listed) => listed > epoch);
  return { form: 'list', epochs: epochs.toSpliced(greater < 0 ? epochs.length : greater, 0, epoch) };
}

/** "epochs 2 to 6, every 2"; "epochs 0, 4, 8". The end is exclusive, as in the file. */
export function timingWords(timing: PolicyTiming): string {
  if (timing.form === 'list') return `${timing.epochs.length === 1 ? 'epoch' : 'epochs'} ${timing.epochs.join(', ')}`;
  const { startingEpoch, endingEpoch, frequency } = timing;
  return `epochs ${startingEpoch} to ${endingEpoch}${frequency === 1 ? '' : `, every ${frequency}`}`;
}

export function isSameTiming(a: PolicyTiming, b: PolicyTiming): boolean {
  return timingWords(a) === timingWords(b);
}

/** A frequency longer than the window is an error. */
function withFrequency(timing: PolicyTiming & { readonly form: 'range' }, frequency: number): PolicyTiming {
  const most = timing.endingEpoch - timing.startingEpoch;
  return { ...timing, frequency: Math.max(1, Math.min(frequency, most)) };
}

interface ItemMove {
  readonly item: number;
  readonly by: number;
  /** Exclusive. */
  readonly limit: number;
}

/** An item of a list does not pass its neighbours. */
function moveItem(epochs: readonly number[], { item, by, limit }: ItemMove): PolicyTiming {
  const below = Math.max(-1, ...epochs.filter((epoch) => epoch < item));
  const above = Math.min(limit, ...epochs.filter((epoch) => epoch > item));
  const moved = Math.max(below + 1, Math.min(item + by, above - 1));
  return { form: 'list', epochs: epochs.map((epoch) => (epoch === item ? moved : epoch)) };
}
