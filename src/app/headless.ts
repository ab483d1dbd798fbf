import { createHeadlessTraining, type HeadlessTraining } from '../runs/headless-training.ts';
import { openTrainingClient } from './services.ts';

declare global {
  /** What `npm run train` calls in `headless.html`: the page's own client and worker, without its screen. */
  var headlessTraining: HeadlessTraining | undefined;
}

globalThis.headlessTraining = createHeadlessTraining(openTrainingClient({ keepsEpochs: false }));
