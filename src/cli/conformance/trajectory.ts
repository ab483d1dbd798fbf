import * as tf from '@tensorflow/tfjs-core';
import { networkParameters } from '../../core/network.ts';
import { DeviceParameters } from '../../engine/device-parameters.ts';
import { createDistillationPolicy } from '../../engine/distillation-policy.ts';
import type { ActivePolicy } from '../../engine/policy.ts';
import { TrainedNetwork } from '../../engine/train-step.ts';
import type { Policy, Schedule } from '../../schedule/schedule.ts';
import type { ConformanceContext, Verdict } from './adapter.ts';
import { firstDifference } from './compare.ts';
import {
  pickBatch,
  readRecordedStep,
  readSamples,
  type RecordedOptimizer,
  type RecordedSamples,
  RecordedTraining,
} from './recorded-training.ts';
import type { VectorCase, VectorTensor } from './vector-file.ts';
import { type ModelDescription, VectorNetwork, present } from './vector-network.ts';

type Named = Readonly<Record<string, VectorTensor>>;

interface RecordedPhase {
  readonly schedule_yaml: string | null;
  readonly epochs: number;
  readonly honour_qat_mode?: boolean;
  readonly kd?: Distillation;
}

interface Distillation {
  readonly teacher_model: ModelDescription;
  readonly temperature: number;
  readonly distill_weight: number;
  readonly student_weight: number;
  readonly starting_epoch: number;
  readonly ending_epoch: number;
  readonly frequency: number;
}

/** Trains as the case says, through the product's own steps, and compares everything that was recorded on the way. */
export async function runTrajectoryCase(vectorCase: VectorCase, _: ConformanceContext): Promise<Verdict> {
  const isRefused = 'error' in vectorCase.expected;
  try {
    const got = await train(vectorCase);
    if (isRefused) return { kind: 'failed', why: `not refused; recorded ${String(vectorCase.expected['error'])}` };
    const difference = firstDifference(got, vectorCase.expected, vectorCase);
    return difference === null ? { kind: 'passed' } : { kind: 'failed', why: difference };
  } catch (error) {
    if (isRefused && error instanceof RangeError) return { kind: 'passed' };
    return { kind: 'failed', why: error instanceof Error ? error.message : String(error) };
  }
}

interface Recording {
  readonly steps: unknown[];
  readonly epochs: unknown[];
  firstStep: Named | null;
}

async function train({ args, inputs }: VectorCase): Promise<Record<string, unknown>> {
  const samples = readSamples(inputs, 'x', 'y');
  const held = readSamples(inputs, 'held_x', 'held_y');
  const training = new RecordedTraining(args.get<ModelDescription>('model'), inputs.tensor('x').shape.slice(1), {
    optimizer: args.get<RecordedOptimizer>('optimizer'),
    params: inputs.get<Named>('params'),
    classCount: Math.max(...samples.labels, ...held.labels) + 1,
  });
  const recording: Recording = { steps: [], epochs: [], firstStep: null };
  const order = [...inputs.get<readonly (readonly (readonly number[])[])[]>('order')];
  try {
    for (const [phase, recorded] of args.get<readonly RecordedPhase[]>('phases').entries()) {
      const teacher = 'teacher_params' in inputs.values ? inputs.get<Named>('teacher_params') : {};
      const epochs = order.splice(0, recorded.epochs);
      await trainPhase({ training, phase, recorded, epochs, samples, held, teacher, recording });
    }
    const { logits } = await training.evaluate(held);
    return {
      steps: recording.steps,
      epochs: recording.epochs,
      final_params: await readParameters(training),
      final_buffers: await readBuffers(training),
      final_logits: logits,
      params_after_first_step: recording.firstStep,
    };
  } finally {
    training.dispose();
  }
}

interface PhaseRequest {
  readonly training: RecordedTraining;
  readonly phase: number;
  readonly recorded: RecordedPhase;
  /** Sample indices by epoch and minibatch. */
  readonly epochs: readonly (readonly (readonly number[])[])[];
  readonly samples: RecordedSamples;
  readonly held: RecordedSamples;
  readonly teacher: Named;
  readonly recording: Recording;
}

