import { networkParameters } from '../core/network.ts';
import { catalogue } from '../methods/catalogue.ts';
import { isPostTraining, type MethodDefinition } from '../methods/define-method.ts';
import { checkUntrainedExits } from './check-extensions.ts';
import { checkPolicies } from './check-policies.ts';
import { checkPromises } from './check-promises.ts';
import { checkReferences } from './check-references.ts';
import type { Diagnostic, Parsed, SourceRange } from './diagnostics.ts';
import { readTeachers, readTeacherSize } from './check-teachers.ts';
import { chooseNames } from './choose-model.ts';
import { foreignParameter } from './foreign-model.ts';
import { sectionKinds, topLevelKeys } from './grammar.ts';
import { didYouMean, nearestFixes } from './nearest-name.ts';
import { type Instance, kindWords, readInstances } from './read-components.ts';
import { type PolicyNode, readPolicies } from './read-policies.ts';
import { readTraining, type TrainingBlock } from './read-training.ts';
import { readYaml, type YamlText } from './read-yaml.ts';
import { listNames, Report } from './report.ts';
import type { Schedule, TrainingSettings } from './schedule.ts';
import { postTrainingOf } from './schedule-data.ts';
import type { SourceText } from './source-text.ts';
import { readSweep } from './sweep.ts';
import { entryOf, type MapNode, type YamlNode } from './yaml-node.ts';
import type { Zoo } from './zoo-port.ts';

/** Epochs of a run whose text does not say how many: as many as the policies need, but no more than this. */
const mostDefaultEpochs = 400;

/**
 * Reads a schedule: YAML to tree, tree to sections, names against the model, policies against each other and the run.
 * All problems are reported at once, in the order of the text. Never throws.
 *
 * @param methods The classes that a file may name; every one that there is unless a test says otherwise.
 */
export function parseSchedule(
  text: string,
  zoo: Zoo,
  methods: readonly MethodDefinition[] = catalogue,
): Parsed<Schedule> {
  return parseYaml(readYaml(text), zoo, methods);
}

/** The same for a text that has been read already. */
export function parseYaml(
  yaml: YamlText,
  zoo: Zoo,
  methods: readonly MethodDefinition[] = catalogue,
): Parsed<Schedule> {
  const report = new Report();
  report.diagnostics.push(...yaml.diagnostics);
  const root = report.failed ? null : rootMap(report, yaml);
  const schedule = root && readSchedule(report, root, yaml, { zoo, methods });
  const diagnostics = inTextOrder(report.diagnostics);
  if (schedule === null || report.failed) return { ok: false, diagnostics };
  return { ok: true, value: schedule, diagnostics };
}

function inTextOrder(diagnostics: readonly Diagnostic[]): Diagnostic[] {
  return diagnostics.toSorted((a, b) => a.range.start.offset - b.range.start.offset);
}

function rootMap(report: Report, { root, source }: YamlText): MapNode | null {
  if (root?.kind === 'map' && root.entries.length > 0) return isSchedule(report, root) ? root : null;
  const start = source.rangeOf(0, 0);
  if (root === null || root.kind === 'map' || (root.kind === 'scalar' && root.value === null)) {
    const fixes = [{ title: 'Add `policies`', range: start, text: 'policies: []\n' }];
    report.error('no-policies', start, 'The schedule is empty. Choose a recipe, or write `policies:`.', fixes);
  } else {
    const message = 'A schedule is a map. Start a line with a section and a colon, such as `policies:`.';
    report.error('wrong-type', root.range, message);
  }
  return null;
}

/** A file without a single section, such as the statistics of a calibration, gets one notice for all its keys. */
function isSchedule(report: Report, root: MapNode): boolean {
  const [first] = root.entries;
  const known = Object.keys(topLevelKeys);
  if (
    !first ||
    root.entries.some(
      (entry) => known.includes(entry.name) || nearestFixes(entry.name, known, entry.key.range).length > 0,
    )
  ) {
    return true;
  }
  const message = `This is no schedule: none of its sections, such as \`${first.name}\`, is one of ${listNames(known)}.`;
  report.error('not-a-schedule', first.key.range, message);
  return false;
}

interface Context {
  readonly zoo: Zoo;
  readonly methods: readonly MethodDefinition[];
}

function readSchedule(report: Report, root: MapNode, yaml: YamlText, { zoo, methods }: Context): Schedule | null {
  reportUnknownSections(report, root);
  const trainingNode = entryOf(root, 'training');
  const training = readTraining(report, trainingNode?.value, yaml.source.rangeOf(0, 0), zoo);
  const written = readInstances(report, root, methods);
  const list = policyList(report, root, written, yaml);
  if (training !== null)
    return joinParts(report, {
      training,
      written,
      list,
      methods,
      zoo,
      root,
      source: yaml.source,
      trainingWritten: trainingNode !== undefined,
    });
  reportUse(report, written, readPolicies(report, list, written).used, methods);
  return null;
}

interface Parts {
  readonly training: TrainingBlock;
  readonly trainingWritten: boolean;
  readonly written: readonly Instance[];
  readonly list: readonly YamlNode[];
  readonly methods: readonly MethodDefinition[];
  readonly zoo: Zoo;
  readonly root: MapNode;
  /** All of the file, with its comments. */
  readonly source: SourceText;
}

