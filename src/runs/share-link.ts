import { deflateSync, Inflate } from 'fflate';
import { maximumTextLength, type RunConfig } from '../protocol/run-config.ts';
import { fromBase64Url, toBase64Url } from './base64url.ts';
import { shareDictionary1 } from './share-dictionary-1.ts';

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
  | { readonly ok: true; readonly value: RunConfig }
  | { readonly ok: false; readonly problem: LinkProblem };

/** Enough for the longest text that resists compression; anything longer is refused unread. */
export const maximumLinkLength = 900_000;

/** A text of `maximumTextLength` has at most three bytes for each UTF-16 code unit. */
const maximumBytes = 3 * maximumTextLength;

/** Compressed bytes handed to the inflater at once: they give at most half a megabyte before the cap is looked at. */
const inflateStep = 512;

const checksumLength = 2;

/**
 * The part of a link after `#`: the digit 1, then base64url of two checksum bytes and the raw deflate stream of the UTF-8
 * text with the preset dictionary of version 1. Carries what makes a run, never results.
 */
export function encodeLink({ text }: RunConfig): string {
  const compressed = deflateSync(new TextEncoder().encode(text), { level: 9, mem: 8, dictionary: dictionary() });
  const bytes = new Uint8Array(checksumLength + compressed.length);
  bytes.set(checksum(compressed));
  bytes.set(compressed, checksumLength);
  return `#1${toBase64Url(bytes)}`;
}

/**
 * The experiment of a link. The link may come from anybody, so sizes are capped before and while inflating, and the
 * result is a text to look at: nothing in it is run or rendered as markup.
 *
 * @param hash `location.hash`, with or without its `#`.
 */
export function decodeLink(hash: string): DecodedLink {
  const link = hash.startsWith('#') ? hash.slice(1) : hash;
  if (link.length > maximumLinkLength) return refused('link-too-long');
  if (link === '') return refused('no-link');
  if (!link.startsWith('1')) return refused('unknown-version');
  const payload = link.slice(1);
  if (/[^A-Za-z0-9_-]/.test(payload)) return refused('bad-character');
  const bytes = fromBase64Url(payload);
  if (bytes === null || !isIntact(bytes)) return refused('damaged');
  const inflated = inflate(bytes.subarray(checksumLength));
  return inflated instanceof Uint8Array ? readText(inflated) : refused(inflated);
}

function readText(bytes: Uint8Array): DecodedLink {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return refused('not-text');
  }
  if (text.length > maximumTextLength) return refused('text-too-long');
  if (hasControlCharacter(text)) return refused('control-character');
  return { ok: true, value: { version: 1, text } };
}

/** Inflates step by step and stops as soon as the cap is passed, so a small link cannot fill the memory. */
function inflate(compressed: Uint8Array): Uint8Array | LinkProblemCode {
  const chunks: Uint8Array[] = [];
  let length = 0;
  const end = { reached: false };
  const inflater = new Inflate({ dictionary: dictionary() }, (chunk, final) => {
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

function dictionary(): Uint8Array {
  return new TextEncoder().encode(shareDictionary1);
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
