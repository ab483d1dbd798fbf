/** Everything that makes a run: the text says it all. Stored in run records and links. */
export interface RunConfig {
  readonly version: 1;
  readonly text: string;
}

/** Longest text that links, files and messages may carry, in UTF-16 code units. */
export const maximumTextLength = 200_000;
