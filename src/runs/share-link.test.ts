import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { deflateSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { maximumTextLength } from '../protocol/run-config.ts';
import { toBase64Url } from './base64url.ts';
import type { LinkOptions } from './share/shared-experiment.ts';
import { shareDictionary1 } from './share-dictionary-1.ts';
import { shareDictionary2 } from './share-dictionary-2.ts';
import { decodeLink, encodeLink, type LinkProblemCode, maximumLinkLength } from './share-link.ts';

const recipes = import.meta.glob<string>('../zoo/recipes/*.yaml', { query: '?raw', import: 'default', eager: true });

const link = (text: string, options: LinkOptions = {}) => encodeLink({ text, ...options });
const opened = (text: string, options: LinkOptions = {}) => ({
  ok: true,
  value: { version: 2, text, ...options },
  notes: [],
});

/** A link with a right checksum around any compressed bytes, as somebody who knows the format would forge it. */
function forge(compressed: Uint8Array, version = '1'): string {
  let sum = 0;
  let sumOfSums = 0;
  for (const byte of compressed) {
    sum = (sum + byte) % 255;
    sumOfSums = (sumOfSums + sum) % 255;
  }
  return `#${version}${toBase64Url(Uint8Array.from([sum, sumOfSums, ...compressed]))}`;
}

const deflated = (bytes: Uint8Array) => deflateSync(bytes, { dictionary: new TextEncoder().encode(shareDictionary1) });
const forgeBytes = (...bytes: number[]) => forge(deflated(Uint8Array.from(bytes)));
const forgeText = (text: string) => forge(deflated(new TextEncoder().encode(text)));
/** Of version 2, around anything in the place of options and text. */
const forgeContent = (content: string) =>
  forge(
    deflateSync(new TextEncoder().encode(content), { dictionary: new TextEncoder().encode(shareDictionary2) }),
    '2',
  );

describe('a share link', () => {
  it.each(Object.entries(recipes))('carries %s in less than 900 characters', (_, text) => {
    const hash = link(text);
    expect(hash.length).toBeLessThan(900);
    expect(decodeLink(hash)).toEqual(opened(text));
  });

  it('has recipes to carry', () => {
    expect(Object.keys(recipes).length).toBeGreaterThanOrEqual(8);
  });

  it('decodes to what it encodes, for any text', () => {
    const text = fc.string({ unit: 'grapheme', maxLength: 2000 });
    fc.assert(
      fc.property(text, (value) => {
        expect(decodeLink(link(value))).toEqual(opened(value));
      }),
    );
  });

  it('carries the longest text, even one that does not compress', () => {
    let state = 1;
    const units = Array.from({ length: maximumTextLength }, () => {
      state = (state * 48271) % 2147483647;
      return 0x4e00 + (state % 20000);
    });
    const text = units.map((unit) => String.fromCharCode(unit)).join('');
    expect(link(text).length).toBeLessThan(maximumLinkLength);
    expect(decodeLink(link(text))).toEqual(opened(text));
  });

  it('keeps markup as text', () => {
    const text = '# <img src=x onerror=alert(1)> <script>alert(1)</script>\n';
    expect(decodeLink(link(text))).toEqual(opened(text));
  });

  it('is read with and without its hash sign', () => {
    expect(decodeLink(link('version: 1').slice(1))).toEqual(decodeLink(link('version: 1')));
  });

  it('of version 1 still opens', () => {
    expect(decodeLink(pinned.hash)).toEqual(opened(pinned.text));
  });

  it('of version 2 still opens, with its options', () => {
    expect(decodeLink(pinned2.hash)).toEqual(opened(pinned.text, pinned2.options));
  });

  it('has the dictionaries it was released with', () => {
    const hash = (dictionary: string) => createHash('sha256').update(dictionary).digest('hex');
    expect([hash(shareDictionary1), hash(shareDictionary2)]).toEqual([pinned.dictionary, pinned2.dictionary]);
  });

  it('decodes to the options that it encodes', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 60 }), options, (text, some) => {
        expect(decodeLink(link(text, some))).toEqual(opened(text, some));
      }),
    );
  });

  it('needs few characters for options', () => {
    const text = Object.values(recipes)[0] ?? '';
    expect(link(text, pinned2.options).length - link(text).length).toBeLessThan(130);
  });
});

