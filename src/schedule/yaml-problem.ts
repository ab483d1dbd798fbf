import type { Diagnostic } from './diagnostics.ts';
import type { SourceText } from './source-text.ts';

const sentences: Readonly<Record<string, string>> = {
  BAD_INDENT: 'The indentation does not fit the lines above. Lines of one map or list start in the same column.',
  BAD_SCALAR_START: 'A word cannot start with this character. Put it in quotes.',
  BLOCK_AS_IMPLICIT_KEY:
    'A second colon on this line. A line holds one key: start a new line, or put the value in quotes.',
  BLOCK_IN_FLOW: 'A line with a dash or a key inside brackets. Separate what is in brackets by commas.',
  DUPLICATE_KEY: 'This key is written twice in one map. Remove one.',
  MISSING_CHAR: 'A colon, comma, quote or bracket is missing here, or a space after one.',
  MULTILINE_IMPLICIT_KEY: 'A key without a colon, or one that goes over several lines. Write `key: value` on one line.',
  MULTIPLE_DOCS: 'A second document starts here. A schedule is one: remove `---` and what follows.',
  TAB_AS_INDENT: 'A tab as indentation: YAML takes spaces only. Write spaces.',
  UNEXPECTED_TOKEN: 'This does not belong here. Check the indentation and the line above.',
  KEY_OVER_1024_CHARS: 'A key of more than 1024 characters: a colon or a bracket is missing before.',
  BAD_ALIAS: 'This alias names no anchor above it. Write `&name` at the value it should repeat.',
  IMPOSSIBLE: 'This cannot be read as YAML.',
};

/** What the YAML library says of an error. */
interface LibraryProblem {
  readonly code: string;
  readonly message: string;
  readonly pos: readonly [number, number];
}

/** What the YAML library could not read, in the project's words. */
export function yamlProblem(source: SourceText, error: LibraryProblem): Diagnostic {
  const [start, end] = error.pos;
  const sentence = sentences[error.code] ?? error.message.split(/ at line |\n/)[0] ?? error.message;
  return {
    code: 'yaml-syntax',
    severity: 'error',
    message: sentence,
    range: source.rangeOf(start, Math.max(end, start + 1)),
    fixes: [],
  };
}
