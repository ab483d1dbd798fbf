/** So long may steps take that are submitted together: a pause still acts at once, and charts move eight times a second. */
const momentMs = 125;
const mostSteps = 16;
/** Groups of steps that are under way, so that the device never waits for JavaScript. */
export const groupsUnderWay = 2;

/** How many steps are submitted together: the shorter they are, the more of them. What they compute does not depend on it. */
export class StepPace {
  private msPerStep = momentMs;

  get steps(): number {
    return Math.max(1, Math.min(mostSteps, Math.floor(momentMs / this.msPerStep)));
  }

  /** @param ms From the end of the steps before to the end of these. */
  note(steps: number, ms: number): void {
    this.msPerStep += (ms / steps - this.msPerStep) / 2;
  }
}