const name = fc.constantFrom('watch', 'conv1.weight', 'Learning rate', 'cost', 'Bit-widths');
const options: fc.Arbitrary<LinkOptions> = fc.record(
  {
    view: fc
      .record(
        {
          tab: name,
          detail: name,
          runsTab: name,
          layer: name,
          epoch: fc.nat(500),
          tables: fc.array(name, { minLength: 1, maxLength: 4 }),
        },
        { requiredKeys: ['tab'] },
      )
      .map((view) => ({ ...view })),
    claim: fc.record({
      accuracy: fc.nat(10_000).map((value) => value / 10_000),
      sparsity: fc.nat(1000).map((value) => value / 1000),
      seed: fc.integer(),
      backend: fc.constantFrom('webgpu' as const, 'webgl' as const, 'cpu' as const),
      tolerance: fc.constantFrom(0.001, 0.005, 0.02),
    }),
    teaching: fc.record({
      hide: fc.constantFrom(['promise'] as const, ['measured', 'problems'] as const),
      lock: fc.constantFrom('all' as const, ['training.seed', 'pruners.grün.final_sparsity']),
      predict: fc.constantFrom(['accuracy'] as const, ['accuracy', 'sparsity'] as const),
    }),
  },
  { requiredKeys: [] },
);

const good = link('version: 1\ntraining:\n  epochs: 3\n  # one change: the seed\n  seed: 9\n');
const flip = (hash: string, at: number) => hash.slice(0, at) + (hash[at] === 'A' ? 'B' : 'A') + hash.slice(at + 1);

const wrongLinks: readonly (readonly [name: string, hash: string, code: LinkProblemCode])[] = [
  ['nothing', '', 'no-link'],
  ['a lone hash sign', '#', 'no-link'],
  ['a heading of a page', '#top', 'unknown-version'],
  ['version 0', `#0${good.slice(2)}`, 'unknown-version'],
  ['version 3', `#3${good.slice(2)}`, 'unknown-version'],
  ['a version in another script', `#١${good.slice(2)}`, 'unknown-version'],
  ['a hash sign too many', `#${good}`, 'unknown-version'],
  ['a blank before the version', `# ${good.slice(1)}`, 'unknown-version'],
  ['a script address', '#javascript:alert(1)', 'unknown-version'],
  ['a prototype key', '#__proto__', 'unknown-version'],
  ['a link as long as a book', `#1${'A'.repeat(maximumLinkLength)}`, 'link-too-long'],
  ['too many foreign characters', '<'.repeat(maximumLinkLength + 1), 'link-too-long'],
  ['a full stop from the sentence around it', `${good}.`, 'bad-character'],
  ['padding', `${good}=`, 'bad-character'],
  ['the other base64 alphabet', `${good.slice(0, 6)}+/${good.slice(8)}`, 'bad-character'],
  ['a line break', `${good.slice(0, 9)}\n${good.slice(9)}`, 'bad-character'],
  ['percent encoding', `${good.slice(0, 5)}%2D${good.slice(6)}`, 'bad-character'],
  ['a tag', `#1<script>alert(1)</script>`, 'bad-character'],
  ['an emoji', `${good}🙂`, 'bad-character'],
  ['a NUL', `${good}\u0000`, 'bad-character'],
  ['a query after it', `${good}?utm_source=mail`, 'bad-character'],
  ['the version alone', '#1', 'damaged'],
  ['the newer version alone', '#2', 'damaged'],
  ['content without a line of options', forgeContent('version: 1'), 'damaged'],
  ['a control character in its options', forgeContent('{"v":{"t":"\u0007"}}\nversion: 1'), 'control-character'],
  ['a text too long behind its options', forgeContent(`\n${'a'.repeat(maximumTextLength + 1)}`), 'text-too-long'],
  ['a bomb in its options', forgeContent('x'.repeat(3_000_000)), 'text-too-long'],
  ['one character', '#1A', 'damaged'],
  ['a checksum alone', '#1AAA', 'damaged'],
  ['the last character cut off', good.slice(0, -1), 'damaged'],
  ['half of it', good.slice(0, good.length / 2), 'damaged'],
  ['a character at its start changed', flip(good, 2), 'damaged'],
  ['a character in the middle changed', flip(good, 12), 'damaged'],
  ['two characters swapped', good.slice(0, 10) + good.charAt(11) + good.charAt(10) + good.slice(12), 'damaged'],
  ['characters added', `${good}AAAA`, 'damaged'],
  ['twice the payload', good + good.slice(2), 'damaged'],
  ['all in capitals', good.toUpperCase(), 'damaged'],
  ['bits left over at its end', '#1AAAB', 'damaged'],
  [
    'a stream without its end',
    forge(deflated(new TextEncoder().encode('seed: 1\n'.repeat(9))).slice(0, -3)),
    'damaged',
  ],
  ['a block of a kind that does not exist', forge(Uint8Array.from([0b111])), 'damaged'],
  ['a stored block with a wrong length', forge(Uint8Array.from([1, 5, 0, 0, 0, 65])), 'damaged'],
  ['a reference to before the dictionary', forge(Uint8Array.from([0x03, 0xde, 0xff, 0x0f, 0])), 'damaged'],
  ['noise', forge(Uint8Array.from({ length: 300 }, (_, index) => (index * 167 + 13) % 256)), 'damaged'],
  ['one character too many', forgeText('a'.repeat(maximumTextLength + 1)), 'text-too-long'],
  ['a bomb of 50 megabytes', forge(deflateSync(new Uint8Array(50_000_000))), 'text-too-long'],
  ['bytes that are not UTF-8', forgeBytes(0xff, 0xfe, 0x41), 'not-text'],
  ['half a character', forgeBytes(0x41, 0xe2, 0x82), 'not-text'],
  ['an overlong slash', forgeBytes(0xc0, 0xaf), 'not-text'],
  ['an encoded surrogate', forgeBytes(0xed, 0xa0, 0x80), 'not-text'],
  ['UTF-16', forgeBytes(0xff, 0xfe, 0x76, 0x00), 'not-text'],
  ['a NUL in the text', forgeText('version: 1\u0000'), 'control-character'],
  ['a terminal escape in the text', forgeText('\u001b[2Jversion: 1'), 'control-character'],
  ['a backspace in the text', forgeText('version: 1\b2'), 'control-character'],
  ['a C1 control in the text', forgeText('version: 1\u009b'), 'control-character'],
];

