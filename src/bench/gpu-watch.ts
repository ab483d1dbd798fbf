/** What a device was asked to do. */
export interface GpuCounts {
  readonly dispatches: number;
  readonly pipelines: number;
  readonly submits: number;
  readonly readBacks: number;
}

/** Bit of `GPUMapMode.READ`. */
const mapModeRead = 1;

/**
 * Counts what any code of this worker asks of WebGPU, by wrapping the prototypes: the same measure for every library.
 * Make it before a library is used.
 */
export class GpuWatch {
  private counted = { dispatches: 0, pipelines: 0, submits: 0, readBacks: 0 };
  private readonly sizes = new WeakMap<object, number>();
  private live = 0;
  private peak = 0;
  private readyAt: number | null = null;
  private readonly devices: GPUDevice[] = [];
  private readonly uncaptured: string[] = [];

  constructor() {
    if (typeof GPUDevice === 'undefined') return;
    const count = (prototype: object, method: string, what: keyof GpuCounts) => {
      afterCalls(prototype, method, () => this.counted[what]++);
    };
    count(GPUComputePassEncoder.prototype, 'dispatchWorkgroups', 'dispatches');
    count(GPUComputePassEncoder.prototype, 'dispatchWorkgroupsIndirect', 'dispatches');
    count(GPUDevice.prototype, 'createComputePipeline', 'pipelines');
    count(GPUDevice.prototype, 'createComputePipelineAsync', 'pipelines');
    count(GPUQueue.prototype, 'submit', 'submits');
    afterCalls(GPUBuffer.prototype, 'mapAsync', (_, [mode]) => {
      if (((mode as number) & mapModeRead) !== 0) this.counted.readBacks++;
    });
    afterCalls(GPUDevice.prototype, 'createBuffer', (_, __, buffer) => this.grow(buffer as GPUBuffer));
    afterCalls(GPUBuffer.prototype, 'destroy', (buffer) => this.shrink(buffer as object));
    afterCalls(GPUAdapter.prototype, 'requestDevice', (_, __, device) => {
      void (device as Promise<GPUDevice>).then((ready) => this.meet(ready));
    });
  }

  get counts(): GpuCounts {
    return { ...this.counted };
  }

  /** Bytes of buffers that were made and not destroyed, and the most that there were; those that were dropped undestroyed count on. */
  get memory(): { readonly liveBytes: number; readonly peakBytes: number } {
    return { liveBytes: this.live, peakBytes: this.peak };
  }

  /** When the first device was there, in the time of `performance.now()`; null without one. */
  get deviceReadyAt(): number | null {
    return this.readyAt;
  }

  /** Runs work between error scopes and says what went wrong on the device in it or outside of it since the last call. */
  async guard(work: () => Promise<void>): Promise<readonly string[]> {
    const filters = ['validation', 'out-of-memory', 'internal'] as const;
    const guarded = [...this.devices];
    for (const device of guarded) for (const filter of filters) device.pushErrorScope(filter);
    await work();
    const scopes = guarded.flatMap((device) => filters.map(() => device.popErrorScope()));
    const errors = (await Promise.all(scopes)).flatMap((error) => (error === null ? [] : [error.message]));
    return [...errors, ...this.uncaptured.splice(0)];
  }

  private meet(device: GPUDevice): void {
    this.readyAt ??= performance.now();
    this.devices.push(device);
    device.addEventListener('uncapturederror', ({ error }) => this.uncaptured.push(error.message));
    void device.lost.then(({ message }) => this.uncaptured.push(`The device was lost: ${message}`));
  }

  private grow(buffer: GPUBuffer): void {
    this.sizes.set(buffer, buffer.size);
    this.live += buffer.size;
    this.peak = Math.max(this.peak, this.live);
  }

  private shrink(buffer: object): void {
    this.live -= this.sizes.get(buffer) ?? 0;
    this.sizes.delete(buffer);
  }
}

type Method = (...args: readonly unknown[]) => unknown;

function afterCalls(
  prototype: object,
  method: string,
  note: (self: unknown, args: readonly unknown[], result: unknown) => void,
): void {
  const original = Reflect.get(prototype, method) as Method;
  Reflect.set(prototype, method, function (this: unknown, ...args: readonly unknown[]): unknown {
    const result = Reflect.apply(original, this, args);
    note(this, args, result);
    return result;
  });
}
