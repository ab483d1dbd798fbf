import type { AnalysisRequest, AnalysisResult } from '../../protocol/analysis.ts';
import { loadReference } from '../reference-backend.ts';
import { measureActivations } from './measure-activations.ts';
import { measureBitWidths } from './measure-bit-widths.ts';
import { measureSensitivity } from './measure-sensitivity.ts';
import { measureThinning } from './measure-thinning.ts';
import { measureTime } from './measure-time.ts';
import { quantizeAfterTraining } from './quantize-after-training.ts';
import { summarizeModel } from './summarize-model.ts';
import type { AnalysisSource, AnalysisWatch } from './trained-model.ts';

/**
 * Answers a question about a trained model on the current backend. The source stays as it is, and all tensors are freed, also
 * when it breaks off.
 *
 * @throws RangeError if the question cannot be answered; its message says why.
 * @throws the signal's reason when it is aborted.
 */
export async function runAnalysis(
  source: AnalysisSource,
  request: AnalysisRequest,
  watch: AnalysisWatch = {},
): Promise<AnalysisResult> {
  await loadReference();
  switch (request.kind) {
    case 'sensitivity':
      return await measureSensitivity(source, request, watch);
    case 'post-training':
      return await quantizeAfterTraining(source, request, watch);
    case 'bit-widths':
      return await measureBitWidths(source, request, watch);
    case 'thinning':
      return await measureThinning(source, request, watch);
    case 'inference-time':
      return await measureTime(source, request, watch);
    case 'summary':
      return summarizeModel(source.model);
    case 'activations':
      return await measureActivations(source, request, watch);
    default:
      return request satisfies never;
  }
}
