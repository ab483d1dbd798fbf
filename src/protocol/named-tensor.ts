/** Numbers of a parameter, or of a running statistic, in project layout. */
export interface NamedTensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly values: Float32Array;
}
