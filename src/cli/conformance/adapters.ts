import type { Adapters } from './adapter.ts';
import { batchNormFolding } from './batch-norm-folding.ts';
import { distillation } from './distillation.ts';
import { elementwise } from './elementwise.ts';
import { learningRates } from './learning-rates.ts';
import { lowBit } from './low-bit.ts';
import { overrides } from './overrides.ts';
import { postTraining } from './post-training.ts';
import { quantization } from './quantization.ts';
import { rankedFilters } from './ranked-filters.ts';
import { regularizers } from './regularizers.ts';
import { sensitivity } from './sensitivity.ts';
import { sparsity, structured } from './structured.ts';
import { thinning } from './thinning.ts';

/** Every operation that has an adapter. An operation that is absent counts as unsupported, never as passed. */
export const adapters: Adapters = {
  ...elementwise,
  ...structured,
  ...sparsity,
  ...rankedFilters,
  ...learningRates,
  ...quantization,
  ...lowBit,
  ...overrides,
  ...regularizers,
  ...batchNormFolding,
  ...distillation,
  ...postTraining,
  ...sensitivity,
  ...thinning,
};
