/** The epochs of a policy. `endingEpoch` is exclusive; `frequency` is null for an explicit list of epochs. */
export interface PolicyWindow {
  readonly startingEpoch: number;
  readonly endingEpoch: number;
  readonly frequency: number | null;
}
