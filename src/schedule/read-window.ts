import type { PolicyWindow } from '../methods/policy-window.ts';
import { insertBefore } from './check-pruning-args.ts';
import { words } from './check-value.ts';
import type { Fix, SourceRange } from './diagnostics.ts';
import { listNames, type Report } from './report.ts';
import { entryOf, type MapNode, plainValue, type YamlNode } from './yaml-node.ts';
import { numberInText, spellNumber } from './yaml-scalar.ts';

export interface Timing {
  readonly epochs: readonly number[];
  readonly window: PolicyWindow;
}

interface Place {
  /** "Policy 2". */
  readonly label: string;
  readonly at: SourceRange;
}

const rangeKeys = ['starting_epoch', 'ending_epoch', 'frequency'] as const;
type RangeKey = (typeof rangeKeys)[number];
/** Later epochs than this are a slip of the pen, and a list of them would fill the memory. */
const lastEpoch = 100_000;

/** When a policy acts: a list of epochs, or from, to and every. Null after errors were reported. */
export function readWindow(report: Report, node: MapNode, place: Place): Timing | null {
  const list = entryOf(node, 'epochs');
  if (list === undefined) return readRange(report, node, place);
  const beside = rangeKeys.filter((key) => entryOf(node, key));
  if (beside.length > 0) {
    const message = `\`epochs\` wins, and ${listNames(beside)} beside it are ignored. Remove one or the other.`;
    report.warning('epochs-beside-range', list.key.range, message);
  }
  return readList(report, list.value, list.key.range);
}

function readList(report: Report, node: YamlNode, keyRange: SourceRange): Timing | null {
  if (node.kind !== 'list') {
    const number = plainValue(node);
    const fixes =
      typeof number === 'number' ? [{ title: 'Make it a list', range: node.range, text: `[${number}]` }] : [];
    const range = isEmpty(node.range) ? keyRange : node.range;
    report.error('wrong-type', range, '`epochs` is not a list. Write the epochs in brackets: `[0, 4]`.', fixes);
    return null;
  }
  const epochs = node.items.map((item) =>
    readEpoch(report, item, { name: '`epochs`', least: 0, keyRange: node.range }),
  );
  const numbers = epochs.filter((epoch) => epoch !== null);
  if (numbers.length < epochs.length) return null;
  const first = numbers[0];
  const last = numbers.at(-1);
  if (first === undefined || last === undefined) {
    report.error(
      'epochs-empty',
      node.range,
      '`epochs` is an empty list: the policy never acts. Name an epoch, such as `[0]`.',
    );
    return null;
  }
  const sorted = [...new Set(numbers)].sort((a, b) => a - b);
  if (sorted.join() !== numbers.join()) {
    const text = `[${sorted.join(', ')}]`;
    const message =
      '`epochs` is not in ascending order. Distiller takes the first item for the start and the last one for the end.';
    report.warning('epochs-unsorted', node.range, message, [{ title: `Write \`${text}\``, range: node.range, text }]);
  }
  return { epochs: numbers, window: { startingEpoch: first, endingEpoch: last + 1, frequency: null } };
}

function readRange(report: Report, node: MapNode, place: Place): Timing | null {
  const missing = rangeKeys.filter((key) => !entryOf(node, key));
  if (missing.length > 0) reportMissing(report, node, missing, place);
  const start = readKey(report, node, 'starting_epoch');
  const end = readKey(report, node, 'ending_epoch');
  const frequency = readKey(report, node, 'frequency');
  if (start === null || end === null) return null;
  if (!checkOrder(report, node, start, end) || frequency === null) return null;
  if (frequency > end - start) {
    const range = entryOf(node, 'frequency')?.value.range ?? place.at;
    const text = String(end - start);
    const message = `\`frequency\` is ${frequency}, longer than the ${end - start} epochs from ${start} to ${end}. Lower it, or raise \`ending_epoch\`.`;
    report.error('frequency-longer-than-range', range, message, [{ title: `Write \`${text}\``, range, text }]);
    return null;
  }
  const epochs = Array.from({ length: Math.ceil((end - start) / frequency) }, (_, index) => start + index * frequency);
  return { epochs, window: { startingEpoch: start, endingEpoch: end, frequency } };
}

function reportMissing(report: Report, node: MapNode, missing: readonly RangeKey[], place: Place): void {
  const message = `${place.label} does not say when: ${listNames(missing)} ${missing.length > 1 ? 'are' : 'is'} missing. Distiller has no default.`;
  const beside = rangeKeys.find((key) => entryOf(node, key));
  const fixes: Fix[] =
    missing.length === 1 && missing[0] === 'frequency' && beside ? insertBefore(node, beside, 'frequency: 1') : [];
  report.error('missing-window-key', place.at, message, fixes);
}

function checkOrder(report: Report, node: MapNode, start: number, end: number): boolean {
  if (end > start) return true;
  const range = entryOf(node, 'ending_epoch')?.value.range ?? node.range;
  const text = String(start + 1);
  const fixes = [{ title: `Write \`${text}\``, range, text }];
  if (end === start) {
    const message = `Epochs ${start} to ${end} are none: \`ending_epoch\` is exclusive. The policy never acts. Write ${text} for one epoch.`;
    report.error('empty-epoch-range', range, message, fixes);
  } else {
    const message = `\`ending_epoch\` is ${end}, before \`starting_epoch\`, ${start}. The policy never acts. Raise it.`;
    report.error('inverted-epoch-range', range, message, fixes);
  }
  return false;
}

function readKey(report: Report, node: MapNode, key: RangeKey): number | null {
  const entry = entryOf(node, key);
  if (!entry) return null;
  return readEpoch(report, entry.value, {
    name: `\`${key}\``,
    least: key === 'frequency' ? 1 : 0,
    keyRange: entry.key.range,
  });
}

interface EpochRule {
  readonly name: string;
  readonly least: number;
  readonly keyRange: SourceRange;
}

function readEpoch(report: Report, node: YamlNode, { name, least, keyRange }: EpochRule): number | null {
  const value = plainValue(node);
  const range = isEmpty(node.range) ? keyRange : node.range;
  if (typeof value === 'number' && Number.isInteger(value)) {
    if (value >= least && value <= lastEpoch) return value;
    report.error('out-of-range', range, `${name} is ${value}. It lies in ${least} to ${lastEpoch}.`);
    return null;
  }
  const number = typeof value === 'string' ? numberInText(value) : null;
  if (number !== null && Number.isInteger(number)) {
    const text = spellNumber(number);
    const fixes = [{ title: `Write \`${text}\``, range, text }];
    report.error(
      'number-as-text',
      range,
      `\`${String(value)}\` is text in YAML 1.1, so Distiller reads a word for ${name}. Write \`${text}\`.`,
      fixes,
    );
    return null;
  }
  report.error('wrong-type', range, `${name} is ${words(value)}. It must be a whole number.`);
  return null;
}

function isEmpty(range: SourceRange): boolean {
  return range.start.offset === range.end.offset;
}
