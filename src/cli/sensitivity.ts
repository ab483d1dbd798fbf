import { writeFileSync } from 'node:fs';
import type { AnalysisRequest } from '../protocol/analysis.ts';
import { failureText } from '../runs/run-text.ts';
import { analyzeInBrowser, type BrowserAnalysis } from './sensitivity/analyze-in-browser.ts';
import {
  readSensitivityOptions,
  type SensitivityOptions,
  sensitivityUsage,
} from './sensitivity/sensitivity-options.ts';
import { distillerCsv, type SensitivityResult, tableLines } from './sensitivity/sensitivity-table.ts';
import { resultLine } from './train/progress-lines.ts';
import { readSchedule } from './train/read-schedule.ts';
import { showReport } from './train/show-report.ts';
import { Terminal } from './train/terminal.ts';

process.exitCode = await main();

async function main(): Promise<number> {
  const options = readSensitivityOptions(process.argv.slice(2));
  if (options === null) {
    console.log(sensitivityUsage);
    return 0;
  }
  if (typeof options === 'string') {
    console.error(`${options}\n\n${sensitivityUsage}`);
    return 2;
  }
  const read = readSchedule(options.file);
  return read === null ? 1 : await measure(read.text, options);
}

async function measure(text: string, options: SensitivityOptions): Promise<number> {
  const { group, levels, samples } = options;
  const request: AnalysisRequest = { kind: 'sensitivity', group, levels, samples };
  const terminal = new Terminal(process.stderr);
  try {
    const answer = await analyzeInBrowser({
      text,
      request,
      onReport: (report) => showReport(terminal, report),
      onProgress: (done, total) => terminal.show(`Evaluated ${done} of ${total}`),
      onPageError: (message) => terminal.print(message),
    });
    terminal.end();
    return tellAnswer(answer, request, options);
  } catch (error) {
    terminal.end();
    console.error(`The analysis broke off: ${error instanceof Error ? error.message : String(error)}`);
    return 1;
  }
}

function tellAnswer(
  { record, outcome }: BrowserAnalysis,
  request: AnalysisRequest,
  options: SensitivityOptions,
): number {
  if (record.failure !== undefined) console.error(failureText(record.failure));
  if (outcome === null) return 1;
  console.error(resultLine(record));
  if (!outcome.ok) {
    console.error(outcome.message);
    return 1;
  }
  const result = outcome.result as SensitivityResult;
  for (const line of tableLines(result)) console.log(line);
  if (options.csv !== undefined) writeFileSync(options.csv, distillerCsv(result));
  if (options.json !== undefined) {
    writeFileSync(options.json, `${JSON.stringify({ run: record, request, result }, null, 2)}\n`);
  }
  return 0;
}
