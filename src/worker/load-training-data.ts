import { createRandom } from '../core/random.ts';
import type { TrainingSettings } from '../schedule/schedule.ts';
import { findDataset } from '../zoo/datasets.ts';
import { type LoadedDataset, loadImages, type LoadProgress, type Samples } from '../zoo/dataset-shards.ts';
import { createPointDataset } from '../zoo/toy-datasets.ts';

export interface LoadRequest {
  readonly settings: Pick<TrainingSettings, 'dataset' | 'seed' | 'trainSize' | 'teacherSize'>;
  /** Where the data shards lie, absolute, ending in a slash. */
  readonly dataUrl: string;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: LoadProgress) => void;
}

/** Samples of a run, and those of teachers that see more. */
interface RunData extends LoadedDataset {
  readonly teaching?: Samples;
}

/** The samples of a run: fetched pieces of a shipped dataset, or points drawn from the seed. */
export async function loadTrainingData(request: LoadRequest): Promise<RunData> {
  const { trainSize, teacherSize } = request.settings;
  if (teacherSize === undefined) return await loadSamples(request, trainSize);
  const loaded = await loadSamples(request, teacherSize);
  return { ...loaded, train: firstSamples(loaded.train, trainSize), teaching: loaded.train };
}

/** A view of the first samples. */
function firstSamples({ inputs, labels, count: all }: Samples, count: number): Samples {
  return { inputs: inputs.subarray(0, (inputs.length / all) * count), labels: labels.subarray(0, count), count };
}

async function loadSamples(
  { settings, dataUrl, signal, onProgress }: LoadRequest,
  trainSize: number,
): Promise<LoadedDataset> {
  const dataset = findDataset(settings.dataset);
  if (dataset === undefined) throw new RangeError(`There is no dataset ${settings.dataset}`);
  if (dataset.kind === 'points') return createPointDataset(dataset, trainSize, createRandom(settings.seed));
  const fetchBytes = async (path: string): Promise<Uint8Array> => {
    const response = await fetch(new URL(path, dataUrl), { signal });
    if (!response.ok)
      throw new Error(`${path} could not be fetched: ${String(response.status)} ${response.statusText}`);
    return new Uint8Array(await response.arrayBuffer());
  };
  return loadImages({ dataset, trainSize, fetchBytes, onProgress, signal });
}