describe('a wrong link', () => {
  it.each(wrongLinks)('with %s is refused by its code', (_, hash, code) => {
    const decoded = decodeLink(hash);
    expect(decoded).toMatchObject({ ok: false, problem: { code } });
  });

  it('comes in at least thirty kinds', () => {
    expect(wrongLinks.length).toBeGreaterThanOrEqual(30);
  });

  it('never throws, whatever it holds', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.base64String(),
          fc.uint8Array({ maxLength: 400 }).map((bytes) => forge(bytes)),
          fc.string().map(forgeContent),
        ),
        (rest) => {
          const decoded = decodeLink(/^#[12]/.test(rest) ? rest : `#2${rest}`);
          if (!decoded.ok) expect(decoded.problem.message).not.toBe('');
        },
      ),
      { numRuns: 500 },
    );
  });
});

/** Made by the first release. Never edit: whoever holds this link wants this text. */
const pinned = {
  hash: '#1CtZTVvBIzElTyE8Dl77AxiywWgeX1-rFsHSmAyt9QXWlQlIlmMZaBClUo5dAOjjKQlABDIldUx1o4WAOTETIuejwnjxK8hAkKWBmIUjWQmQhRDaJxZ6IFaox0i_QaaBCDTPQIZaiBjokwlECHQA',
  text: `# Half of the dense layer's weights, pruned step by step
version: 1
training: {model: cnn_mnist, dataset: fashion-mnist, epochs: 5, seed: 7}
pruners:
  grün:
    class: AutomatedGradualPruner
    initial_sparsity: 0.1
    final_sparsity: 0.5
    weights: [fc1.weight]
policies:
  - pruner: {instance_name: grün}
    starting_epoch: 1
    ending_epoch: 4
    frequency: 1
`,
  dictionary: '0bab8611fa5a4d6f0496bcefa8137124dfdfff8c888ef73ca6690e79b62b85c5',
};

/** Made by the release that brought options. Never edit. */
const pinned2 = {
  hash: '#2BbJDHsFAGp2ADkdgH0wwho6hIEZDUEYXLMwNjaDjC8bAoQXgAANwuIGUoQTI-AFk0CAabVwIY2QAOBwArIU8EnPSFPLTwFUIsEUObJuAKx31Ylhm0YFVIaAKXyGpEkxjLUcVqtGLUR0cBTqoFoEkUVMdaAlnDswJyEXB4T15lBQEkPSMWQ5AygdEOYDI67HYc6JCNUYmBDoNVDJjphyIpagpB5JqUVIOAA',
  options: {
    view: { tab: 'watch', detail: 'cost', layer: 'conv1.weight', epoch: 3, tables: ['Accuracy'] },
    claim: { accuracy: 0.8712, sparsity: 0.31, seed: 7, backend: 'webgpu', tolerance: 0.005 },
    teaching: { hide: ['promise', 'notes'], lock: ['training.seed'], predict: ['accuracy'] },
  } satisfies LinkOptions,
  dictionary: 'd10233910d7cf204883fea362ee51e3ffa8ae11b74db67a777702cda9a8a3b81',
};
