import type { XyPoint } from '../../ui/xy-plot.ts';

/** What a method does, drawn from its own functions with the arguments of its example. */
export interface MethodCurve {
  readonly title: string;
  readonly xLabel: string;
  /** Values hold until the next point. */
  readonly isStepped: boolean;
  readonly unit: 'share' | 'number';
  readonly lines: readonly CurveLine[];
}

export interface CurveLine {
  /** Only where there are several. */
  readonly name?: string;
  readonly points: readonly XyPoint[];
}
