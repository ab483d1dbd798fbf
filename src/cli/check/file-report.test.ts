import { describe, expect, it } from 'vitest';
import { parseYaml } from '../../schedule/parse-schedule.ts';
import { preflight } from '../../schedule/preflight.ts';
import { readYaml } from '../../schedule/read-yaml.ts';
import { plainValue } from '../../schedule/yaml-node.ts';
import { zoo } from '../../zoo/zoo.ts';
import { type CheckedFile, fileRecord } from './file-record.ts';
import { fileReport } from './file-report.ts';

function checked(text: string): CheckedFile {
  const yaml = readYaml(text);
  const parsed = parseYaml(yaml, zoo);
  const schedule = parsed.ok ? parsed.value : null;
  return {
    file: 'a.yaml',
    ok: parsed.ok,
    value: yaml.root === null ? null : plainValue(yaml.root),
    diagnostics: parsed.diagnostics,
    schedule,
    promise: schedule && preflight(schedule),
  };
}

const good =
  'training: {epochs: 5}\npruners:\n  half: {class: SparsityLevelParameterPruner, levels: {fc1.weight: 0.5}}\npolicies:\n  - {pruner: {instance_name: half}, epochs: [1, 3]}\n';

describe('the report of a checked file', () => {
  it('draws a bar for each policy and says what it touches', () => {
    const lines = fileReport(checked(good)).split('\n');
    expect(lines[0]).toBe('a.yaml: no problems');
    expect(lines[1]).toBe('  cnn_mnist on mnist, 5 epochs');
    expect(lines[2]).toBe('  pruner  half  |.#.#.|  50 %');
    expect(lines[3]?.trim()).toBe('touches fc1.weight (16,384 weights)');
  });

  it('shows several epochs of a long run in one character', () => {
    const report = fileReport(checked(good.replace('epochs: 5', 'epochs: 200').replace('[1, 3]', '[0, 199]')));
    expect(report).toContain('200 epochs, 4 epochs a character');
    expect(report).toContain(`|#${'.'.repeat(48)}#|`);
  });

  it('gives problems with line and column, and their fixes', () => {
    const report = fileReport(checked(good.replace('0.5', '5e-1')));
    expect(report).toMatch(/^a\.yaml: 1 error\n {2}3:\d+ error number-as-text: .*\n {6}fix: Write `0.5`$/);
  });

  it('is plain data for `--json`, with the value as PyYAML reads it', () => {
    const record = fileRecord(checked(good.replace('epochs: 5', 'epochs: 010')));
    expect(JSON.parse(JSON.stringify(record))).toMatchObject({
      file: 'a.yaml',
      ok: true,
      value: { training: { epochs: 8 } },
      diagnostics: [],
      timeline: { epochs: 8, policies: [{ instanceName: 'half', epochs: [1, 3], touches: ['fc1.weight'] }] },
    });
    const wrong = fileRecord(checked('policies: 3\n'));
    expect(wrong).toMatchObject({
      ok: false,
      value: { policies: 3 },
      diagnostics: [
        { code: 'wrong-type', range: { start: { line: 1, column: 11 }, end: { line: 1, column: 12 } }, fixes: [] },
      ],
      timeline: null,
    });
  });
});
