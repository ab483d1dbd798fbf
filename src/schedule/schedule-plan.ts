import type { LayerLevel } from '../core/layer-levels.ts';
import type { SensitivityGroup } from '../core/sensitivity.ts';

/** Per-layer levels that pruners should reach. */
export interface PruningPlan {
  readonly kind: 'pruning';
  readonly granularity: SensitivityGroup;
  readonly form: 'one-shot' | 'gradual';
  /** Parameters of which nothing goes may be among them. */
  readonly levels: readonly LayerLevel[];
  /** Where the levels come from, a line each. */
  readonly comment: readonly string[];
}

/** Bits of one module; null leaves it in float, a missing key says nothing of it. */
export interface ModulePlan {
  readonly module: string;
  readonly weights?: number | null;
  readonly activations?: number | null;
}

/** Per-layer bits that a quantizer should train with. */
export interface QuantizationPlan {
  readonly kind: 'quantization';
  readonly modules: readonly ModulePlan[];
  /** One range for each output channel of a kernel. */
  readonly perChannel: boolean;
  readonly comment: readonly string[];
}

export type SchedulePlan = PruningPlan | QuantizationPlan;

/** When what is made acts: from a first epoch up to another, which is left out, or in one epoch. */
export type PlanWindow =
  | { readonly form: 'range'; readonly startingEpoch: number; readonly endingEpoch: number }
  | { readonly form: 'single'; readonly epoch: number };
