import equations from 'virtual:method-equations';
import { expect, it } from 'vitest';
import { catalogue } from '../src/methods/catalogue.ts';
import { equationIn } from './method-equations.mjs';

const method = (equation) => `export default definePruner({ kind: 'pruner', name: 'Half', equation: ${equation} });`;

it('turns the TeX of a method into MathML', () => {
  const code = method('{ tex: [String.raw`\\frac{1}{2}`], where: "$k$ is `count`." }');
  const [[name, { lines, where }]] = equationIn(code, 'half.ts');
  expect(name).toBe('Half');
  expect(lines).toEqual([expect.stringMatching(/^<math display="block".*<mfrac><mn>1<\/mn><mn>2<\/mn><\/mfrac>/)]);
  expect(where).toEqual(['', expect.stringContaining('<mi>k</mi>'), ' is `count`.']);
});

it('refuses what is no TeX, and a dollar sign without its partner', () => {
  expect(() => equationIn(method('{ tex: ["\\\\frac{1"], where: "" }'), 'half.ts')).toThrow();
  expect(() => equationIn(method('{ tex: [], where: "$k" }'), 'half.ts')).toThrow('dollar');
});

it('has one for each method that computes something, and keeps the TeX out of the catalogue', () => {
  const without = catalogue.filter(({ name }) => equations[name] === undefined).map(({ name }) => name);
  expect(without).toEqual(['ChannelRemover', 'FilterRemover', 'StructureRemover']);
  expect(Object.keys(equations).filter((name) => !catalogue.some((one) => one.name === name))).toEqual([]);
  expect(catalogue.filter(({ equation }) => equation !== undefined)).toEqual([]);
});
