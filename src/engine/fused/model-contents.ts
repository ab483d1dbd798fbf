import type { Optimizer } from '../optimizer.ts';
import type { TrainedNetwork } from '../train-step.ts';
import type { NamedScalar, StepContents } from './step-memory.ts';

/** A network and who moves it. */
export interface LearningModel {
  readonly model: TrainedNetwork;
  readonly optimizer: Optimizer;
}

/** Copies of what a step goes on from. */
export async function readContents(
  { model, optimizer }: LearningModel,
  learned: readonly NamedScalar[],
): Promise<StepContents> {
  const { parameters, statistics, quantization } = model;
  const names = parameters.specs.map(({ name }) => name);
  const values = await parameters.readValues(names);
  const states = await Promise.all(names.map((name) => optimizer.readState(parameters.variable(name))));
  const variables = [...(quantization?.scalars() ?? [])];
  const scalars = await Promise.all(variables.map(([, variable]) => variable.data()));
  const ofLearned = await Promise.all(
    learned.map(({ name }) => optimizer.readState(quantization!.scalars().get(name)!)),
  );
  const slots = states[0]?.length ?? 0;
  const perSlot = <T>(make: (slot: number) => T): T[] => Array.from({ length: slots }, (_, slot) => make(slot));
  return {
    values,
    state: perSlot((slot) => new Map(names.map((name, at) => [name, states[at]![slot]!]))),
    statistics: await statistics.read(),
    scalars: new Map(variables.map(([name], at) => [name, scalars[at]![0]!])),
    scalarState: perSlot((slot) => new Map(learned.map(({ name }, at) => [name, ofLearned[at]![slot]![0]!]))),
  };
}

/** Brings a network and its optimizer to where steps have come. */
export function advanceModel(
  { model, optimizer }: LearningModel,
  learned: readonly NamedScalar[],
  { values, state, statistics, scalars, scalarState }: StepContents,
): void {
  model.parameters.advance(values);
  model.statistics.advance(statistics);
  model.quantization?.advance(scalars);
  for (const { name } of model.parameters.specs) {
    optimizer.advance(
      model.parameters.variable(name),
      state.map((own) => own.get(name)!),
    );
  }
  const variables = model.quantization?.scalars();
  for (const { name } of learned) {
    optimizer.advance(
      variables!.get(name)!,
      scalarState.map((own) => Float32Array.of(own.get(name)!)),
    );
  }
}
