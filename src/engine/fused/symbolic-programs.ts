import type { traceActivation } from './symbolic/activation-program.ts';
import type { traceParameterQuantizer, tracePenalty, traceThreshold } from './symbolic/parameter-program.ts';

interface Programs {
  readonly traceActivation: typeof traceActivation;
  readonly traceParameterQuantizer: typeof traceParameterQuantizer;
  readonly tracePenalty: typeof tracePenalty;
  readonly traceThreshold: typeof traceThreshold;
}

let loaded: Programs | null = null;

/** Loads what turns methods into shader text. To be awaited before a method is. */
export async function loadPrograms(): Promise<void> {
  if (loaded !== null) return;
  const [activations, parameters] = await Promise.all([
    import('./symbolic/activation-program.ts'),
    import('./symbolic/parameter-program.ts'),
  ]);
  const { traceActivation } = activations;
  const { traceParameterQuantizer, tracePenalty, traceThreshold } = parameters;
  loaded = { traceActivation, traceParameterQuantizer, tracePenalty, traceThreshold };
}

/** @throws Error before `loadPrograms`. */
export function programs(): Programs {
  if (loaded === null) throw new Error('Programs of methods are there from loadPrograms on');
  return loaded;
}
