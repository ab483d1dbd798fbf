import type { LessonMeasure, LessonNumbers } from './lesson-numbers.ts';

/** A part of the page that a lesson points at. */
export type LessonPlace =
  | 'Accuracy'
  | 'Loss'
  | 'Sparsity'
  | 'Bit-widths'
  | 'Learning rate'
  | 'Size'
  | 'Timeline'
  | 'Layers'
  | 'Inspect'
  | 'Analyses'
  | 'Cost'
  | 'Runs';

export type LessonAsk =
  | {
      readonly kind: 'number';
      readonly min: number;
      readonly max: number;
      readonly step: number;
      readonly unit: string;
      /** What is predicted: "Accuracy". */
      readonly label: string;
      readonly measure: LessonMeasure;
    }
  | {
      readonly kind: 'choice';
      readonly options: readonly { readonly value: string; readonly label: string }[];
      /** Which option the runs support; null as long as one is missing. */
      readonly answer: (numbers: LessonNumbers) => string | null;
    };

/** Words may hold names between backticks and numbers as `fillNumbers` reads them. */
export interface LessonStep {
  readonly id: string;
  readonly title: string;
  /** What is about to happen: a paragraph each. */
  readonly before: readonly string[];
  readonly question: string;
  readonly ask: LessonAsk;
  /** Recipes that are trained, one after the other. */
  readonly runs: readonly string[];
  /** Round the network of this recipe after it is trained, as its schedule declares. */
  readonly rounds?: string;
  /** Why it came out so. */
  readonly why: readonly string[];
  /** Where to look, and for what. */
  readonly look: readonly {
    readonly place: LessonPlace;
    /** Of this parameter, where the place shows one. */
    readonly parameter?: string;
    readonly words: string;
  }[];
}

export interface Lesson {
  /** In links; never renamed once released. */
  readonly id: string;
  readonly title: string;
  readonly summary: string;
  readonly steps: readonly LessonStep[];
  /** What to try afterwards: recipes by id, each with a reason. */
  readonly next: readonly { readonly recipe: string; readonly words: string }[];
}
