import { describe, expect, it } from 'vitest';
import { type PolicyTiming, timingWords } from '../../schedule/policy-timing.ts';
import { laneCommand, type LaneKey } from './lane-keys.ts';

const range: PolicyTiming = { form: 'range', startingEpoch: 2, endingEpoch: 6, frequency: 1 };

function press(key: string, modifiers: Partial<LaneKey> = {}): LaneKey {
  return { key, shiftKey: false, altKey: false, ctrlKey: false, metaKey: false, ...modifiers };
}

/** What the key makes of epochs 2 to 6 in a run of 8. */
function after(key: string, modifiers: Partial<LaneKey> = {}): string {
  const command = laneCommand(press(key, modifiers));
  return command?.do === 'retime' ? timingWords(command.change(range, 8)) : 'nothing';
}

describe('keys on a lane', () => {
  it('move the policy, with Shift its end, with Alt its start', () => {
    expect(after('ArrowRight')).toBe('epochs 3 to 7');
    expect(after('ArrowLeft')).toBe('epochs 1 to 5');
    expect(after('ArrowRight', { shiftKey: true })).toBe('epochs 2 to 7');
    expect(after('ArrowLeft', { altKey: true })).toBe('epochs 1 to 6');
  });

  it('go to the ends with Home and End', () => {
    expect(after('Home')).toBe('epochs 0 to 4');
    expect(after('End')).toBe('epochs 4 to 8');
    expect(after('End', { shiftKey: true })).toBe('epochs 2 to 8');
    expect(after('Home', { altKey: true })).toBe('epochs 0 to 6');
  });

  it('change the rhythm with plus and minus', () => {
    expect(after('+')).toBe('epochs 2 to 6, every 2');
    expect(after('-')).toBe('epochs 2 to 6');
  });

  it('choose, open, undo, and leave everything else to the page', () => {
    expect(laneCommand(press('ArrowDown'))).toEqual({ do: 'choose', by: 1 });
    expect(laneCommand(press('Enter'))).toEqual({ do: 'open' });
    expect(laneCommand(press('z', { ctrlKey: true }))).toEqual({ do: 'undo' });
    expect(laneCommand(press('Z', { metaKey: true, shiftKey: true }))).toEqual({ do: 'redo' });
    expect(laneCommand(press('Enter', { ctrlKey: true }))).toBeNull();
    expect(laneCommand(press('Tab'))).toBeNull();
  });
});
