import type { TrainingReport } from '../../runs/headless-training.ts';
import { epochLine, progressLine } from './progress-lines.ts';
import type { Terminal } from './terminal.ts';

/** Shows where a training stands: a line that stays for each epoch, and one that changes. */
export function showReport(terminal: Terminal, report: TrainingReport): void {
  const line = epochLine(report);
  if (line !== null) terminal.print(line);
  terminal.show(progressLine(report));
}
