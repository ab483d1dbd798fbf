import { openEpochArchive } from '../runs/epoch-archive.ts';
import { keepEpochs } from '../runs/epoch-keeper.ts';
import { trainingClient } from './services.ts';

/** Keeps the epochs of each run on this device. To be called once the runs of earlier visits are back. */
export function keepEpochsOfRuns(): void {
  const archive = openEpochArchive();
  keepEpochs(trainingClient, archive);
  // Deleted runs keep their epochs until the page is opened again, for Undo.
  void archive.keepOnly(Object.keys(trainingClient.store.getState().runs));
}
