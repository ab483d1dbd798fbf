import { createRandom } from '../core/random.ts';
import type { TrainingSettings } from '../schedule/schedule.ts';
import { findDataset } from '../zoo/datasets.ts';
import {
  type LoadedDataset,
  type LoadingDataset,
  type LoadProgress,
  openImages,
  type Samples,
} from '../zoo/dataset-shards.ts';
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

/** `openTrainingData`, once all is there. */
export async function loadTrainingData(request: LoadRequest): Promise<RunData> {
  const data = openTrainingData(request);
  await data.whenLoaded;
  return data;
}

/**
 * The samples of a run: pieces of a shipped dataset that are fetched, or points drawn from the seed.
 *
 * @returns All sizes are right at once; samples are zeros until `whenLoaded` resolves.
 */
export function openTrainingData(request: LoadRequest): RunData & Pick<LoadingDataset, 'whenLoaded'> {
  const { trainSize, teacherSize } = request.settings;
  const { dataset, whenLoaded } = openSamples(request, teacherSize ?? trainSize);
  if (teacherSize === undefined) return { ...dataset, whenLoaded };
  return { ...dataset, whenLoaded, train: firstSamples(dataset.train, trainSize), teaching: dataset.train };
}

/** A view of the first samples. */
function firstSamples({ inputs, labels, count: all }: Samples, count: number): Samples {
  return { inputs: inputs.subarray(0, (inputs.length / all) * count), labels: labels.subarray(0, count), count };
}

function openSamples({ settings, dataUrl, signal, onProgress }: LoadRequest, trainSize: number): LoadingDataset {
  const dataset = findDataset(settings.dataset);
  if (dataset === undefined) throw new RangeError(`There is no dataset ${settings.dataset}`);
  if (dataset.kind === 'points') {
    const points = createPointDataset(dataset, trainSize, createRandom(settings.seed));
    return { dataset: points, whenLoaded: Promise.resolve() };
  }
  const fetchBytes = async (path: string): Promise<Uint8Array> => {
    const response = await fetch(new URL(path, dataUrl), { signal });
    if (!response.ok)
      throw new Error(`${path} could not be fetched: ${String(response.status)} ${response.statusText}`);
    return new Uint8Array(await response.arrayBuffer());
  };
  return openImages({ dataset, trainSize, fetchBytes, onProgress, signal });
}
