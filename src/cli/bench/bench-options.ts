import { parseArgs } from 'node:util';
import { type TableModel, tableModels } from '../../bench/bench-models.ts';
import { type SystemName, systemNames, type Variant, variants } from '../../bench/variants.ts';

export interface BenchOptions {
  /** Where the record goes; undefined if nowhere. */
  readonly json: string | undefined;
  /** What is measured: the names that were given, of each kind; all of a kind where none was. */
  readonly models: readonly TableModel[];
  readonly systems: readonly SystemName[];
  readonly variants: readonly Variant[];
  readonly wantsGrowth: boolean;
  /** Fewer and shorter rounds, and no growth curves: figures for a first look. */
  readonly isQuick: boolean;
  /** Steps of the memory test; 0 for none. */
  readonly leakSteps: number;
  /** Models of the memory test: those that were named, or a small one. */
  readonly leakModels: readonly TableModel[];
}

const growth = 'growth';
/** Half precision is measured outside of browsers, see native-run.ts. */
const pageSystems = systemNames.filter((name) => name !== 'ours-f16');

export const benchUsage = `Usage: npm run bench [-- --json FILE] [--only NAME] ... [--quick] [--leak STEPS]

Trains the same networks on the same batches with this project, with model.fit of TensorFlow.js and with jax-js, plain and
compressed, one after the other and again, in a headless Chromium, and prints milliseconds per step.

  --json FILE   writes all figures
  --only NAME   only one model (${Object.keys(tableModels).join(', ')}),
                system (${pageSystems.join(', ')}),
                variant (${variants.join(', ')}), or ${growth}; may be given several times
  --quick       fewer rounds, and no growth curves: for a first look
  --leak STEPS  also trains each named model (or mlp) for that many steps with mask and few bits, and says how memory grows

Ends with 1 if a system computed something wrong or failed, with 2 if the command line was not understood.
`;

/** What the command line asks for; a sentence if it cannot be understood, and null if it asks for help. */
export function readBenchOptions(args: readonly string[]): BenchOptions | string | null {
  let parsed: ReturnType<typeof parse>;
  try {
    parsed = parse(args);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  const { json, only, quick, leak, help } = parsed.values;
  if (help) return null;
  const leakSteps = Number(leak);
  if (!Number.isSafeInteger(leakSteps) || leakSteps < 0) return `--leak takes a number of steps, not ${leak}.`;
  const unknown = only.find((name) => !nameable.includes(name));
  if (unknown !== undefined) return `There is nothing called ${unknown} to measure.`;
  return { json, isQuick: quick, leakSteps, ...choose(only, quick) };
}

const modelNames = Object.keys(tableModels) as readonly TableModel[];
const nameable: readonly string[] = [...modelNames, ...pageSystems, ...variants, growth];

/** Growth curves alone are no table. */
function choose(
  only: readonly string[],
  isQuick: boolean,
): Pick<BenchOptions, 'models' | 'systems' | 'variants' | 'wantsGrowth' | 'leakModels'> {
  const given = <Name extends string>(names: readonly Name[]) => names.filter((name) => only.includes(name));
  const chosen = <Name extends string>(names: readonly Name[], otherwise = names) => {
    return given(names).length > 0 ? given(names) : otherwise;
  };
  const namesCases = given<string>([...modelNames, ...variants]).length > 0;
  return {
    models: only.includes(growth) && !namesCases ? [] : chosen(modelNames),
    systems: chosen(pageSystems),
    variants: chosen(variants),
    leakModels: chosen(modelNames, ['mlp']),
    wantsGrowth: only.includes(growth) || (only.length === 0 && !isQuick),
  };
}

function parse(args: readonly string[]) {
  return parseArgs({
    args: [...args],
    options: {
      json: { type: 'string' },
      only: { type: 'string', multiple: true, default: [] },
      quick: { type: 'boolean', default: false },
      leak: { type: 'string', default: '0' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
}
