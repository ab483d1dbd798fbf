import { deflateSync, Inflate } from 'fflate';
import { maximumTextLength } from '../protocol/run-config.ts';
import { fromBase64Url, toBase64Url } from './base64url.ts';
import { readOptions, writeOptions } from './share/link-options.ts';
import { type LinkOptions, linkLimits, type SharedExperiment } from './share/shared-experiment.ts';
import { shareDictionary1 } from './share-dictionary-1.ts';
import { shareDictionary2 } from './share-dictionary-2.ts';

export type LinkProblemCode =
  | 'no-link'
  | 'unknown-version'
  | 'link-too-long'
  | 'bad-character'
  | 'damaged'
  | 'text-too-long'
  | 'not-text'
  | 'control-character';

/** Why a link gives no experiment, in a stable code and a sentence with the remedy. */
export interface LinkProblem {
  readonly code: LinkProblemCode;
  readonly message: string;
}

export type DecodedLink =
  | {
      readonly ok: true;
      readonly value: SharedExperiment;
      /** What was left out of its options or brought into range, as sentences. */
      readonly notes: readonly string[];
    }
  | { readonly ok: false; readonly problem: LinkProblem };

/** Enough for the longest text that resists compression; anything longer is refused unread. */
export const maximumLinkLength = 900_000;

/** A text of `maximumTextLength` has at most three bytes for each UTF-16 code unit, and so have the options before it. */
const maximumBytes = 3 * (linkLimits.optionsLength + 1 + maximumTextLength);

/** Compressed bytes handed to the inflater at once: they give at most half a megabyte before the cap is looked at. */
const inflateStep = 512;

const checksumLength = 2;

/** What a link is made of: a run's config, or what another link held. */
type LinkContent = LinkOptions & { readonly version?: 1 | 2; readonly text: string };

/**
 * The part of a link after `#`: the digit of its version, then base64url of two checksum bytes and the raw deflate stream
 * of the content with the preset dictionary of that version. The content of version 2 is a line of JSON with the options,
 * empty where there are none, and the text; that of version 1 was the text alone.
 */
export function encodeLink({ text, view, claim, teaching }: LinkContent): string {
  const options = writeOptions({ ...(view && { view }), ...(claim && { claim }), ...(teaching && { teaching }) });
  const content = new TextEncoder().encode(`${options}\n${text}`);
  const compressed = deflateSync(content, { level: 9, mem: 8, dictionary: dictionaries['2']() });
  const bytes = new Uint8Array(checksumLength + compressed.length);
  bytes.set(checksum(compressed));
  bytes.set(compressed, checksumLength);
  return `#2${toBase64Url(bytes)}`;
}

type LinkVersion = '1' | '2';

const dictionaries: Readonly<Record<LinkVersion, () => Uint8Array>> = {
  '1': () => new TextEncoder().encode(shareDictionary1),
  '2': () => new TextEncoder().encode(shareDictionary2),
};

/** Takes the content of version n (by position, from 1) to version n + 1. */
const migrations: readonly ((content: string) => string)[] = [(text) => `\n${text}`];

/**
 * The experiment of a link. The link may come from anybody, so sizes are capped before and while inflating, and the
 * result is a text to look at: nothing in it is run or rendered as markup. What its options say is checked one by one.
 *
 * @param hash `location.hash`, with or without its `#`.
 */
export function decodeLink(hash: string): DecodedLink {
  const link = hash.startsWith('#') ? hash.slice(1) : hash;
  if (link.length > maximumLinkLength) return refused('link-too-long');
  if (link === '') return refused('no-link');
  const version = link.charAt(0);
  if (version !== '1' && version !== '2') return refused('unknown-version');
  const payload = link.slice(1);
  if (/[^A-Za-z0-9_-]/.test(payload)) return refused('bad-character');
  const bytes = fromBase64Url(payload);
  if (bytes === null || !isIntact(bytes)) return refused('damaged');
  const inflated = inflate(bytes.subarray(checksumLength), dictionaries[version]());
  return inflated instanceof Uint8Array ? readContent(inflated, version) : refused(inflated);
}

function readContent(bytes: Uint8Array, version: LinkVersion): DecodedLink {
  let written: string;
  try {
    written = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return refused('not-text');
  }
  const content = migrations.slice(Number(version) - 1).reduce((before, migrate) => migrate(before), written);
  const end = content.indexOf('\n');
  if (end < 0) return refused('damaged');
  const text = content.slice(end + 1);
  if (text.length > maximumTextLength) return refused('text-too-long');
  if (hasControlCharacter(content)) return refused('control-character');
  const { options, notes } = readOptions(content.slice(0, end));
  return { ok: true, value: { version: 2, text, ...options }, notes };
}

/** Inflates step by step and stops as soon as the cap is passed, so a small link cannot fill the memory. */
function inflate(compressed: Uint8Array, dictionary: Uint8Array): Uint8Array | LinkProblemCode {
  const chunks: Uint8Array[] = [];
  let length = 0;
  const end = { reached: false };
  const inflater = new Inflate({ dictionary }, (chunk, final) => {
    chunks.push(chunk);
    length += chunk.length;
    end.reached = final;
  });
  try {
    for (let start = 0; start < compressed.length && length <= maximumBytes; start += inflateStep) {
      const stop = start + inflateStep;
      inflater.push(compressed.subarray(start, stop), stop >= compressed.length);
    }
  } catch {
    return 'damaged';
  }
  if (length > maximumBytes) return 'text-too-long';
  return end.reached ? joined(chunks, length) : 'damaged';
}

function joined(chunks: readonly Uint8Array[], length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}

/** Fletcher's checksum: a link that a mail program cut or changed must not open as another experiment. */
function checksum(bytes: Uint8Array): readonly [number, number] {
  let sum = 0;
  let sumOfSums = 0;
  for (const byte of bytes) {
    sum = (sum + byte) % 255;
    sumOfSums = (sumOfSums + sum) % 255;
  }
  return [sum, sumOfSums];
}

function isIntact(bytes: Uint8Array): boolean {
  if (bytes.length <= checksumLength) return false;
  const [sum, sumOfSums] = checksum(bytes.subarray(checksumLength));
  return bytes[0] === sum && bytes[1] === sumOfSums;
}

/** Control characters other than tab, line feed and carriage return: YAML forbids them, and no keyboard writes them. */
function hasControlCharacter(text: string): boolean {
  return /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u0084\u0086-\u009f]/.test(text);
}

function refused(code: LinkProblemCode): DecodedLink {
  return { ok: false, problem: { code, message: messages[code] } };
}

const messages: Readonly<Record<LinkProblemCode, string>> = {
  'no-link': 'The address carries no experiment. Press Share to make a link.',
  'unknown-version': 'This link is of a kind that this version does not know. Reload the page, or ask for a new link.',
  'link-too-long': 'This link is longer than any link made here. Ask for a new one.',
  'bad-character':
    'This link holds a character that no link has; it may have been changed on its way. Copy it again, whole.',
  damaged: 'This link is incomplete or was changed on its way. Copy it again, whole.',
  'text-too-long': `The schedule in this link is longer than ${maximumTextLength} characters. Ask for a shorter one.`,
  'not-text': 'This link does not hold text. Ask for a new one.',
  'control-character':
    'The schedule in this link holds control characters, which YAML forbids. Ask for a link without them.',
};
