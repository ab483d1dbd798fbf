import { writeFileSync } from 'node:fs';
import type { AnalysisRequest, AnalysisResult } from '../../protocol/analysis.ts';
import { failureText } from '../../runs/run-text.ts';
import { resultLine } from '../train/progress-lines.ts';
import { showReport } from '../train/show-report.ts';
import { Terminal } from '../train/terminal.ts';
import { analyzeInBrowser, type BrowserAnalysis } from './analyze-in-browser.ts';

interface TerminalAnalysis {
  readonly text: string;
  readonly request: AnalysisRequest;
  /** What broke off if it does, e.g. `The analysis`. */
  readonly what: string;
  /** Where run, request and result go as JSON; nowhere if absent. */
  readonly json: string | undefined;
  /** Shows the result, and writes what else is asked for. False: something could not be written. */
  readonly tell: (result: AnalysisResult) => boolean | undefined;
}

/**
 * Trains a schedule and analyzes what it trained, with progress on the terminal.
 *
 * @returns Exit code of the command. Whatever fails becomes a line.
 */
export async function analyzeInTerminal(analysis: TerminalAnalysis): Promise<number> {
  const { text, request, what } = analysis;
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
    return tellAnswer(answer, analysis);
  } catch (error) {
    terminal.end();
    console.error(`${what} broke off: ${error instanceof Error ? error.message : String(error)}`);
    return 1;
  }
}

function tellAnswer({ record, outcome }: BrowserAnalysis, { request, json, tell }: TerminalAnalysis): number {
  if (record.failure !== undefined) console.error(failureText(record.failure, record.environment));
  if (outcome === null) return 1;
  console.error(resultLine(record));
  if (!outcome.ok) {
    console.error(outcome.message);
    return 1;
  }
  const { result } = outcome;
  const isTold = tell(result) !== false;
  if (json !== undefined) writeFileSync(json, `${JSON.stringify({ run: record, request, result }, null, 2)}\n`);
  return isTold ? 0 : 1;
}
