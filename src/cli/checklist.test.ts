import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const text = readFileSync('docs/checklist.md', 'utf8');
const rows = [...text.matchAll(/^\| (F\d{3}) \|.*\| (works|in part|later|not here) \| (.*) \|$/gm)];

test('the checklist has a row for each of the 124 features, in order', () => {
  expect(rows.map(([, id]) => id)).toEqual(
    Array.from({ length: 124 }, (_, at) => `F${String(at + 1).padStart(3, '0')}`),
  );
});

test('every proof that the checklist names exists', () => {
  const tests = rows.flatMap(([, , , reason = '']) =>
    [...reason.matchAll(/`((?:src|e2e)\/[^`]+)`/g)].map(([, path]) => path ?? ''),
  );
  const vectors = rows.flatMap(([, , , reason = '']) =>
    [...reason.matchAll(/vectors `(\w+)`/g)].map(([, area]) => area ?? ''),
  );
  const paths = [...tests, ...vectors.map((area) => `src/core/golden/vectors/${area}.json`)];
  expect(paths.filter((path) => !existsSync(path))).toEqual([]);
});

test('what works has a proof', () => {
  const unproven = rows.filter(([, , state, reason = '']) => state === 'works' && !/`|\]\(/.test(reason));
  expect(unproven.map(([, id]) => id)).toEqual([]);
});
