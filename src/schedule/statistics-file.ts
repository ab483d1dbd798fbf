import { stringify, type ScalarTag, type Tags } from 'yaml';

/**
 * Activation statistics as Distiller writes them in `acts_quantization_stats.yaml`, readable by PyYAML: inputs are numbered
 * by integers, and floats have the form that YAML 1.1 takes for one (`1.0e-07`, where `1e-7` would be a text).
 *
 * @param statistics Layer names with `inputs` and `output`, as plain objects.
 */
export function statisticsYaml(statistics: unknown): string {
  return stringify(withIntegerKeys(statistics), { version: '1.1', customTags: ownTags, lineWidth: 0 });
}

/** Without the tags of 1.1 for ordered maps, which PyYAML would read as lists of pairs. */
function ownTags(tags: Tags): Tags {
  return [pythonFloat, ...tags.filter((tag) => typeof tag === 'string' || !tag.tag.endsWith(':omap'))];
}

const pythonFloat: ScalarTag = {
  identify: (value) => typeof value === 'number' && !Number.isSafeInteger(value),
  default: true,
  tag: 'tag:yaml.org,2002:float',
  test: /^[-+]?[0-9][0-9_]*\.[0-9_]*(?:e[-+][0-9]+)?$/,
  resolve: Number,
  stringify: ({ value }) => floatText(Number(value)),
};

function floatText(value: number): string {
  if (Number.isNaN(value)) return '.nan';
  if (!Number.isFinite(value)) return value > 0 ? '.inf' : '-.inf';
  const [mantissa = '', exponent] = String(value).split('e');
  if (exponent === undefined) return mantissa;
  const sign = exponent.startsWith('-') ? '-' : '+';
  const digits = exponent.replace(/^[+-]/, '').padStart(2, '0');
  return `${mantissa.includes('.') ? mantissa : `${mantissa}.0`}e${sign}${digits}`;
}

function withIntegerKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withIntegerKeys);
  if (typeof value !== 'object' || value === null) return value;
  return new Map(
    Object.entries(value).map(([key, entry]) => [/^\d+$/.test(key) ? Number(key) : key, withIntegerKeys(entry)]),
  );
}
