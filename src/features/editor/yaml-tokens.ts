import type { languages } from 'monaco-editor/editor';

/** Colours of YAML as far as a schedule uses it: keys, text, numbers, comments, punctuation. */
export const yamlTokens: languages.IMonarchLanguage = {
  defaultToken: 'string',
  tokenizer: {
    root: [
      [/^\s*(?:---|\.\.\.)\s*$/, 'delimiter'],
      [/^#.*$/, 'comment'],
      [/\s+#.*$/, 'comment'],
      [/\s+/, 'white'],
      [/[-?](?=\s|$)/, 'delimiter'],
      [/[{}[\],]/, 'delimiter'],
      [/[&*!][\w.-]*/, 'delimiter'],
      [/(?:"(?:[^"\\]|\\.)*"|'(?:[^']|'')*')(?=\s*:(?:\s|$))/, 'key'],
      [/"(?:[^"\\]|\\.)*"?/, 'string'],
      [/'(?:[^']|'')*'?/, 'string'],
      [/[|>][+-]?\d?\s*$/, 'delimiter'],
      [/[^\s,[\]{}#"'&*!|>:-][^,[\]{}:#]*?(?=\s*:(?:\s|$))/, 'key'],
      [/:(?=\s|$)/, 'delimiter'],
      [/[-+]?(?:0x[\da-fA-F_]+|0b[01_]+|\d[\d_]*(?:\.[\d_]*)?(?:[eE][-+]\d+)?|\.\d+)(?=\s*(?:$|[,\]}]|\s#))/, 'number'],
      [/(?:true|false|yes|no|on|off|null|~)(?=\s*(?:$|[,\]}]|\s#))/i, 'number'],
      [/[^\s,[\]{}#]+/, 'string'],
      [/./, 'string'],
    ],
  },
};

/** What the editor does with brackets, comments and new lines. */
export const yamlConfiguration: languages.LanguageConfiguration = {
  comments: { lineComment: '#' },
  brackets: [
    ['{', '}'],
    ['[', ']'],
  ],
  // Colour belongs to the data.
  colorizedBracketPairs: [],
  autoClosingPairs: [
    { open: '{', close: '}' },
    { open: '[', close: ']' },
    { open: '"', close: '"', notIn: ['string'] },
    { open: "'", close: "'", notIn: ['string', 'comment'] },
  ],
  surroundingPairs: [
    { open: '{', close: '}' },
    { open: '[', close: ']' },
    { open: '"', close: '"' },
    { open: "'", close: "'" },
  ],
  folding: { offSide: true },
  indentationRules: {
    increaseIndentPattern: /^\s*(?:-\s+)?[^\s#][^#]*:\s*(?:#.*)?$/,
    decreaseIndentPattern: /^\b$/,
  },
  wordPattern: /[^\s,[\]{}:'"#]+/,
};
