import type { Zoo } from '../schedule/zoo-port.ts';
import { datasets } from './datasets.ts';
import { models } from './models.ts';

/** Every model and dataset that a schedule can name; the first of each is the default. */
export const zoo: Zoo = { models, datasets };
