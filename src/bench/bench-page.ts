import type { BenchAnswer, BenchRequest } from './bench-message.ts';
import { systemWorkers } from './system-workers.ts';
import { type SystemName, systemNames } from './variants.ts';

/** Systems in workers, for a program that drives a browser. */
export interface BenchPage {
  readonly systems: readonly SystemName[];
  /** Starts a worker and gives its number. */
  readonly open: (system: SystemName) => number;
  readonly ask: (worker: number, request: BenchRequest) => Promise<BenchAnswer>;
  readonly close: (worker: number) => void;
  /** Name of the adapter that WebGPU has here, and whether it is software; null without one. */
  readonly describeAdapter: () => Promise<{ readonly name: string; readonly isSoftware: boolean } | null>;
}

declare global {
  /** What `npm run bench` calls in `bench.html`. */
  var benchPage: BenchPage | undefined;
}

const workers = new Map<number, Worker>();

globalThis.benchPage = {
  systems: systemNames.filter((name) => name in systemWorkers),
  open: (system) => {
    const start = systemWorkers[system];
    if (start === undefined) throw new RangeError(`There is no worker for ${system}`);
    const number = workers.size;
    workers.set(number, start());
    return number;
  },
  ask: (number, request) =>
    new Promise((resolve) => {
      const worker = findWorker(number);
      worker.onmessage = ({ data }: { readonly data: BenchAnswer }) => resolve(data);
      worker.onerror = ({ message }) => resolve({ type: 'failed', message });
      worker.postMessage(request);
    }),
  close: (number) => findWorker(number).terminate(),
  describeAdapter,
};

function findWorker(number: number): Worker {
  const worker = workers.get(number);
  if (worker === undefined) throw new RangeError(`There is no worker ${number}`);
  return worker;
}

async function describeAdapter() {
  const adapter = await navigator.gpu.requestAdapter();
  if (adapter === null) return null;
  const { vendor, architecture, description, isFallbackAdapter } = adapter.info;
  const name = [...new Set([vendor, architecture, description])].filter((word) => word !== '').join(' ');
  return { name, isSoftware: isFallbackAdapter || /swiftshader|llvmpipe|lavapipe|basic render/i.test(name) };
}
