import { isSoftwareAdapter } from '../software-adapter.ts';
import { convolutionForward } from './kernels/convolution-forward.ts';
import { placedLength, placeMap } from './placement.ts';
import { Recorder } from './recorder.ts';
import type { Tuning } from './tuning.ts';

/** A processor that plays a graphics card: few threads, and a load costs more than many sums. */
const softwareTuning: Tuning = {
  registers: 32,
  invocations: 256,
  positionsPerWorkgroup: 65_536,
  statisticsLanes: 16,
  parameterLanes: 4,
};
const hardware = { invocations: 8192, positionsPerWorkgroup: 2048, statisticsLanes: 256, parameterLanes: 32 };
/** Tiles that a graphics card chooses from, the usual best first. */
const candidates = [8, 16, 4] as const;

/** All of tuning together, in milliseconds; what was not tried by then is not chosen. */
const patience = 1000;
const rounds = 5;
const dispatchesPerRound = 20;

const known = new WeakMap<GPUDevice, Promise<Tuning>>();

/** The tuning of a device: known for software, measured once for others. */
export function tuningOf(device: GPUDevice): Promise<Tuning> {
  if (isSoftwareAdapter(device.adapterInfo)) return Promise.resolve(softwareTuning);
  const tuning = known.get(device) ?? measureTuning(device);
  known.set(device, tuning);
  return tuning;
}

async function measureTuning(device: GPUDevice): Promise<Tuning> {
  const deadline = performance.now() + patience;
  let best = { registers: candidates[0] as number, time: Infinity };
  for (const registers of candidates) {
    if (performance.now() >= deadline) break;
    const time = await timeConvolution(device, { registers, ...hardware });
    if (time < best.time) best = { registers, time };
  }
  return { registers: best.registers, ...hardware };
}

/** Milliseconds of a convolution as small networks have it, the fastest of some rounds. */
async function timeConvolution(device: GPUDevice, tuning: Tuning): Promise<number> {
  const recorder = new Recorder(device);
  const [batch, kernel] = [64, 5];
  const [input, output] = [placeMap([12, 12, 8]), placeMap([8, 8, 16])];
  const allocate = (label: string, length: number): ReturnType<Recorder['allocate']> =>
    recorder.allocate(label, 'vec4f', length);
  try {
    const [dispatch] = await recorder.compile([
      convolutionForward({
        label: 'tuning',
        ...{ batch, tuning },
        shape: { kernel, stride: 1, padding: 0, output: [8, 8, 16] },
        input: { kind: 'vectors', place: input, bound: allocate('input', placedLength(input, batch)) },
        weights: { arena: allocate('weights', kernel ** 2 * 8 * 4 + 4), kernel: 0, bias: kernel ** 2 * 8 * 4 },
        output: {
          kind: 'activated',
          activation: 'relu',
          place: output,
          bound: allocate('output', placedLength(output, batch)),
        },
      }),
    ]);
    let fastest = Infinity;
    for (let round = 0; round < rounds; round++) {
      const startedAt = performance.now();
      recorder.submit(Array.from({ length: dispatchesPerRound }, () => dispatch!));
      await device.queue.onSubmittedWorkDone();
      fastest = Math.min(fastest, performance.now() - startedAt);
    }
    return fastest;
  } finally {
    recorder.dispose();
  }
}