async function trainPhase(request: PhaseRequest): Promise<void> {
  const { training, phase, recorded, epochs, samples, held, teacher, recording } = request;
  const schedule = recorded.schedule_yaml === null ? null : readSchedule(training, recorded, recorded.schedule_yaml);
  const distillation = recorded.kd === undefined ? null : distil(recorded.kd, teacher, training);
  const { scheduler, step, evidence } = training.createPhase(schedule, distillation ? [distillation.policy] : []);
  for (const [epoch, batches] of epochs.entries()) {
    await scheduler.onEpochBegin(epoch, batches.length);
    evidence.beginEpoch(epoch);
    const lr = [...training.optimizer.rates.current];
    for (const [index, indices] of batches.entries()) {
      const position = { epoch, step: index, stepsPerEpoch: batches.length };
      const metrics = await step.run(pickBatch(samples, indices), position);
      recording.steps.push([phase, epoch, index, ...(await readRecordedStep(metrics))]);
      recording.firstStep ??= await readParameters(training);
    }
    const { loss, top1 } = await training.evaluate(held);
    scheduler.onEpochEnd(epoch, batches.length, { loss, top1 });
    const state = await readMasksAndSparsity(training);
    recording.epochs.push({ phase, epoch, lr, held_loss: loss, held_top1: 100 * top1, ...state });
  }
  evidence.forget();
  distillation?.dispose();
}

/** Without `honour_qat_mode` the library ignored the quantizer's `mode`: the recorded numbers are those of one mode. */
function readSchedule(training: RecordedTraining, { honour_qat_mode }: RecordedPhase, text: string): Schedule {
  const schedule = training.readSchedule(text);
  if (honour_qat_mode === true) return schedule;
  const policies = schedule.policies.map((policy): Policy => {
    if (policy.component.definition.name !== 'QuantAwareTrainRangeLinearQuantizer') return policy;
    const args = { ...policy.component.args, mode: 'ASYMMETRIC_UNSIGNED' };
    return { ...policy, component: { ...policy.component, args } };
  });
  return { ...schedule, policies };
}

/** The files describe distillation beside the schedule: a policy after all those of the YAML. */
function distil(
  kd: Distillation,
  params: Named,
  training: RecordedTraining,
): { policy: ActivePolicy; dispose: () => void } {
  const { inputShape } = training.model.network;
  const door = new VectorNetwork(
    kd.teacher_model,
    inputShape.length === 3 ? [present(inputShape[2]), present(inputShape[0]), present(inputShape[1])] : inputShape,
  );
  const parameters = new DeviceParameters(networkParameters(door.network), ({ name }) =>
    door.fromFile(name, present(params[name])),
  );
  const model = new TrainedNetwork(door.network, parameters);
  const { starting_epoch: startingEpoch, ending_epoch: endingEpoch, frequency } = kd;
  const epochs: number[] = [];
  for (let epoch = startingEpoch; epoch < endingEpoch; epoch += frequency) epochs.push(epoch);
  const start = { line: 1, column: 1, offset: 0 };
  const range = { start, end: start };
  // A policy without a line in a file: only what the scheduler looks at is filled in.
  const policy = {
    kind: 'extension',
    index: -1,
    component: { kind: 'extension', name: 'distillation', args: {}, range },
    epochs,
    window: { startingEpoch, endingEpoch, frequency },
    range,
  } as unknown as Policy;
  const teacher = (inputs: tf.Tensor): tf.Tensor => model.forward(inputs, false);
  const { temperature, distill_weight: distillWeight, student_weight: studentWeight } = kd;
  const settings = { temperature, distillWeight, studentWeight, teacher: { kind: 'run' } } as const;
  const active = createDistillationPolicy(policy, settings, teacher);
  return { policy: active, dispose: () => model.dispose() };
}

