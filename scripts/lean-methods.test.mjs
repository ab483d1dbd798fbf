import { readdirSync, readFileSync } from 'node:fs';
import { parseSync } from 'vite';
import { expect, it } from 'vitest';
import { pagesParts, withoutPagesParts } from './lean-methods.mjs';

const lean = (code) => withoutPagesParts(code, parseSync('half.js', code).program);

it('keeps what a method does and drops what it says', () => {
  const code = `import { z } from 'zod';
const share = (of) => of / 2;
export default definePruner({ kind: 'pruner', name: 'Half', summary: 'Halves.', args: z.strictObject({}), needs: ['gradient'], create() { return share(1); } });
export const other = 1;`;
  expect(lean(code)).toBe(`import { z } from 'zod';
const share = (of) => of / 2;
export default definePruner({kind: 'pruner', name: 'Half', needs: ['gradient'], create() { return share(1); }});
export const other = 1;`);
});

it('refuses a file that is no method', () => {
  const code = 'export default 3;';
  expect(() => lean(code)).toThrow('define');
});

it('drops nothing that the engine or the worker reads', () => {
  const sources = ['src/engine', 'src/worker'].flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      // Cases are for tests only.
      .filter((name) => name.endsWith('.ts') && !/(?:\.test|-cases|-fixtures)\.ts$/.test(name))
      .map((name) => readFileSync(`${folder}/${name}`, 'utf8')),
  );
  const read = new RegExp(`\\bdefinition\\??\\.(?:${[...pagesParts].join('|')})\\b`);
  expect(sources.filter((source) => read.test(source))).toEqual([]);
});
