import { createRandom } from '../core/random.ts';
import type { TrainingSettings } from '../schedule/schedule.ts';
import { findDataset } from '../zoo/datasets.ts';
import { type LoadedDataset, loadImages, type LoadProgress } from '../zoo/dataset-shards.ts';
import { createPointDataset } from '../zoo/toy-datasets.ts';

export interface LoadRequest {
  readonly settings: TrainingSettings;
  /** Where the data shards lie, absolute, ending in a slash. */
  readonly dataUrl: string;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: LoadProgress) => void;
}

/** The samples of a run: fetched pieces of a shipped dataset, or points drawn from the seed. */
export async function loadTrainingData({ settings, dataUrl, signal, onProgress }: LoadRequest): Promise<LoadedDataset> {
  const dataset = findDataset(settings.dataset);
  if (dataset === undefined) throw new RangeError(`There is no dataset ${settings.dataset}`);
  if (dataset.kind === 'points') return createPointDataset(dataset, settings.trainSize, createRandom(settings.seed));
  const fetchBytes = async (path: string): Promise<Uint8Array> => {
    const response = await fetch(new URL(path, dataUrl), { signal });
    if (!response.ok)
      throw new Error(`${path} could not be fetched: ${String(response.status)} ${response.statusText}`);
    return new Uint8Array(await response.arrayBuffer());
  };
  return loadImages({ dataset, trainSize: settings.trainSize, fetchBytes, onProgress, signal });
}