function joinParts(report: Report, parts: Parts): Schedule {
  const { training, trainingWritten, written, list, methods, zoo } = parts;
  const { names, foreign } = chooseNames(report, parts);
  const { network } = names;
  const instances = checkReferences(foreign ? new Report() : report, written, names);
  const { policies, used } = readPolicies(report, list, instances);
  reportUse(report, instances, used, methods);
  checkUntrainedExits(report, { instances, network, place: placeOfModel(parts) });
  const { teachers, teacherSize } = readTeaching(report, instances, { zoo, training });
  const epochs = runLength(training, policies);
  const foreignParameters = foreign?.parameters.map(foreignParameter) ?? [];
  const parameters = [...networkParameters(network), ...foreignParameters];
  const facts = { epochs, names, network, parameters, foreign: foreign !== null };
  checkPolicies(report, policies, facts);
  const sweep = readSweep(report, parts.root);
  const hasRatePolicy = policies.some((policy) => policy.instance.kind === 'lr_scheduler');
  const components = instances.flatMap((instance) => instance.component ?? []);
  const schedule: Schedule = {
    training: { ...training.settings, ...teacherSize, model: names.model, epochs },
    network,
    components,
    foreignParameters,
    policies: policies.flatMap((policy) => policy.policy ?? []),
    postTraining: postTrainingOf(components),
    teachers,
    defaultLearningRateDrop: !trainingWritten && !hasRatePolicy,
    ...(sweep === null ? {} : { sweep }),
  };
  // Only what can run promises anything.
  if (!report.failed) checkPromises(report, policies, { schedule, training: trainingMap(parts.root) });
  return schedule;
}

function trainingMap(root: MapNode): MapNode | null {
  const node = entryOf(root, 'training')?.value;
  return node?.kind === 'map' ? node : null;
}

function readTeaching(
  report: Report,
  instances: readonly Instance[],
  { zoo, training }: Pick<Parts, 'zoo' | 'training'>,
): Pick<Schedule, 'teachers'> & { readonly teacherSize: Pick<TrainingSettings, 'teacherSize'> } {
  const { dataset, trainSize } = training.settings;
  const data = zoo.datasets.find(({ name }) => name === dataset);
  if (!data) return { teachers: {}, teacherSize: {} };
  const size = readTeacherSize(report, instances, { data, trainSize });
  return {
    teachers: readTeachers(report, instances, { zoo, data }),
    teacherSize: size === undefined ? {} : { teacherSize: size },
  };
}

/** Where the file says which model it trains, or begins. */
function placeOfModel({ root }: Parts): SourceRange {
  const training = trainingMap(root);
  const model = training ? entryOf(training, 'model') : undefined;
  return model?.value.range ?? root.entries[0]?.key.range ?? root.range;
}

function reportUnknownSections(report: Report, root: MapNode): void {
  const known = Object.keys(topLevelKeys);
  for (const { name, key } of root.entries) {
    if (known.includes(name)) continue;
    const fixes = nearestFixes(
      name,
      known.filter((section) => !entryOf(root, section)),
      key.range,
    );
    const message = `There is no section \`${name}\`, and Distiller ignores it.${didYouMean(fixes)} Sections: ${Object.keys(sectionKinds).join(', ')}, policies, training.`;
    report.warning('unknown-section', key.range, message, fixes);
  }
}

function policyList(
  report: Report,
  root: MapNode,
  instances: readonly Instance[],
  yaml: YamlText,
): readonly YamlNode[] {
  const entry = entryOf(root, 'policies');
  const node = entry?.value;
  if (node?.kind === 'list') return node.items;
  if (node !== undefined && !(node.kind === 'scalar' && node.value === null)) {
    report.error('wrong-type', node.range, '`policies` is not a list. Start each policy with a dash.');
  } else
    reportNoPolicies(report, entry?.key.range ?? yaml.source.rangeOf(0, 0), {
      instances,
      yaml,
      empty: entry !== undefined,
    });
  return [];
}

function reportNoPolicies(
  report: Report,
  range: Diagnostic['range'],
  {
    instances,
    yaml,
    empty,
  }: { readonly instances: readonly Instance[]; readonly yaml: YamlText; readonly empty: boolean },
): void {
  if (instances.length > 0 && instances.every((instance) => isPostTraining(instance.definition))) {
    report.hint('no-policies', range, 'No policy: the model trains as it is, and the quantizer is for afterwards.');
    return;
  }
  const { text } = yaml.source;
  const end = yaml.source.rangeOf(text.length, text.length);
  const fix = empty
    ? { title: 'Write an empty list', range: { start: range.end, end: { ...range.end } }, text: ': []' }
    : {
        title: 'Add an empty list',
        range: end,
        text: `${text === '' || text.endsWith('\n') ? '' : '\n'}policies: []\n`,
      };
  const message = 'The schedule has no policies, so nothing would run. Add `policies:` with an item for each instance.';
  report.error('no-policies', range, message, empty ? [] : [fix]);
}

function reportUse(
  report: Report,
  instances: readonly Instance[],
  used: ReadonlySet<Instance>,
  methods: readonly MethodDefinition[],
): void {
  for (const instance of instances) {
    const { kind, name, nameRange, className, classRange } = instance;
    const isKnown = methods.some((definition) => definition.name === className);
    if (!used.has(instance)) {
      if (isPostTraining(instance.definition)) continue;
      report.warning(
        'unused-instance',
        nameRange,
        `No policy uses the ${kindWords[kind]} \`${name}\`. Add a policy, or remove it.`,
      );
    } else if (className !== null && !isKnown && !report.diagnostics.some((problem) => problem.range === classRange)) {
      const message = `\`${className}\` is not available here yet. Its policies are left out of the run.`;
      report.warning('unavailable-class', classRange, message);
    }
  }
}

function runLength(training: TrainingBlock, policies: readonly PolicyNode[]): number {
  const { epochs } = training.settings;
  if (training.epochsWritten) return epochs;
  const needed = Math.max(epochs, ...policies.map((policy) => policy.window.endingEpoch));
  return Math.min(needed, mostDefaultEpochs);
}
