import { writeFileSync } from 'node:fs';
import type { RunRecord } from '../runs/export.ts';
import type { TrainingReport } from '../runs/headless-training.ts';
import { failureText } from '../runs/run-text.ts';
import { bestLine, precisionLine, resultLine } from './train/progress-lines.ts';
import { readSchedule } from './train/read-schedule.ts';
import { showReport } from './train/show-report.ts';
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
  const read = readSchedule(options.file, options.isQuiet ? ['error'] : ['error', 'warning']);
  return read === null ? 1 : await train(read.text, options);
}

async function train(text: string, options: TrainOptions): Promise<number> {
  const terminal = new Terminal(process.stderr);
  const onReport = (report: TrainingReport) => {
    if (!options.isQuiet) showReport(terminal, report);
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
  if (record.failure !== undefined) console.error(failureText(record.failure, record.environment));
  if (record.status === 'finished' && !isQuiet) {
    for (const line of [precisionLine(record), bestLine(record), resultLine(record)])
      if (line !== null) console.log(line);
  }
  return record.status === 'finished';
}
