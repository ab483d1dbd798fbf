import type { Quantizer } from '../methods/quantizer.ts';
import type { Regularizer } from '../methods/regularizer.ts';
import type { EarlyExitExtension } from '../methods/extension.ts';
import type { ScheduleEvent } from '../protocol/training-event.ts';
import type { ParameterStore } from './parameter-store.ts';
import type {
  ActivePolicy,
  LossInputs,
  LossTerm,
  LossSoFar,
  MaskFlags,
  NetworkAccess,
  OptimizerRates,
  PolicyAction,
  PolicyEnvironment,
  Position,
  ValidationMetrics,
} from './policy.ts';

/** One call for the conformance trace. `action` is null for the call itself; epoch -1: while the schedule is read. */
export interface TraceEvent {
  readonly epoch: number;
  readonly step: number;
  readonly policy: ActivePolicy['policy'];
  readonly hook: Hook | 'prepare';
  readonly action: PolicyAction | null;
}

export type Hook =
  | 'on_epoch_begin'
  | 'on_minibatch_begin'
  | 'before_backward_pass'
  | 'before_parameter_optimization'
  | 'on_minibatch_end'
  | 'on_epoch_end';

export interface SchedulerOptions {
  /** In calling order, see `createPolicies`. */
  readonly policies: readonly ActivePolicy[];
  readonly store: ParameterStore;
  readonly network: NetworkAccess;
  readonly rates: OptimizerRates;
  readonly startQuantization: (quantizer: Quantizer) => void;
  readonly trace?: (event: TraceEvent) => void;
}

/**
 * Calls the policies that are active in an epoch at the six moments of training, in Distiller's order (reference 2.2, 2.3).
 * Pure orchestration: it knows parameters by name and acts on them through a `ParameterStore`.
 */
export class CompressionScheduler {
  private readonly options: SchedulerOptions;
  private readonly flags: ReadonlyMap<string, MaskFlags>;
  private events: ScheduleEvent[] = [];
  /** The policies of the epoch that was asked for last. */
  private active: { readonly epoch: number; readonly policies: readonly ActivePolicy[] } | null = null;

  /** Lets the policies prepare themselves, as they do while the schedule is read. */
  constructor(options: SchedulerOptions) {
    this.options = options;
    const noFlags = (): MaskFlags => ({ useDoubleCopies: false, maskOnForwardOnly: false, masksGradient: false });
    this.flags = new Map(options.store.specs.map(({ name }) => [name, noFlags()]));
    const beforeTraining: Position = { epoch: -1, step: -1, stepsPerEpoch: 0 };
    for (const active of options.policies) active.onPrepare?.(this.environmentOf(active, beforeTraining, 'prepare'));
  }

  /**
   * Brings policies into the state that they have after epochs that were trained before: flags of masks, quantization,
   * rates. Masks and weights are restored by the caller. Nothing is noted.
   *
   * @param validations Of those epochs, from the first on.
   * @param beforeEpoch Called before the policies of each.
   */
  catchUp(
    validations: readonly ValidationMetrics[],
    stepsPerEpoch: number,
    beforeEpoch: (epoch: number) => void,
  ): void {
    validations.forEach((metrics, epoch) => {
      beforeEpoch(epoch);
      const position: Position = { epoch, step: -1, stepsPerEpoch };
      for (const active of this.activeIn(epoch)) {
        active.catchUp?.(position, this.environmentOf(active, position, 'prepare'), metrics);
      }
    });
    this.events = [];
  }

  /** Masks are made here, but the weights keep their values until the first minibatch begins. */
  async onEpochBegin(epoch: number, stepsPerEpoch: number): Promise<void> {
    const position: Position = { epoch, step: -1, stepsPerEpoch };
    for (const active of this.activeIn(epoch)) {
      const environment = this.enter(active, position, 'on_epoch_begin');
      if (active.policy.epochs[0] === epoch) environment.note('starts', `${active.policy.component.name} starts`);
      await active.onEpochBegin?.(position, environment);
    }
  }

  /** Returns a promise only if a policy has to read weights. */
  async onMinibatchBegin(position: Position): Promise<void> {
    for (const active of this.activeIn(position.epoch)) {
      const environment = this.enter(active, position, 'on_minibatch_begin');
      await active.onMinibatchBegin?.(position, environment);
    }
  }

  /** The data loss with everything that policies add, each seeing the total of those before it. */
  beforeBackwardPass<T>(position: Position, dataLoss: T, inputs: LossInputs<T>): LossSoFar<T> {
    let loss: LossSoFar<T> = { overall: dataLoss, parts: [] };
    for (const active of this.activeIn(position.epoch)) {
      const environment = this.enter(active, position, 'before_backward_pass');
      loss = active.beforeBackwardPass?.(loss, inputs, environment) ?? loss;
    }
    return loss;
  }

