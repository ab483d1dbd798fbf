/** What the reader of a link should see first. Names are those of the page; whoever shows them checks that they exist there. */
export interface LinkView {
  /** The part that narrow screens show. */
  readonly tab?: string;
  /** What shares the place beside the layers. */
  readonly detail?: string;
  readonly runsTab?: string;
  /** The selected parameter. */
  readonly layer?: string;
  /** Where the cursor is pinned, as a tick of the epoch ruler. */
  readonly epoch?: number;
  /** Charts that are shown as tables. */
  readonly tables?: readonly string[];
  readonly lesson?: string;
}

/** What the author of a link says that training it gives. Nobody has checked it. */
export interface AuthorClaim {
  /** Share of the whole test set that is answered right. */
  readonly accuracy: number;
  /** Share of zeros over all kernels. */
  readonly sparsity: number;
  readonly seed: number;
  readonly backend: 'webgpu' | 'webgl' | 'cpu';
  /** How far another result may lie from it and still count as the same, as a fraction. */
  readonly tolerance: number;
}

/** Parts of the page that a teacher may keep for later. */
export const hideableParts = ['promise', 'measured', 'notes', 'problems'] as const;
export type HideablePart = (typeof hideableParts)[number];

export const predictable = ['accuracy', 'sparsity'] as const;
export type Predictable = (typeof predictable)[number];

/** What a teacher asks of the page. The reader can end each of them. */
export interface TeachingOptions {
  readonly hide?: readonly HideablePart[];
  /** `all`: the text stays as it is. A list: only the numbers at these paths may change (`training.seed`). */
  readonly lock?: 'all' | readonly string[];
  /** What the reader predicts before training. */
  readonly predict?: readonly Predictable[];
}

export interface LinkOptions {
  readonly view?: LinkView;
  readonly claim?: AuthorClaim;
  readonly teaching?: TeachingOptions;
}

/** What a link holds: a text, and how its author wants it to be met. */
export interface SharedExperiment extends LinkOptions {
  readonly version: 2;
  readonly text: string;
}

/** Caps of what a link may ask for, so that a forged one cannot fill the page. */
export const linkLimits = {
  name: 80,
  tables: 12,
  unlocked: 24,
  path: 160,
  optionsLength: 8000,
  epoch: 100_000,
} as const;