/** Float weights under the names that the library gives them: `float_` before a parameter that is quantized. */
async function readParameters(training: RecordedTraining): Promise<Named> {
  const { door, model } = training;
  const names = model.parameters.specs.map(({ name }) => name);
  const values = await model.parameters.readValues(names);
  const weights = names.map((name): [string, VectorTensor] => [
    libraryName(training, name),
    door.toFile(name, present(values.get(name))),
  ]);
  const learned = await readScalars(training, (key) => key);
  return { ...learned, ...Object.fromEntries(weights) };
}

function libraryName({ model }: RecordedTraining, name: string): string {
  if (!model.quantization?.quantizes(name)) return name;
  const at = name.lastIndexOf('.') + 1;
  return `${name.slice(0, at)}float_${name.slice(at)}`;
}

/** Quantized copies with their scales, and the state of tracked ranges. */
async function readBuffers(training: RecordedTraining): Promise<Named> {
  const { door, model } = training;
  const { quantization } = model;
  const buffers: Record<string, VectorTensor> = {};
  for (const [name, values] of await model.statistics.read()) {
    buffers[name] = { shape: [values.length], data: Array.from(values) };
  }
  if (quantization === null) return buffers;
  for (const spec of model.parameters.specs) {
    if (!quantization.quantizes(spec.name)) continue;
    const quantized = tf.tidy(() => {
      const { values, scale, zeroPoint } = quantization.quantize(spec, model.parameters.variable(spec.name));
      return { values, ...(scale && { scale }), ...(zeroPoint && { zeroPoint }) };
    });
    buffers[spec.name] = door.toFile(spec.name, await quantized.values.data());
    // The library keeps one scale per channel as [c, 1, ...]: the leading axis here is the last one of the project's layout.
    for (const [suffix, tensor] of [
      ['scale', quantized.scale],
      ['zero_point', quantized.zeroPoint],
    ] as const) {
      if (tensor === undefined) continue;
      const ones = tensor.size > 1 ? spec.shape.slice(1).map(() => 1) : [];
      buffers[`${spec.name}_${suffix}`] = { shape: [tensor.size, ...ones], data: Array.from(await tensor.data()) };
    }
    tf.dispose(quantized);
  }
  const tracked = await readScalars(training, (key) => key.replace(/^(?!inputs_quant)([^.]+)\./, '$1.fake_q.'));
  return { ...buffers, ...tracked, ...decays(training, tracked) };
}

/** The decay is an argument here and a buffer there. */
function decays(training: RecordedTraining, tracked: Named): Named {
  const decay = training.emaDecay;
  if (decay === null) return {};
  const blocks = Object.keys(tracked).filter((key) => key.endsWith('.tracked_min'));
  return Object.fromEntries(
    blocks.map((key) => [key.replace('tracked_min', 'ema_decay'), { shape: [], data: [decay] }]),
  );
}

async function readScalars({ model }: RecordedTraining, rename: (key: string) => string): Promise<Named> {
  const scalars = [...(model.quantization?.scalars() ?? [])];
  const values = await Promise.all(scalars.map(([, variable]) => variable.data()));
  return Object.fromEntries(
    scalars.map(([key], at) => [rename(key), { shape: [1], data: Array.from(present(values[at])) }]),
  );
}

async function readMasksAndSparsity(training: RecordedTraining): Promise<Record<string, unknown>> {
  const { door, model } = training;
  const names = model.parameters.specs.map(({ name }) => name);
  const values = await model.parameters.readValues(names);
  const masks = await model.parameters.readMasks(names);
  const learned = Object.fromEntries([...(model.quantization?.scalars().keys() ?? [])].map((name) => [name, 0]));
  const zeros = (name: string): number =>
    present(values.get(name)).filter((value) => value === 0).length / present(values.get(name)).length;
  return {
    masks: Object.fromEntries(
      names.map((name) => [name, masks.has(name) ? door.toFile(name, present(masks.get(name))) : null]),
    ),
    sparsity: { ...learned, ...Object.fromEntries(names.map((name) => [libraryName(training, name), zeros(name)])) },
  };
}
