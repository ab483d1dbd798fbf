import type { Diagnostic, Severity } from '../../schedule/diagnostics.ts';
import type { PolicyLane, Preflight } from '../../schedule/preflight-types.ts';
import type { CheckedFile } from './file-record.ts';

/** Widest bar of the timeline, in characters; a longer run shows several epochs in one. */
const barWidth = 60;

/** What is printed of a file: problems with line and column, then the timeline. */
export function fileReport({ file, diagnostics, schedule, promise }: CheckedFile): string {
  const head = `${file}: ${summary(diagnostics)}`;
  const problems = diagnostics.flatMap(problemLines);
  if (!schedule || !promise) return [head, ...problems].join('\n');
  const { model, dataset } = schedule.training;
  const unit = epochsPerCharacter(promise.epochs);
  const scale = unit === 1 ? '' : `, ${unit} epochs a character`;
  const title = `  ${model} on ${dataset}, ${promise.epochs} epochs${scale}`;
  return [head, ...problems, title, ...timeline(promise), ...endLine(promise)].join('\n');
}

function summary(diagnostics: readonly Diagnostic[]): string {
  const words: readonly (readonly [Severity, string])[] = [
    ['error', 'error'],
    ['warning', 'warning'],
    ['hint', 'hint'],
  ];
  const parts = words.flatMap(([severity, word]) => {
    const count = diagnostics.filter((diagnostic) => diagnostic.severity === severity).length;
    return count === 0 ? [] : [`${count} ${word}${count === 1 ? '' : 's'}`];
  });
  return parts.length === 0 ? 'no problems' : parts.join(', ');
}

function problemLines({ range, severity, code, message, fixes }: Diagnostic): string[] {
  const { line, column } = range.start;
  return [`  ${line}:${column} ${severity} ${code}: ${message}`, ...fixes.map((fix) => `      fix: ${fix.title}`)];
}

function epochsPerCharacter(epochs: number): number {
  return Math.ceil(epochs / barWidth);
}

function timeline({ lanes, epochs }: Preflight): string[] {
  if (lanes.length === 0) return ['  no policy acts: the model trains as it is'];
  const nameWidth = Math.max(...lanes.map((lane) => lane.instanceName.length));
  const kindWidth = Math.max(...lanes.map((lane) => lane.kind.length));
  return lanes.flatMap((lane) => {
    const head = `  ${lane.kind.padEnd(kindWidth)}  ${lane.instanceName.padEnd(nameWidth)}`;
    const first = `${head}  |${bar(lane, epochs)}|  ${lane.fact}`.trimEnd();
    return lane.touches.length === 0 ? [first] : [first, `${' '.repeat(head.length + 3)}${touches(lane)}`];
  });
}

function bar(lane: PolicyLane, epochs: number): string {
  const unit = epochsPerCharacter(epochs);
  const active = new Set(lane.epochs.map((epoch) => Math.floor(epoch / unit)));
  return Array.from({ length: Math.ceil(epochs / unit) }, (_, index) => (active.has(index) ? '#' : '.')).join('');
}

function touches({ touches: names, weightCount }: PolicyLane): string {
  const shown = names.slice(0, 8).join(', ');
  const more = names.length > 8 ? ` and ${names.length - 8} more` : '';
  const weights = weightCount > 0 ? ` (${weightCount.toLocaleString('en')} weights)` : '';
  return `touches ${shown}${more}${weights}`;
}

/** Where the promised curves end. */
function endLine({ totalSparsity, weightBits, learningRate }: Preflight): string[] {
  const sparsity = totalSparsity.at(-1);
  const rate = learningRate.at(-1);
  const bits = [...new Set(Object.values(weightBits).map((line) => line.at(-1) ?? 32))].sort((a, b) => b - a);
  const parts = [
    `sparsity ${typeof sparsity === 'number' ? `${(sparsity * 100).toFixed(1)} %` : 'depends on the weights'}`,
    `weights ${bits.map((count) => (count === 32 ? 'float' : `${count} bits`)).join(' and ')}`,
    `learning rate ${typeof rate === 'number' ? Number(rate.toPrecision(3)) : 'follows the measurements'}`,
  ];
  return [`  at the end: ${parts.join(', ')}`];
}
