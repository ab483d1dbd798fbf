import type { Placement } from '../placement.ts';
import { type Bound, each, float, hoisted, type Kernel, lanes, storeText } from '../shader.ts';
import { rangeDeclarations } from '../tracked-ranges.ts';
import { Bindings } from './bindings.ts';
import { type AffineWeights, biasText } from './convolution-forward.ts';
import { inputText } from './dense-forward.ts';
import { setupText, type Tail } from './tail.ts';

/** A teacher's say in the loss (knowledge distillation). */
export interface Teaching {
  /** Logits of the teacher, [batch, outputs]. */
  readonly logits: Bound;
  readonly temperature: number;
  readonly distillWeight: number;
  readonly studentWeight: number;
}

export interface LossHead {
  readonly label: string;
  readonly batch: number;
  /** Vectors of the last layer's inputs and outputs, and its classes. */
  readonly inputs: number;
  readonly outputs: number;
  readonly classes: number;
  readonly input: Bound;
  /** What makes the input on the way, if nobody did before; then it is written too. */
  readonly inputTail: Tail | null;
  readonly inputPlace: Placement;
  readonly weights: AffineWeights;
  /** [batch], u32. */
  readonly labels: Bound;
  /** [batch] of vectors: loss, 1 where it was classified rightly, distance to the teacher, 1 where the label is among the five largest; 0 beyond the samples that count. Null: nobody wants to know. */
  readonly measured: Bound | null;
  /** Where logits are wanted. */
  readonly logits?: Bound;
  /** Gradient of the loss in the logits, [batch, outputs]. Absent: nobody learns. */
  readonly gradient?: Bound;
  /** WGSL of what the gradient of a sample's loss is multiplied by, see `lossShare`. */
  readonly share: string;
  /** What the loss counts beside those of other answers. */
  readonly lossWeight: number;
  readonly teaching?: Teaching;
}

const workgroupSize = 4;

/** The most vectors of classes that an invocation keeps in registers. */
export const mostClassVectors = 8;

/**
 * The last dense layer with softmax cross-entropy, its gradient and whether the answer was right: a sample per invocation.
 * Samples beyond the step's count neither count nor teach.
 */
export function lossHead(head: LossHead): Kernel {
  const { label, batch, inputs, outputs, weights, measured, gradient, teaching, logits } = head;
  const z = (vector: number): string => `z${String(vector)}`;
  const bindings = new Bindings({
    reads: { w: weights.arena, labels: head.labels, ...(teaching && { teacher: teaching.logits }) },
    writes: { ...(measured && { measured }), ...(gradient && { gradient }), ...(logits && { logits }) },
  });
  const load = inputText(head, bindings, { sample: 'index', name: 'a', isKept: 'true' });
  const setup = head.inputTail ? setupText(head.inputTail, bindings) : '';
  return {
    label,
    ...bindings.kernel,
    usesStep: true,
    workgroupSize,
    workgroups: Math.ceil(batch / workgroupSize),
    declarations: `${rangeDeclarations}\n${softmaxFunctions(head)}`,
    body: `
if (index >= ${String(batch)}u) { return; }
${each(outputs, (vector) => `var ${z(vector)} = ${biasText(weights, `${String(vector)}u`)};`)}
${setup}
for (var k = 0u; k < ${String(inputs)}u; k++) {
  ${load}
  let base = ${hoisted('kernel', weights.kernel)} + k * ${String(4 * outputs)}u;
  ${each(4, (lane) => each(outputs, (vector) => `${z(vector)} += a.${lanes[lane]!} * w[base + ${String(lane * outputs + vector)}u];`))}
}
let values = Row(${vectorList(outputs, z)});
${logits ? each(outputs, (vector) => `logits[index * ${String(outputs)}u + ${String(vector)}u] = ${z(vector)};`) : ''}
let isCounted = index < step.count;
let largest = largestOf(values);
let powers = exponentials(values, largest, 1.0);
let total = sumOf(powers);
let label = labels[index];
let isLabel = oneAt(label);
let own = dotOf(values, isLabel);
let ofLabel = own - largest;
let loss = log(total) - ofLabel;
let ahead = countAhead(values, own, label);
let isRight = select(0.0, 1.0, ofLabel >= 0.0 && ahead == 0.0);
let isAmongFive = select(0.0, 1.0, ahead < 5.0);
${teaching ? teachingText(outputs, teaching) : 'let divergence = 0.0;'}
${measured ? 'measured[index] = select(vec4f(), vec4f(loss, isRight, divergence, isAmongFive), isCounted);' : ''}
${gradient ? gradientText(head, gradient) : ''}`,
  };
}

