import {
  changeFrequency,
  moveEnd,
  moveStart,
  moveTiming,
  type PolicyTiming,
  timingSpan,
} from '../../schedule/policy-timing.ts';

/** What a key on a lane asks for. */
export type LaneCommand =
  | { readonly do: 'choose'; readonly by: 1 | -1 }
  | { readonly do: 'open' | 'ticks' | 'undo' | 'redo' | 'leave' }
  | { readonly do: 'retime'; readonly change: (timing: PolicyTiming, runEpochs: number) => PolicyTiming };

export interface LaneKey {
  readonly key: string;
  readonly shiftKey: boolean;
  readonly altKey: boolean;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
}

/** Up and Down choose; Left, Right, Home and End move, with Shift the end, with Alt the start. Null: not ours. */
export function laneCommand(pressed: LaneKey): LaneCommand | null {
  if (pressed.ctrlKey || pressed.metaKey) return historyCommand(pressed);
  switch (pressed.key) {
    case 'ArrowUp':
      return { do: 'choose', by: -1 };
    case 'ArrowDown':
      return { do: 'choose', by: 1 };
    case 'ArrowLeft':
      return shift(pressed, -1);
    case 'ArrowRight':
      return shift(pressed, 1);
    case 'Home':
      return shift(pressed, -Infinity);
    case 'End':
      return shift(pressed, Infinity);
    case '+':
      return { do: 'retime', change: (timing) => changeFrequency(timing, 1) };
    case '-':
      return { do: 'retime', change: (timing) => changeFrequency(timing, -1) };
    case 'Enter':
      return { do: 'open' };
    case ' ':
      return { do: 'ticks' };
    case 'Escape':
      return { do: 'leave' };
    default:
      return null;
  }
}

function historyCommand({ key, shiftKey }: LaneKey): LaneCommand | null {
  const letter = key.toLowerCase();
  if (letter === 'z') return { do: shiftKey ? 'redo' : 'undo' };
  return letter === 'y' ? { do: 'redo' } : null;
}

/** What a drag or a key takes hold of. */
export type LanePart = 'whole' | 'start' | 'end';

function shift({ shiftKey, altKey }: LaneKey, by: number): LaneCommand {
  const other: LanePart = altKey ? 'start' : 'whole';
  const part = shiftKey ? 'end' : other;
  return { do: 'retime', change: (timing, runEpochs) => changePart(timing, part, { by, runEpochs }) };
}

/** A part of a policy earlier or later by so many epochs; infinitely many are as many as there are. */
export function changePart(
  timing: PolicyTiming,
  part: LanePart,
  { by, runEpochs }: { readonly by: number; readonly runEpochs: number },
): PolicyTiming {
  const most = Math.max(runEpochs, timingSpan(timing).end);
  const step = Math.max(-most, Math.min(by, most));
  if (part === 'start') return moveStart(timing, step);
  return part === 'end' ? moveEnd(timing, step, runEpochs) : moveTiming(timing, step, runEpochs);
}
