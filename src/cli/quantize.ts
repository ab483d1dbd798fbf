import { writeFileSync } from 'node:fs';
import { failureText } from '../runs/run-text.ts';
import { statisticsYaml } from '../schedule/statistics-file.ts';
import { type QuantizeOptions, quantizeUsage, readQuantizeOptions } from './quantize/quantize-options.ts';
import { type QuantizeRequest, quantizeRequest, readStatistics } from './quantize/quantize-request.ts';
import { type QuantizeResult, quantizeTable } from './quantize/quantize-table.ts';
import { analyzeInBrowser, type BrowserAnalysis } from './sensitivity/analyze-in-browser.ts';
import { resultLine } from './train/progress-lines.ts';
import { readSchedule, readText } from './train/read-schedule.ts';
import { showReport } from './train/show-report.ts';
import { Terminal } from './train/terminal.ts';

process.exitCode = await main();

async function main(): Promise<number> {
  const options = readQuantizeOptions(process.argv.slice(2));
  if (options === null) {
    console.log(quantizeUsage);
    return 0;
  }
  if (typeof options === 'string') {
    console.error(`${options}\n\n${quantizeUsage}`);
    return 2;
  }
  const read = readSchedule(options.file);
  const statistics = statisticsOf(options);
  if (read === null || statistics === undefined) return 1;
  return await measure(read.text, quantizeRequest(read.schedule, options, statistics), options);
}

/** Null without a file, undefined after a line about one that cannot be read. */
function statisticsOf({ stats }: QuantizeOptions): unknown {
  if (stats === undefined) return null;
  const text = readText(stats);
  if (text === null) return undefined;
  const read = readStatistics(text);
  if (typeof read !== 'string') return read.statistics;
  console.error(`${stats} cannot be read: ${read}`);
  return undefined;
}

async function measure(text: string, request: QuantizeRequest, options: QuantizeOptions): Promise<number> {
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
    console.error(`The quantization broke off: ${error instanceof Error ? error.message : String(error)}`);
    return 1;
  }
}

function tellAnswer({ record, outcome }: BrowserAnalysis, request: QuantizeRequest, options: QuantizeOptions): number {
  if (record.failure !== undefined) console.error(failureText(record.failure));
  if (outcome === null) return 1;
  console.error(resultLine(record));
  if (!outcome.ok) {
    console.error(outcome.message);
    return 1;
  }
  const result = outcome.result as QuantizeResult;
  for (const line of quantizeTable(result)) console.log(line);
  if (options.saveStats !== undefined) writeFileSync(options.saveStats, statisticsYaml(result.statistics));
  if (options.json !== undefined) {
    writeFileSync(options.json, `${JSON.stringify({ run: record, request, result }, null, 2)}\n`);
  }
  return 0;
}
