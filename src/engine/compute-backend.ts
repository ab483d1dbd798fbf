import type { Environment, TrainingFailure, WebgpuProblem } from '../protocol/training-event.ts';

/** What the device may do to a run at any time. */
export type DeviceFailure = Extract<TrainingFailure, { kind: 'out-of-memory' | 'internal' }> | DeviceLoss;

export interface DeviceLoss {
  readonly kind: 'device-lost';
  readonly message: string;
}

export interface ComputeBackend {
  readonly environment: Environment;
  /** Called for what happens outside of any call, until the backend is closed. */
  onFailure: (failure: DeviceFailure) => void;
  /** Gives the device back. */
  readonly close: () => void;
}

export type WebgpuAttempt =
  | { readonly ok: true; readonly backend: ComputeBackend }
  | { readonly ok: false; readonly problem: WebgpuProblem };
