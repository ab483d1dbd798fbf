/** How the work of kernels is cut, which differs between adapters. Results do not depend on it beyond the order of additions. */
export interface Tuning {
  /** Vectors that an invocation keeps in registers: larger tiles load less, smaller ones leave more invocations. */
  readonly registers: number;
  /** Invocations that keep the device busy. */
  readonly invocations: number;
  /** The most positions of a batch that one workgroup takes for itself, so that it can sum over them and go on. */
  readonly positionsPerWorkgroup: number;
  /** Invocations of a workgroup that looks at all weights of a parameter: barriers are dear where they are played. */
  readonly statisticsLanes: number;
  /** Invocations that share 64 vectors of parameters: what each has to know first is dear where they are played. */
  readonly parameterLanes: number;
}
