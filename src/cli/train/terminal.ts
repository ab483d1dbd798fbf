/** A terminal, or a file that stands in for one. */
export interface TerminalStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

/** Lines that stay and one line at the bottom that changes. Where nobody watches, only the lines that stay are written. */
export class Terminal {
  readonly #stream: TerminalStream;
  #hasChangingLine = false;

  constructor(stream: TerminalStream) {
    this.#stream = stream;
  }

  /** Writes a line that stays. */
  print(line: string): void {
    this.#clear();
    this.#stream.write(`${line}\n`);
  }

  /** Replaces the changing line. */
  show(line: string): void {
    if (this.#stream.isTTY !== true) return;
    this.#clear();
    this.#stream.write(line.slice(0, (this.#stream.columns ?? 80) - 1));
    this.#hasChangingLine = true;
  }

  /** Takes the changing line away. */
  end(): void {
    this.#clear();
  }

  #clear(): void {
    if (this.#hasChangingLine) this.#stream.write('\r\u001b[2K');
    this.#hasChangingLine = false;
  }
}
