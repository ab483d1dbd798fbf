import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { plainNetwork, residualNetwork, separableNetwork } from '../../core/network-fixtures.ts';
import type { Network } from '../../core/network.ts';
import type { Precision } from '../../schedule/schedule.ts';
import { planMethodWork } from './parameter-work.ts';
import { planNetwork } from './plan.ts';
import { RecordedStep } from './recorded-step.ts';

interface Recorded {
  /** What the buffers of a label are declared as in the kernels that bind them. */
  readonly types: ReadonlyMap<string, ReadonlySet<string>>;
  /** Bytes of the buffers of a label. */
  readonly bytes: ReadonlyMap<string, number>;
  readonly codes: readonly string[];
}

type Entries = readonly { readonly resource: { readonly buffer: { readonly label: string } } }[];

/** A device that computes nothing and remembers what it was asked for. */
class RememberingDevice {
  readonly limits = { maxStorageBufferBindingSize: 2 ** 27 };
  readonly queue = { writeBuffer: () => undefined };
  readonly types = new Map<string, Set<string>>();
  readonly bytes = new Map<string, number>();
  readonly codes = new Map<string, string>();

  createBuffer({ label, size }: { readonly label: string; readonly size: number }): object {
    this.bytes.set(label, (this.bytes.get(label) ?? 0) + size);
    return {
      label,
      size,
      destroy: () => undefined,
      getMappedRange: () => new ArrayBuffer(size),
      unmap: () => undefined,
    };
  }

  createShaderModule({ label, code }: { readonly label: string; readonly code: string }): object {
    this.codes.set(label, code);
    return {};
  }

  createBindGroup({ label, entries }: { readonly label: string; readonly entries: Entries }): object {
    const declared = [...this.codes.get(label)!.matchAll(/var<storage, \w+> \w+: array<([^,]+),/g)];
    for (const [at, [, type]] of declared.entries()) {
      const own = entries[at]!.resource.buffer.label;
      this.types.set(own, (this.types.get(own) ?? new Set()).add(type!));
    }
    return {};
  }

  readonly createBindGroupLayout = (): object => ({});
  readonly createPipelineLayout = (): object => ({});
  readonly createComputePipelineAsync = (): Promise<object> => Promise.resolve({});
}

beforeEach(() => {
  vi.stubGlobal('GPUBufferUsage', { STORAGE: 1, COPY_SRC: 2, COPY_DST: 4, UNIFORM: 8 });
  vi.stubGlobal('GPUShaderStage', { COMPUTE: 1 });
});

afterEach(() => vi.unstubAllGlobals());

async function record(network: Network, precision: Precision): Promise<Recorded> {
  const plan = planNetwork(network, () => false);
  if ('reason' in plan) throw new Error(plan.reason);
  const device = new RememberingDevice();
  const sample = (label: string) => ({ buffer: { label } as GPUBuffer, type: 'u32' as const, length: 64 });
  await RecordedStep.record({
    device: device as unknown as GPUDevice,
    ...{ plan, precision, batch: 4, sampleCount: 8, parts: 0, ranges: null, learned: [], teacher: null },
    tuning: { registers: 8, invocations: 64, positionsPerWorkgroup: 64, statisticsLanes: 16, parameterLanes: 4 },
    optimizer: { class: 'SGD', lr: 0.1, momentum: 0.9, weightDecay: 0, nesterov: false },
    samples: {
      ...{ values: sample('samples'), lookup: sample('lookup'), labels: sample('all labels') },
      valuesPerSample: network.inputShape.reduce((product, length) => product * length, 1),
    },
    work: planMethodWork(plan, { quantization: null, terms: [], thresholds: [], masksGradient: () => false })!,
    lossWeights: null,
  });
  return { types: device.types, bytes: device.bytes, codes: [...device.codes.values()] };
}

const isMap = (network: Network, label: string): boolean =>
  ['inner', 'gradients', 'output gradients'].includes(label) || network.layers.some(({ name }) => name === label);

for (const network of [plainNetwork, residualNetwork, separableNetwork]) {
  test(`a step of the ${network.name} network in f16 keeps its maps and their gradients as halves, and nothing else`, async () => {
    const { types, bytes } = await record(network, 'f16');
    const single = await record(network, 'f32');
    const maps = [...types.keys()].filter((label) => isMap(network, label));
    expect(maps.length).toBeGreaterThan(3);
    for (const [label, declared] of types) {
      const isHalf = isMap(network, label);
      for (const type of declared) expect(/^(?:f16|vec4h)$/.test(type), `${label}: ${type}`).toBe(isHalf);
      if (isHalf) expect(bytes.get(label), label).toBe(single.bytes.get(label)! / 2);
      else expect(bytes.get(label), label).toBe(single.bytes.get(label));
    }
  });

  test(`a step of the ${network.name} network in f32 knows no halves`, async () => {
    for (const code of (await record(network, 'f32')).codes) expect(code).not.toMatch(/f16|vec4h/);
  });
}

test('the gradient of the loss is scaled where it is a half, and scaled back before weights move', async () => {
  const { codes } = await record(plainNetwork, 'f16');
  const loss = codes.find((code) => code.includes('isRight'));
  const update = codes.find((code) => code.includes('fn change('));
  expect(loss).toContain('let share = select(0.0, 128.0f, isCounted);');
  expect(update).toContain('gradient *= (step.share * 0.0078125f);');
});
