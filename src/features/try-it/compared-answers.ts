/** What both networks answered to the same samples. */
export interface ComparedAnswers {
  /** Of the answered samples. */
  readonly labels: ArrayLike<number>;
  /** Samples that both have answered. */
  readonly count: number;
  readonly classCount: number;
  /** [at least count, classCount] */
  readonly dense: ArrayLike<number>;
  readonly compressed: ArrayLike<number>;
}

export interface Choice {
  /** The most probable class; the first of equals. */
  readonly answer: number;
  readonly confidence: number;
}

export interface ChangedSample {
  readonly sample: number;
  readonly label: number;
  readonly dense: Choice;
  readonly compressed: Choice;
  /** Probability that each gives to the right class. */
  readonly denseRight: number;
  readonly compressedRight: number;
}

/** The class that a row of probabilities chooses. */
export function choiceOf(probabilities: ArrayLike<number>, classCount: number, row = 0): Choice {
  let answer = 0;
  const at = (index: number): number => probabilities[row * classCount + index] ?? 0;
  for (let index = 1; index < classCount; index++) if (at(index) > at(answer)) answer = index;
  return { answer, confidence: at(answer) };
}

function compareSample(answers: ComparedAnswers, sample: number): ChangedSample {
  const { labels, classCount, dense, compressed } = answers;
  const label = labels[sample] ?? 0;
  return {
    sample,
    label,
    dense: choiceOf(dense, classCount, sample),
    compressed: choiceOf(compressed, classCount, sample),
    denseRight: dense[sample * classCount + label] ?? 0,
    compressedRight: compressed[sample * classCount + label] ?? 0,
  };
}

/**
 * Samples whose answer compression changed. Forgotten: the dense network is right and the compressed one wrong; learned: the
 * other way round. Those whose right class lost (or won) the most probability come first.
 */
export function changedSamples(answers: ComparedAnswers, what: 'forgotten' | 'learned'): readonly ChangedSample[] {
  const changed: ChangedSample[] = [];
  for (let sample = 0; sample < answers.count; sample++) {
    const compared = compareSample(answers, sample);
    const { label, dense, compressed } = compared;
    const [right, wrong] = what === 'forgotten' ? [dense, compressed] : [compressed, dense];
    if (right.answer === label && wrong.answer !== label) changed.push(compared);
  }
  const sign = what === 'forgotten' ? 1 : -1;
  const change = ({ denseRight, compressedRight }: ChangedSample): number => sign * (denseRight - compressedRight);
  return changed.sort((a, b) => change(b) - change(a) || a.sample - b.sample);
}

/** How many of some samples each class has. */
export function countByClass(samples: readonly ChangedSample[], classCount: number): readonly number[] {
  const counts = new Array<number>(classCount).fill(0);
  for (const { label } of samples) counts[label] = (counts[label] ?? 0) + 1;
  return counts;
}

/**
 * Confusion matrix of the dense network minus that of the compressed one.
 *
 * @returns counts [true class][answer]; each row sums to 0.
 */
export function confusionDifference(answers: ComparedAnswers): readonly (readonly number[])[] {
  const { classCount, count } = answers;
  const difference = Array.from({ length: classCount }, () => new Array<number>(classCount).fill(0));
  for (let sample = 0; sample < count; sample++) {
    const { label, dense, compressed } = compareSample(answers, sample);
    const row = difference[label];
    if (row === undefined) continue;
    row[dense.answer] = (row[dense.answer] ?? 0) + 1;
    row[compressed.answer] = (row[compressed.answer] ?? 0) - 1;
  }
  return difference;
}

/** Which samples one wants to see. */
export interface SampleFilter {
  /** Null: of every class. */
  readonly label: number | null;
  readonly answers: 'any' | 'compressed-wrong' | 'dense-wrong' | 'different';
}

/** Whether a sample passes a filter; those that are not answered yet pass only where answers do not matter. */
export function passesFilter(
  filter: SampleFilter,
  sample: number,
  label: number,
  answers: ComparedAnswers | null,
): boolean {
  if (filter.label !== null && filter.label !== label) return false;
  if (filter.answers === 'any') return true;
  if (answers === null || sample >= answers.count) return false;
  const { dense, compressed } = compareSample(answers, sample);
  switch (filter.answers) {
    case 'compressed-wrong':
      return compressed.answer !== label;
    case 'dense-wrong':
      return dense.answer !== label;
    case 'different':
      return dense.answer !== compressed.answer;
  }
}
