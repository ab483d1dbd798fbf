import { writeFileSync } from 'node:fs';
import { statisticsYaml } from '../schedule/statistics-file.ts';
import { type QuantizeOptions, quantizeUsage, readQuantizeOptions } from './quantize/quantize-options.ts';
import { type QuantizeRequest, quantizeRequest, readStatistics } from './quantize/quantize-request.ts';
import { type QuantizeResult, quantizeTable } from './quantize/quantize-table.ts';
import { analyzeInTerminal } from './sensitivity/analyze-in-terminal.ts';
import { readSchedule, readText } from './train/read-schedule.ts';

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

function measure(text: string, request: QuantizeRequest, { json, saveStats }: QuantizeOptions): Promise<number> {
  return analyzeInTerminal({
    ...{ text, request, json, what: 'The quantization' },
    tell: (answer) => {
      const result = answer as QuantizeResult;
      for (const line of quantizeTable(result)) console.log(line);
      if (saveStats !== undefined) writeFileSync(saveStats, statisticsYaml(result.statistics));
    },
  });
}
