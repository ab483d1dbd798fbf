// @ts-check
// What the training worker needs of the methods: what they do, not what they say. A method stays one file; its words and
// schemas are for the page, and are left out where the worker is bundled.

/** Parts of a definition that only the page reads. @type {ReadonlySet<string>} */
export const pagesParts = new Set([
  'summary',
  'notes',
  'formula',
  'equation',
  'reference',
  'extension',
  'args',
  'example',
  'names',
  'check',
  'checkParameter',
  'checkNetwork',
  'checkWindow',
  'extendNetwork',
]);

export const methodFile = /\/src\/methods\/[^/]+\/[^/]+\.ts$/;
const schemaStub = '\0schemas-of-the-page';

/**
 * A plugin for the build of the worker. The page has checked every argument before it sends a schedule.
 * @returns {import('vite').Plugin}
 */
export function leanMethods() {
  return {
    name: 'lean-methods',
    enforce: 'pre',
    resolveId(source) {
      return source === 'zod' ? schemaStub : undefined;
    },
    load(id) {
      return id === schemaStub ? stubCode : undefined;
    },
    transform: {
      order: 'post',
      handler(code, id) {
        return methodFile.test(id) ? { code: withoutPagesParts(code, this.parse(code)), map: null } : undefined;
      },
    },
  };
}

/** Schemas that can be put together and not used. */
const stubCode = `
const misuse = () => { throw new Error('The worker holds no schemas'); };
const schema = new Proxy(() => schema, { get: (_, key) => (/parse|json/i.test(String(key)) ? misuse : schema) });
export const z = schema;
`;

/** @typedef {ReturnType<typeof import('vite').parseSync>['program']} Program */

/**
 * The text of a method's file without those properties of its definition.
 *
 * @param {string} code JavaScript whose default export is \`define…({…})\`
 * @param {Program} program its syntax tree, with offsets
 * @param {ReadonlySet<string>} dropped names of properties
 * @returns {string}
 */
export function withoutPagesParts(code, program, dropped = pagesParts) {
  const definition = definitionIn(program);
  const kept = definition.properties.filter((property) => !dropped.has(nameOf(property) ?? ''));
  const [start, end] = offsets(definition);
  const parts = kept.map((property) => code.slice(...offsets(property)));
  return `${code.slice(0, start)}{${parts.join(', ')}}${code.slice(end)}`;
}

/** The object that a method's file hands to its `define…`. @param {Program} program */
export function definitionIn(program) {
  const exported = program.body.find(({ type }) => type === 'ExportDefaultDeclaration');
  const call = exported?.type === 'ExportDefaultDeclaration' ? exported.declaration : undefined;
  const definition = call?.type === 'CallExpression' ? call.arguments[0] : undefined;
  if (definition?.type !== 'ObjectExpression') throw new Error('A method exports define…({…}) by default');
  return definition;
}

/** @param {{type: string, key?: {type: string, name?: unknown}}} property */
export function nameOf({ type, key }) {
  return type === 'Property' && key?.type === 'Identifier' ? String(key.name) : undefined;
}

/** @param {{start: number, end: number}} node @returns {[number, number]} */
function offsets({ start, end }) {
  return [start, end];
}
