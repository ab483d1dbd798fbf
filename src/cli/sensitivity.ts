import { writeFileSync } from 'node:fs';
import { analyzeInTerminal } from './sensitivity/analyze-in-terminal.ts';
import {
  readSensitivityOptions,
  type SensitivityOptions,
  sensitivityUsage,
} from './sensitivity/sensitivity-options.ts';
import { bitLines, bitsCsv, bitsWithinBudget, type BitWidths } from './sensitivity/bits-within.ts';
import { type MadeWithin, scheduleWithin } from './sensitivity/schedule-within.ts';
import { distillerCsv, type SensitivityResult, tableLines } from './sensitivity/sensitivity-table.ts';
import { readSchedule } from './train/read-schedule.ts';

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

function measure(text: string, options: SensitivityOptions): Promise<number> {
  return options.bits === undefined ? measureLevels(text, options) : measureBits(text, options, options.bits);
}

function measureLevels(text: string, options: SensitivityOptions): Promise<number> {
  const { group, levels, samples, csv, json } = options;
  return analyzeInTerminal({
    ...{ text, json, what: 'The analysis' },
    request: { kind: 'sensitivity', group, levels, samples },
    tell: (answer) => {
      const result = answer as SensitivityResult;
      for (const line of tableLines(result)) console.log(line);
      if (csv !== undefined) writeFileSync(csv, distillerCsv(result));
      return (
        options.schedule === undefined || writeSchedule(options.schedule, scheduleWithin(text, { result, options }))
      );
    },
  });
}

function measureBits(text: string, options: SensitivityOptions, bits: readonly number[]): Promise<number> {
  const { samples, csv, json } = options;
  return analyzeInTerminal({
    ...{ text, json, what: 'The analysis' },
    request: { kind: 'bit-widths', targets: 'weights', bits, perChannel: false, calibrationSamples: 1, samples },
    tell: (answer) => {
      const result = answer as BitWidths;
      for (const line of bitLines(result)) console.log(line);
      if (csv !== undefined) writeFileSync(csv, bitsCsv(result));
      return (
        options.schedule === undefined || writeSchedule(options.schedule, bitsWithinBudget(text, { result, options }))
      );
    },
  });
}

/** @returns Whether there is such a schedule. */
function writeSchedule(file: string, made: MadeWithin): boolean {
  if (!made.ok) {
    console.error(`No schedule was made. ${made.why}`);
    return false;
  }
  for (const line of made.lines) console.log(line);
  writeFileSync(file, made.text);
  return true;
}
