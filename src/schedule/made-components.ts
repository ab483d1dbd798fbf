import { type LayerLevel, shortestShare } from '../core/layer-levels.ts';
import type { ModulePlan, PlanWindow, PruningPlan, QuantizationPlan, SchedulePlan } from './schedule-plan.ts';

/** What is put into a text, as lines without indentation. */
export interface MadeParts {
  readonly section: 'pruners' | 'quantizers';
  readonly instances: readonly (readonly string[])[];
  readonly policies: readonly (readonly string[])[];
}

/** The YAML of a plan. @param taken Names that other instances have. */
export function writePlan(plan: SchedulePlan, window: PlanWindow, taken: ReadonlySet<string>): MadeParts {
  return plan.kind === 'pruning' ? writePruning(plan, window, taken) : writeQuantization(plan, window, taken);
}

interface Instance {
  readonly name: string;
  /** Lines under the name, indented by two. */
  readonly body: readonly string[];
}

function writePruning(plan: PruningPlan, window: PlanWindow, taken: ReadonlySet<string>): MadeParts {
  const isLevels = plan.granularity === 'element' && plan.form === 'one-shot';
  const instances = named(isLevels ? [levelPruner(plan)] : levelGroups(plan).map(groupPruner(plan)), taken);
  return {
    section: 'pruners',
    instances: withComment(instances, plan.comment),
    policies: instances.map(({ name }) => policyLines('pruner', name, window)),
  };
}

/** Distiller's pruner with a level for each parameter. */
function levelPruner({ levels }: PruningPlan): Instance {
  const lines = pruned(levels).map((level) => `  ${level.parameter}: ${shareOf(level)}`);
  return { name: 'levels', body: ['class: SparsityLevelParameterPruner', 'levels:', ...lines] };
}

const pruned = (levels: readonly LayerLevel[]): readonly LayerLevel[] => levels.filter((level) => level.pruned > 0);

const shareOf = ({ pruned: count, pieces }: LayerLevel): number => shortestShare(count, pieces);

interface LevelGroup {
  readonly share: number;
  readonly parameters: readonly string[];
}

/** Parameters with the same level are pruned by one pruner; in the order of the network. */
function levelGroups({ levels }: PruningPlan): readonly LevelGroup[] {
  const shares = [...new Set(pruned(levels).map(shareOf))];
  return shares.map((share) => ({
    share,
    parameters: pruned(levels)
      .filter((level) => shareOf(level) === share)
      .map(({ parameter }) => parameter),
  }));
}

const groupTypes = { filter: 'Filters', channel: 'Channels' } as const;
const groupWords = { element: 'weights', filter: 'filters', channel: 'channels' } as const;

function groupPruner({ granularity, form }: PruningPlan): (group: LevelGroup) => Instance {
  return ({ share, parameters }) => {
    const [first = ''] = parameters;
    const suffix =
      parameters.length === 1 ? first.replace(/\.weight$/, '') : String(Number((share * 100).toPrecision(12)));
    const isGradual = form === 'gradual';
    const className = granularity === 'element' ? 'AutomatedGradualPruner' : rankedPruner(isGradual);
    return {
      name: `${isGradual ? 'gradual' : groupWords[granularity]}_${suffix.replaceAll('.', '_')}`,
      body: [
        `class: ${className}`,
        ...(granularity === 'element' ? [] : [`group_type: ${groupTypes[granularity]}`]),
        ...(isGradual ? [`initial_sparsity: ${share > 0.1 ? 0.05 : 0}`, `final_sparsity: ${share}`] : []),
        ...(isGradual ? [] : [`desired_sparsity: ${share}`]),
        `weights: [${parameters.join(', ')}]`,
      ],
    };
  };
}

const rankedPruner = (isGradual: boolean): string => `L1RankedStructureParameterPruner${isGradual ? '_AGP' : ''}`;

function writeQuantization(plan: QuantizationPlan, window: PlanWindow, taken: ReadonlySet<string>): MadeParts {
  const [instance] = named(
    [
      {
        name: 'layer_bits',
        body: [
          'class: QuantAwareTrainRangeLinearQuantizer',
          'bits_weights: null',
          'bits_activations: null',
          'mode: ASYMMETRIC_UNSIGNED',
          ...(plan.perChannel ? ['per_channel_wts: true'] : []),
          'overrides:',
          ...plan.modules.flatMap(overrideLine),
        ],
      },
    ],
    taken,
  );
  if (!instance) return { section: 'quantizers', instances: [], policies: [] };
  return {
    section: 'quantizers',
    instances: withComment([instance], plan.comment),
    policies: [policyLines('quantizer', instance.name, window)],
  };
}

/** Every module that was measured, also one that stays in float: what is written is what was chosen. */
function overrideLine({ module, weights, activations }: ModulePlan): string[] {
  const bits = [
    ...(weights === undefined ? [] : [`bits_weights: ${weights}`]),
    ...(activations === undefined ? [] : [`bits_activations: ${activations}`]),
  ];
  return bits.length === 0 ? [] : [`  ${module}: {${bits.join(', ')}}`];
}

/** The same with names that are free. */
function named(instances: readonly Instance[], taken: ReadonlySet<string>): readonly Instance[] {
  const used = new Set(taken);
  return instances.map(({ name, body }) => {
    let free = name;
    for (let number = 2; used.has(free); number++) free = `${name}_${number}`;
    used.add(free);
    return { name: free, body };
  });
}

function withComment(instances: readonly Instance[], comment: readonly string[]): MadeParts['instances'] {
  return instances.map(({ name, body }, index) => [
    ...(index === 0 ? comment.map((line) => `# ${line}`) : []),
    `${name}:`,
    ...body.map((line) => `  ${line}`),
  ]);
}

function policyLines(kind: 'pruner' | 'quantizer', name: string, window: PlanWindow): readonly string[] {
  const when =
    window.form === 'single'
      ? [`epochs: [${window.epoch}]`]
      : [`starting_epoch: ${window.startingEpoch}`, `ending_epoch: ${window.endingEpoch}`, 'frequency: 1'];
  return [`- ${kind}:`, `    instance_name: ${name}`, ...when.map((line) => `  ${line}`)];
}
