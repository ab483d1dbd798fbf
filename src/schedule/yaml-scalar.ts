/** What a plain (unquoted) scalar can be. Dates stay text here: no schedule key is a date. */
export type ScalarValue = string | number | boolean | null;

const booleans = /^(?:yes|Yes|YES|no|No|NO|true|True|TRUE|false|False|FALSE|on|On|ON|off|Off|OFF)$/;
const trueWords = /^(?:yes|true|on)$/i;
const floats = [
  /^[-+]?[0-9][0-9_]*\.[0-9_]*(?:[eE][-+][0-9]+)?$/,
  /^\.[0-9][0-9_]*(?:[eE][-+][0-9]+)?$/,
  /^[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+\.[0-9_]*$/,
  /^[-+]?\.(?:inf|Inf|INF)$/,
  /^\.(?:nan|NaN|NAN)$/,
];
const integers = [
  /^[-+]?0b[01_]*[01][01_]*$/,
  /^[-+]?0[0-7_]+$/,
  /^[-+]?(?:0|[1-9][0-9_]*)$/,
  /^[-+]?0x[0-9a-fA-F_]*[0-9a-fA-F][0-9a-fA-F_]*$/,
  /^[-+]?[1-9][0-9_]*(?::[0-5]?[0-9])+$/,
];

/**
 * The value that PyYAML's safe loader gives a plain scalar (YAML 1.1 with PyYAML's own expressions): `010` is 8, `1:30`
 * is 90, `yes` is true, and `1e-4` is text, because its floats need a dot and a signed exponent.
 */
export function resolvePlainScalar(source: string): ScalarValue {
  if (source === '' || source === '~' || /^(?:null|Null|NULL)$/.test(source)) return null;
  if (booleans.test(source)) return trueWords.test(source);
  if (!/^[-+.0-9]/.test(source)) return source;
  if (floats.some((form) => form.test(source))) return readFloat(source);
  if (integers.some((form) => form.test(source))) return readInteger(source);
  return source;
}

/** The value of a scalar with an explicit tag such as `!!float`; `undefined` if tag or text is not understood. */
export function resolveTaggedScalar(tag: string, source: string): ScalarValue | undefined {
  const value = resolvePlainScalar(source);
  switch (tag) {
    case 'tag:yaml.org,2002:str':
      return source;
    case '!':
      return source === '' ? null : source;
    case 'tag:yaml.org,2002:null':
      return null;
    case 'tag:yaml.org,2002:bool':
      return typeof value === 'boolean' ? value : undefined;
    case 'tag:yaml.org,2002:int':
      return typeof value === 'number' && Number.isInteger(value) ? value : undefined;
    case 'tag:yaml.org,2002:float':
      return taggedFloat(source, value);
    default:
      return undefined;
  }
}

function taggedFloat(source: string, value: ScalarValue): number | undefined {
  if (typeof value === 'number') return value;
  const number = numberInText(source);
  return number === null ? undefined : number;
}

/** The number that a person meant by a text that PyYAML does not read as one, e.g. `1e-4`; null if it is none. */
export function numberInText(text: string): number | null {
  return /^\s*[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?\s*$/.test(text) ? Number(text) : null;
}

/** A number spelled so that PyYAML reads a number: `1.0e-05`, not `1e-5`. */
export function spellNumber(value: number): string {
  const [digits = '', exponent] = String(value).split('e');
  if (exponent === undefined) return digits;
  const mantissa = digits.includes('.') ? digits : `${digits}.0`;
  return `${mantissa}e${/^[-+]/.test(exponent) ? exponent : `+${exponent}`}`;
}

function readFloat(source: string): number {
  const text = source.replaceAll('_', '').toLowerCase();
  const sign = text.startsWith('-') ? -1 : 1;
  const digits = text.replace(/^[-+]/, '');
  if (digits === '.inf') return sign * Infinity;
  if (digits === '.nan') return NaN;
  return sign * (digits.includes(':') ? sexagesimal(digits) : Number(digits));
}

function readInteger(source: string): number {
  const text = source.replaceAll('_', '');
  const sign = text.startsWith('-') ? -1 : 1;
  const digits = text.replace(/^[-+]/, '');
  if (digits === '0') return 0;
  if (digits.includes(':')) return sign * sexagesimal(digits);
  if (/^0[bx]/.test(digits)) return sign * Number(digits);
  return sign * parseInt(digits, digits.startsWith('0') ? 8 : 10);
}

/** Base 60, as in `1:30`. */
function sexagesimal(digits: string): number {
  return digits.split(':').reduce((sum, part) => sum * 60 + Number(part), 0);
}
