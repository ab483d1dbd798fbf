/** The loss is no longer a number. */
export class Diverged extends Error {
  readonly epoch: number;
  readonly step: number;

  constructor(where: string, { epoch, step }: { readonly epoch: number; readonly step: number }) {
    super(`The loss ${where} is no longer a number. Lower the learning rate.`);
    this.epoch = epoch;
    this.step = step;
  }
}
