import { readFileSync, writeFileSync } from 'node:fs';
import type { RunRecord } from '../runs/export.ts';
import type { TrainingReport } from '../runs/headless-training.ts';
import { failureText } from '../runs/run-text.ts';
import type { Diagnostic } from '../schedule/diagnostics.ts';
import { parseSchedule } from '../schedule/parse-schedule.ts';
import { zoo } from '../zoo/zoo.ts';
import { epochLine, progressLine, resultLine } from './train/progress-lines.ts';
import { Terminal } from './train/terminal.ts';
import { trainInBrowser } from './train/train-in-browser.ts';
import { readTrainOptions, type TrainOptions, trainUsage } from './train/train-options.ts';

process.exitCode = await main();

async function main(): Promise<number> {
  const options = readTrainOptions(process.argv.slice(2));
  if (options === null) {
    console.log(trainUsage);
    return 0;
  }
  if (typeof options === 'string') {
    console.error(`${options}\n\n${trainUsage}`);
    return 2;
  }
  const text = readText(options.file);
  if (text === null || !isTrainable(text, options)) return 1;
  return await train(text, options);
}

function readText(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    console.error(`${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
    return null;
  }
}

/** Reads the schedule before a browser is started for it, and says what is wrong. */
function isTrainable(text: string, { file, isQuiet }: TrainOptions): boolean {
  const { ok, diagnostics } = parseSchedule(text, zoo);
  const worthSaying = diagnostics.filter(
    ({ severity }) => severity === 'error' || (severity === 'warning' && !isQuiet),
  );
  for (const diagnostic of worthSaying) console.error(diagnosticLine(file, diagnostic));
  return ok;
}

function diagnosticLine(file: string, { severity, code, message, range }: Diagnostic): string {
  return `${file}:${range.start.line}:${range.start.column} ${severity} ${code}: ${message}`;
}

async function train(text: string, options: TrainOptions): Promise<number> {
  const terminal = new Terminal(process.stderr);
  const onReport = (report: TrainingReport) => {
    if (options.isQuiet) return;
    const line = epochLine(report);
    if (line !== null) terminal.print(line);
    terminal.show(progressLine(report));
  };
  try {
    const { record, weights } = await trainInBrowser({
      text,
      wantsWeights: options.weights !== undefined,
      onReport,
      onPageError: (message) => terminal.print(message),
    });
    terminal.end();
    if (options.json !== undefined) writeFileSync(options.json, `${JSON.stringify(record, null, 2)}\n`);
    if (options.weights !== undefined && weights !== null) writeFileSync(options.weights, weights);
    const hasAllWeights = options.weights === undefined || weights !== null;
    return tellResult(record, options) && hasAllWeights ? 0 : 1;
  } catch (error) {
    terminal.end();
    console.error(`The training broke off: ${error instanceof Error ? error.message : String(error)}`);
    return 1;
  }
}

/** @returns Whether the training finished. */
function tellResult(record: RunRecord, { isQuiet }: TrainOptions): boolean {
  if (record.failure !== undefined) console.error(failureText(record.failure));
  if (record.status === 'finished' && !isQuiet) console.log(resultLine(record));
  return record.status === 'finished';
}
