import { type Document, parseDocument } from 'yaml';
import { depthProblem, TreeBuilder, yamlLimits } from './build-yaml-tree.ts';
import type { Diagnostic } from './diagnostics.ts';
import { type RefusedCharacter, relaxYaml } from './relax-yaml.ts';
import { type SourceText, sourceText } from './source-text.ts';
import type { YamlNode } from './yaml-node.ts';
import { yamlProblem } from './yaml-problem.ts';

export interface YamlText {
  readonly source: SourceText;
  /** Null if there is an error: a recovered document says other things than its author. */
  readonly root: YamlNode | null;
  /** Codes `yaml-syntax`, `duplicate-key`, `text-too-long`, `too-deep`, `too-many-aliases`. */
  readonly diagnostics: readonly Diagnostic[];
}

/** Text to positioned tree, with the values that PyYAML reads. Never throws. */
export function readYaml(text: string): YamlText {
  const source = sourceText(text);
  if (text.length > yamlLimits.textLength) return { source, root: null, diagnostics: [tooLong(source)] };
  const depth = tooDeep(source);
  if (depth !== null) return { source, root: null, diagnostics: [depth] };
  const relaxed = relaxYaml(text);
  const document = parseDocument(relaxed.text, { schema: 'failsafe', uniqueKeys: false, logLevel: 'error' });
  const problems = [
    ...relaxed.refused.map((character) => refusedProblem(source, character)),
    ...libraryProblems(source, document),
  ];
  if (problems.length > 0) return { source, root: null, diagnostics: firstOfEachLine(problems) };
  const builder = new TreeBuilder(source);
  const root = builder.build(document.contents, 0);
  const failed = builder.diagnostics.some((diagnostic) => diagnostic.severity === 'error');
  return { source, root: failed ? null : root, diagnostics: builder.diagnostics };
}

function tooLong(source: SourceText): Diagnostic {
  return {
    code: 'text-too-long',
    severity: 'error',
    message: `The text has ${source.text.length} characters. At most ${yamlLimits.textLength} are read: shorten it.`,
    range: source.rangeOf(yamlLimits.textLength, source.text.length),
    fixes: [],
  };
}

/** The library recurses, so nesting is bounded before it sees the text: by brackets, and by dashes on a line. */
function tooDeep(source: SourceText): Diagnostic | null {
  let depth = 0;
  let offset = 0;
  for (const char of source.text) {
    if (char === '[' || char === '{') depth += 1;
    if (char === ']' || char === '}') depth = Math.max(0, depth - 1);
    if (depth > 5 * yamlLimits.depth) break;
    offset += char.length;
  }
  const dashes = /(?:[-?] +){41}/.exec(source.text);
  const at = dashes?.index ?? offset;
  if (at >= source.text.length) return null;
  return depthProblem(source.rangeOf(at, at + 1));
}

function refusedProblem(source: SourceText, { kind, offset }: RefusedCharacter): Diagnostic {
  const range = source.rangeOf(offset, offset + 1);
  const problem = { code: 'yaml-syntax', severity: 'error', range } as const;
  if (kind === 'tab') {
    const fixes = [{ title: 'Replace the tab by two spaces', range, text: '  ' }];
    return { ...problem, message: 'A tab between words: YAML takes spaces only. Write spaces.', fixes };
  }
  return { ...problem, message: refusals[kind], fixes: [] };
}

const refusals = {
  'question-mark': 'A question mark inside brackets or braces: PyYAML stops here. Put the word in quotes.',
  colon: 'A word inside brackets or braces that starts with a colon: PyYAML stops here. Put it in quotes.',
  'missing-comma': 'A comma is missing before the comment above: the word before it ends there.',
} as const;

function libraryProblems(source: SourceText, document: Document.Parsed): Diagnostic[] {
  return document.errors.map((error) => yamlProblem(source, error));
}

/** A mistake makes the reader stumble on what follows it: one report for each line, ten at most. */
function firstOfEachLine(problems: readonly Diagnostic[]): Diagnostic[] {
  const ordered = problems.toSorted((a, b) => a.range.start.offset - b.range.start.offset);
  return ordered
    .filter((problem, index) => problem.range.start.line !== ordered[index - 1]?.range.start.line)
    .slice(0, 10);
}
