import type { BenchAnswer, BenchRequest, StepsReport } from './bench-message.ts';
import type { BenchSystem } from './bench-system.ts';
import { createTask } from './bench-task.ts';
import { GpuWatch } from './gpu-watch.ts';
import type { SystemName } from './variants.ts';

/** Where requests come from and answers go: a worker's scope, or a child process. */
export interface SystemScope {
  postMessage(answer: BenchAnswer): void;
  onmessage: ((message: { readonly data: BenchRequest }) => void) | null;
}

/** Answers requests with a system. Devices are watched from here on. */
export function serveSystem(
  create: (name: SystemName) => BenchSystem,
  scope: SystemScope = globalThis as unknown as SystemScope,
): void {
  const host = new SystemHost(create);
  scope.onmessage = ({ data }) => {
    void host.answer(data).then(
      (answer) => scope.postMessage(answer),
      (error: unknown) => {
        const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
        scope.postMessage({ type: 'failed', message });
      },
    );
  };
}

class SystemHost {
  private readonly watch = new GpuWatch();
  private readonly create: (name: SystemName) => BenchSystem;
  private system: BenchSystem | null = null;
  private preparedFrom = 0;

  constructor(create: (name: SystemName) => BenchSystem) {
    this.create = create;
  }

  async answer(request: BenchRequest): Promise<BenchAnswer> {
    switch (request.type) {
      case 'prepare': {
        const task = createTask(request.task);
        this.system = this.create(request.system);
        const reason = this.system.refuse(task);
        if (reason !== null) return { type: 'refused', reason };
        this.preparedFrom = performance.now();
        await this.system.prepare(task);
        return { type: 'prepared' };
      }
      case 'step':
        return { type: 'stepped', report: await this.step(request.count) };
      case 'losses':
        return { type: 'losses', losses: [...(await this.prepared.losses())] };
    }
  }

  private get prepared(): BenchSystem {
    if (this.system === null) throw new Error('The system is not prepared');
    return this.system;
  }

  private async step(count: number): Promise<StepsReport> {
    const { prepared: system, watch } = this;
    const before = { counts: watch.counts, scriptMs: system.scriptMs };
    let ms = 0;
    const errors = await watch.guard(async () => {
      const startedAt = performance.now();
      await system.step(count);
      ms = performance.now() - startedAt;
    });
    const { counts } = watch;
    return {
      ms,
      scriptMs: system.scriptMs - before.scriptMs,
      counts: {
        dispatches: counts.dispatches - before.counts.dispatches,
        pipelines: counts.pipelines,
        submits: counts.submits - before.counts.submits,
        readBacks: counts.readBacks - before.counts.readBacks,
      },
      ...watch.memory,
      sinceReadyMs: performance.now() - (watch.deviceReadyAt ?? this.preparedFrom),
      errors,
    };
  }
}
