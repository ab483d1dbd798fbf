import { readFileSync } from 'node:fs';
import { withModelOfFileName } from '../schedule/file-name-model.ts';
import { parseYaml } from '../schedule/parse-schedule.ts';
import { preflight } from '../schedule/preflight.ts';
import { readYaml } from '../schedule/read-yaml.ts';
import { plainValue } from '../schedule/yaml-node.ts';
import { zoo } from '../zoo/zoo.ts';
import { type CheckedFile, fileRecord } from './check/file-record.ts';
import { fileReport } from './check/file-report.ts';

const usage = `npm run check -- FILE... [--json]

Reads schedules and prints what is wrong with them, when each policy acts and what it touches.
  --json  print an array of {file, ok, value, diagnostics, timeline} instead
Exits with 1 if a file has an error.`;

process.exitCode = main(process.argv.slice(2));

function main(args: readonly string[]): number {
  const unknown = args.find((arg) => arg.startsWith('-') && !['--json', '--help', '-h'].includes(arg));
  const files = args.filter((arg) => !arg.startsWith('-'));
  if (args.includes('--help') || args.includes('-h')) {
    console.log(usage);
    return 0;
  }
  if (unknown !== undefined || files.length === 0) {
    console.error(
      unknown === undefined ? `No file to check.\n\n${usage}` : `There is no option ${unknown}.\n\n${usage}`,
    );
    return 2;
  }
  const checked = files.map(checkFile);
  if (args.includes('--json'))
    console.log(`[\n${checked.map((file) => JSON.stringify(fileRecord(file))).join(',\n')}\n]`);
  else console.log(checked.map(fileReport).join('\n\n'));
  return checked.every((file) => file.ok) ? 0 : 1;
}

function checkFile(file: string): CheckedFile {
  const text = readText(file);
  if (text instanceof Error)
    return { file, ok: false, value: null, diagnostics: [unreadable(text)], schedule: null, promise: null };
  const yaml = readYaml(withModelOfFileName(text, file, zoo));
  const parsed = parseYaml(yaml, zoo);
  const value = yaml.root === null ? null : plainValue(yaml.root);
  const schedule = parsed.ok ? parsed.value : null;
  const promise = schedule && preflight(schedule);
  return { file, ok: parsed.ok, value, diagnostics: parsed.diagnostics, schedule, promise };
}

function readText(file: string): string | Error {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

function unreadable(error: Error): CheckedFile['diagnostics'][number] {
  const start = { line: 1, column: 1, offset: 0 };
  const message = `The file cannot be read: ${error.message}.`;
  return { code: 'unreadable-file', severity: 'error', message, range: { start, end: start }, fixes: [] };
}