  /** What is trained and evaluated by several answers of the network in an epoch; null: its last answer alone. */
  exitsIn(epoch: number): EarlyExitExtension | null {
    return this.activeIn(epoch).find(({ exits }) => exits !== undefined)?.exits ?? null;
  }

  /** What policies add to the loss in an epoch, in calling order; null if one cannot say it. */
  lossTermsIn(epoch: number): readonly LossTerm[] | null {
    const adding = this.activeIn(epoch).filter(({ beforeBackwardPass }) => beforeBackwardPass !== undefined);
    const terms = adding.flatMap(({ lossTerm }) => lossTerm ?? []);
    return terms.length === adding.length ? terms : null;
  }

  /** Regularizers by which weights are zeroed after each step of an epoch. */
  thresholdsIn(epoch: number): readonly Regularizer[] {
    return this.activeIn(epoch).flatMap(({ threshold }) => threshold ?? []);
  }

  /** Whether a policy reads weights or changes them within the minibatch at a position. */
  actsOnWeights(position: Position): boolean {
    return this.activeIn(position.epoch).some((active) => active.actsOnWeights?.(position) === true);
  }

  /** Whether a step uses other weights than those that are kept: masked ones beside unmasked ones. */
  get keepsUnmaskedWeights(): boolean {
    return [...this.flags.values()].some((own) => own.useDoubleCopies || own.maskOnForwardOnly);
  }

  /** Whether the gradient of this parameter is multiplied by its mask. */
  masksGradient(parameter: string): boolean {
    return this.flags.get(parameter)?.masksGradient === true && this.options.store.hasMask(parameter);
  }

  beforeParameterOptimization(position: Position): void {
    for (const active of this.activeIn(position.epoch)) {
      const environment = this.enter(active, position, 'before_parameter_optimization');
      active.beforeParameterOptimization?.(position, environment);
    }
  }

  /**
   * First masks every weight anew, in every epoch and whether or not a policy is active: momentum and weight decay move
   * pruned weights although their gradient is zero.
   *
   * @param isRecorded The step has masked the weights and applied the thresholds of policies already.
   */
  onMinibatchEnd(position: Position, isRecorded = false): void {
    const { store } = this.options;
    for (const [name, { maskOnForwardOnly }] of this.flags) if (!maskOnForwardOnly) store.multiplyByMask(name);
    for (const active of this.activeIn(position.epoch)) {
      if (isRecorded && active.threshold !== undefined && active.actsOnWeights?.(position) !== true) continue;
      const environment = this.enter(active, position, 'on_minibatch_end');
      active.onMinibatchEnd?.(position, environment);
    }
  }

  /** @param metrics Of the validation that followed the epoch; accuracy as a fraction. */
  onEpochEnd(epoch: number, stepsPerEpoch: number, metrics: ValidationMetrics): void {
    const position: Position = { epoch, step: -1, stepsPerEpoch };
    for (const active of this.activeIn(epoch)) {
      const environment = this.enter(active, position, 'on_epoch_end');
      active.onEpochEnd?.(position, environment, metrics);
      if (active.policy.epochs.at(-1) === epoch) environment.note('ends', `${active.policy.component.name} ends`);
    }
  }

  /** What happened since the last call, for the epoch's marks. */
  takeEvents(): readonly ScheduleEvent[] {
    const events = this.events;
    this.events = [];
    return events;
  }

  private activeIn(epoch: number): readonly ActivePolicy[] {
    if (this.active?.epoch !== epoch) {
      this.active = { epoch, policies: this.options.policies.filter(({ policy }) => policy.epochs.includes(epoch)) };
    }
    return this.active.policies;
  }

  private enter(active: ActivePolicy, position: Position, hook: Hook): PolicyEnvironment {
    const { epoch, step } = position;
    this.options.trace?.({ epoch, step, policy: active.policy, hook, action: null });
    return this.environmentOf(active, position, hook);
  }

  private environmentOf(
    { policy }: ActivePolicy,
    { epoch, step }: Position,
    hook: Hook | 'prepare',
  ): PolicyEnvironment {
    const { store, network, rates, startQuantization, trace } = this.options;
    const { kind, index, component } = policy;
    return {
      store,
      network,
      flags: this.flags,
      rates,
      startQuantization,
      act: (action) => trace?.({ epoch, step, policy, hook, action }),
      note: (what, message) => {
        this.events.push({ kind, policy: index, instanceName: component.name, what, epoch, message });
      },
    };
  }
}
