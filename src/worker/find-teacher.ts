import { networkGraph } from '../core/network-graph.ts';
import type { Network } from '../core/network.ts';
import { resizeNetwork } from '../core/resize-network.ts';
import type { GivenTeacher } from '../engine/teachers.ts';
import type { TrainingSession } from '../engine/training-session.ts';
import type { TrainedRun } from '../protocol/page-message.ts';
import type { Schedule } from '../schedule/schedule.ts';
import { acceptsInput } from '../schedule/zoo-port.ts';

/**
 * The run that teaches: the one that the page sends, or, if it leaves that open, the one that the worker holds.
 *
 * @param last The run before this one, if it did not fail.
 * @throws RangeError with the way out if there is none, or its network is for other data.
 */
export async function findTeacher(
  { network }: Schedule,
  sent: TrainedRun | null | undefined,
  last: TrainingSession | null,
): Promise<GivenTeacher> {
  const found = sent === undefined ? await heldTeacher(last) : sent && (await sentTeacher(sent, network));
  if (found === null) {
    throw new RangeError('There is no finished run to learn from. Train one first, or name a model in `teacher`.');
  }
  if (signature(found.network) !== signature(network)) throw otherData();
  return found;
}

function otherData(): RangeError {
  return new RangeError(
    'The finished run was trained for other data. Train a teacher on this dataset, or name a model in `teacher`.',
  );
}

async function heldTeacher(session: TrainingSession | null): Promise<GivenTeacher | null> {
  return session === null ? null : (await session.readModel()).model;
}

async function sentTeacher({ model, parameters }: TrainedRun, student: Network): Promise<GivenTeacher> {
  const { findModel } = await import('../zoo/models.ts');
  const values = new Map(parameters.map((tensor) => [tensor.name, tensor.values]));
  const zooModel = findModel(model);
  const classCount = outputCount(student);
  if (zooModel === undefined) throw new RangeError(`There is no model ${model}`);
  if (!acceptsInput(zooModel, student.inputShape)) throw otherData();
  const whole = zooModel.build({ classCount, inputShape: student.inputShape });
  return { network: resizeNetwork(whole, new Map(parameters.map(({ name, shape }) => [name, shape]))), values };
}

/** What goes in and how much comes out. */
function signature(network: Network): string {
  return `${network.inputShape.join()} ${String(outputCount(network))}`;
}

function outputCount(network: Network): number {
  return [...networkGraph(network).values()].at(-1)?.outputShape.at(-1) ?? 0;
}