function vectorList(count: number, name: (index: number) => string): string {
  return Array.from({ length: count }, (_, index) => name(index)).join(', ');
}

function gradientText({ outputs, teaching, share, lossWeight }: LossHead, gradient: Bound): string {
  const own = (vector: number): string => {
    const at = String(vector);
    const labels = `(powers.v${at} / total - isLabel.v${at})`;
    if (!teaching) return labels;
    const { temperature, distillWeight, studentWeight } = teaching;
    const taught = `(soft.v${at} / softTotal - wise.v${at} / wiseTotal)`;
    return `(${float(studentWeight)} * ${labels} + ${float(distillWeight * temperature)} * ${taught})`;
  };
  return `
let share = select(0.0, ${share}${lossWeight === 1 ? '' : ` * ${float(lossWeight)}`}, isCounted);
${each(outputs, (vector) => storeText(gradient, `gradient[index * ${String(outputs)}u + ${String(vector)}u]`, `${own(vector)} * share`))}`;
}

/** d/dz of T²·KL(teacher ‖ student) with both softened by T is T·(softmax(z/T) − softmax(t/T)). */
function teachingText(outputs: number, { temperature }: Teaching): string {
  const inverse = float(1 / temperature);
  return `
let soft = exponentials(values, largest, ${inverse});
let softTotal = sumOf(soft);
let lesson = Row(${vectorList(outputs, (vector) => `teacher[index * ${String(outputs)}u + ${String(vector)}u]`)});
let wise = exponentials(lesson, largestOf(lesson), ${inverse});
let wiseTotal = sumOf(wise);
let shift = log(softTotal) - log(wiseTotal) + (largest - largestOf(lesson)) * ${inverse};
let divergence = (${Array.from({ length: outputs }, (_, vector) => {
    const at = String(vector);
    return `dot(wise.v${at}, (lesson.v${at} - values.v${at}) * ${inverse} + shift)`;
  }).join(' + ')}) / wiseTotal;`;
}

/** Functions over one row of logits; lanes beyond the classes are left out of maximum and sum. */
function softmaxFunctions({ outputs, classes }: LossHead): string {
  const part = (row: string, vector: number): string => `${row}.v${String(vector)}`;
  const used = (vector: number): number => Math.min(4, classes - 4 * vector);
  const scalars = (row: string): string[] =>
    Array.from({ length: outputs }, (_, vector) => vector).flatMap((vector) =>
      lanes.slice(0, used(vector)).map((lane) => `${part(row, vector)}.${lane}`),
    );
  const mask = (vector: number): string =>
    `vec4<bool>(${lanes.map((_, lane) => String(lane < used(vector))).join(', ')})`;
  const rowOf = (vector: (at: number) => string): string => `Row(${vectorList(outputs, vector)})`;
  return `
struct Row { ${vectorList(outputs, (vector) => `v${String(vector)}: vec4f`)} }
fn largestOf(row: Row) -> f32 { return ${scalars('row').reduce((left, right) => `max(${left}, ${right})`)}; }
fn exponentials(row: Row, largest: f32, scale: f32) -> Row {
  return ${rowOf((vector) => `select(vec4f(), exp((${part('row', vector)} - largest) * scale), ${mask(vector)})`)};
}
fn sumOf(row: Row) -> f32 { return ${scalars('row').join(' + ')}; }
fn dotOf(a: Row, b: Row) -> f32 {
  return ${Array.from({ length: outputs }, (_, vector) => `dot(${part('a', vector)}, ${part('b', vector)})`).join(' + ')};
}
// Classes before the one of a label: those with a larger logit, and of equal ones the earlier.
fn countAhead(row: Row, own: f32, label: u32) -> f32 {
  return ${scalars('row')
    .map((scalar, at) => `select(0.0, 1.0, ${scalar} > own || (${scalar} == own && ${String(at)}u < label))`)
    .join(' + ')};
}
fn oneAt(label: u32) -> Row {
  return ${rowOf((vector) => `select(vec4f(), vec4f(1.0), vec4u(label) == vec4u(${[0, 1, 2, 3].map((lane) => `${String(vector * 4 + lane)}u`).join(', ')}))`)};
}`;
}
