import type { Diagnostic, Fix, Severity, SourceRange } from './diagnostics.ts';

/** Collects problems while a text is read; reading goes on, so that all are reported at once. */
export class Report {
  readonly diagnostics: Diagnostic[] = [];

  error(code: string, range: SourceRange, message: string, fixes: readonly Fix[] = []): void {
    this.add('error', { code, range, message, fixes });
  }

  warning(code: string, range: SourceRange, message: string, fixes: readonly Fix[] = []): void {
    this.add('warning', { code, range, message, fixes });
  }

  hint(code: string, range: SourceRange, message: string, fixes: readonly Fix[] = []): void {
    this.add('hint', { code, range, message, fixes });
  }

  add(severity: Severity, problem: Omit<Diagnostic, 'severity'>): void {
    this.diagnostics.push({ ...problem, severity });
  }

  get failed(): boolean {
    return this.diagnostics.some((diagnostic) => diagnostic.severity === 'error');
  }
}

/** `a`, `b` and `c`, each as code. */
export function listNames(names: readonly string[]): string {
  return names.map((name) => `\`${name}\``).join(', ');
}
