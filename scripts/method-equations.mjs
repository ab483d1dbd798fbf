// @ts-check
// Formulas of the reference as MathML. They stand as TeX in the methods' own files; neither TeX nor what sets it comes to the
// reader: this turns them into markup while the page is built, in a module that the reference loads.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runInNewContext } from 'node:vm';
import temml from 'temml';
import { parseSync } from 'vite';
import { definitionIn, methodFile, nameOf, withoutPagesParts } from './lean-methods.mjs';

const moduleName = 'virtual:method-equations';
const moduleId = `\0${moduleName}`;
const dropped = new Set(['equation']);

/**
 * Gives `virtual:method-equations`, and takes the TeX out of the methods.
 * @returns {import('vite').Plugin}
 */
export function methodEquations(folder = 'src/methods') {
  return {
    name: 'method-equations',
    resolveId(source) {
      return source === moduleName ? moduleId : undefined;
    },
    load(id) {
      if (id !== moduleId) return undefined;
      const files = methodFiles(folder);
      for (const file of files) this.addWatchFile(file);
      const entries = files.flatMap((file) => equationIn(readFileSync(file, 'utf8'), file) ?? []);
      return `export default ${JSON.stringify(Object.fromEntries(entries))}`;
    },
    transform: {
      order: 'post',
      handler(code, id) {
        if (!methodFile.test(id) || !code.includes('equation:')) return undefined;
        return { code: withoutPagesParts(code, this.parse(code), dropped), map: null };
      },
    },
  };
}

/** @param {string} folder @returns {string[]} */
function methodFiles(folder) {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((name) => methodFile.test(`/${name.replaceAll('\\', '/')}`) && !name.endsWith('.test.ts'))
    .sort();
}

/**
 * The class name of a method and its formula.
 *
 * @param {string} code TypeScript
 * @param {string} file names it in errors
 * @returns {[string, {lines: string[], where: string[]}][] | undefined} as a list of one entry; undefined without a formula
 * @throws Error if the formula is not made of literals, or is no TeX
 */
export function equationIn(code, file) {
  const definition = definitionIn(parseSync(file, code).program);
  /** @param {string} wanted */
  const valueOf = (wanted) => {
    const property = definition.properties.find((one) => nameOf(one) === wanted);
    if (property?.type !== 'Property') return undefined;
    return runInNewContext(`(${code.slice(property.value.start, property.value.end)})`);
  };
  const equation = valueOf('equation');
  if (equation === undefined) return undefined;
  const { tex, where } = equation;
  return [[valueOf('name'), { lines: Array.from(tex, displayed), where: withInlineMath(where) }]];
}

/** @param {string} tex */
const displayed = (tex) => temml.renderToString(tex, { displayMode: true, throwOnError: true, strict: true });

/** Words and MathML in turn, words first. @param {string} text */
function withInlineMath(text) {
  const parts = text.split('$');
  if (parts.length % 2 === 0) throw new Error(`A dollar sign is missing: ${text}`);
  return parts.map((part, index) => (index % 2 === 0 ? part : temml.renderToString(part, { throwOnError: true })));
}
