import { isPostTraining, type MethodDefinition } from '../methods/define-method.ts';
import type { Component, Policy, PostTrainingSettings, Schedule } from './schedule.ts';

/** A component with the name of its class instead of the class. */
type ComponentData = Omit<Component, 'definition'> & { readonly className: string };

/** A policy with the number of its component in the list of components. */
type PolicyData = Policy extends infer Each
  ? Each extends Policy
    ? Omit<Each, 'component'> & ComponentNumber
    : never
  : never;

interface ComponentNumber {
  readonly component: number;
}

/** A schedule as plain data that a message can carry; `scheduleOf` makes it one again, without reading any text. */
export interface ScheduleData extends Omit<Schedule, 'components' | 'policies' | 'postTraining'> {
  readonly components: readonly ComponentData[];
  readonly policies: readonly PolicyData[];
}

/** What came of reading a text: the schedule, or the first thing that is wrong with it. */
export type SentSchedule =
  | { readonly ok: true; readonly value: ScheduleData }
  | { readonly ok: false; readonly message: string };

/** Policies of one component share it again in what `scheduleOf` makes of the data. */
export function scheduleData({ components, policies, postTraining: _, ...plain }: Schedule): ScheduleData {
  return {
    ...plain,
    components: components.map(({ definition, ...component }) => ({ ...component, className: definition.name })),
    policies: policies.map((policy) => ({ ...policy, component: components.indexOf(policy.component) })),
  };
}

/**
 * The schedule that data were made of.
 *
 * @param methods At least those of the kinds that its components are of.
 * @throws RangeError if it names a class or a component that there is not.
 */
export function scheduleOf(
  { components: componentData, policies, ...plain }: ScheduleData,
  methods: readonly MethodDefinition[],
): Schedule {
  const components = componentData.map((component) => withDefinition(component, methods));
  return {
    ...plain,
    components,
    policies: policies.map((policy): Policy => {
      const component = components[policy.component];
      if (component === undefined) throw new RangeError(`There is no component ${policy.component}`);
      return { ...policy, component };
    }),
    postTraining: postTrainingOf(components),
  };
}

function withDefinition({ className, ...component }: ComponentData, methods: readonly MethodDefinition[]): Component {
  const definition = methods.find(({ name }) => name === className);
  if (definition === undefined) throw new RangeError(`There is no class ${className}`);
  return { ...component, definition };
}

/** What quantizes the trained network when the run is over; null if no component does. */
export function postTrainingOf(components: readonly Component[]): PostTrainingSettings | null {
  for (const { name, definition, args, range } of components) {
    if (isPostTraining(definition)) return { ...definition.create(args), name, range };
  }
  return null;
}
