import { completeArguments } from '../methods/create-instance.ts';
import { type AnalysisRequest, type PostTrainingVariant, postTrainingMethod } from '../protocol/analysis.ts';

/**
 * A request with everything written out that it leaves to defaults: the worker knows no schemas. A variant that says nothing
 * of `model_activation_stats` is calibrated on the trained model, as Distiller's command line does by default.
 *
 * @throws RangeError for arguments that cannot be, with the variant's label.
 */
export function completeAnalysis(request: AnalysisRequest): AnalysisRequest {
  if (request.kind !== 'post-training') return request;
  return { ...request, variants: request.variants.map(completeVariant) };
}

function completeVariant({ label, args }: PostTrainingVariant): PostTrainingVariant {
  try {
    return { label, args: completeArguments(postTrainingMethod, { model_activation_stats: 'calibrate', ...args }) };
  } catch (error) {
    if (error instanceof RangeError) throw new RangeError(`${label}: ${error.message}`, { cause: error });
    throw error;
  }
}
