import type { MethodDefinition } from '../../methods/define-method.ts';
import type { Diagnostic } from '../../schedule/diagnostics.ts';
import type { Preflight } from '../../schedule/preflight-types.ts';
import type { Zoo } from '../../schedule/zoo-port.ts';

/** What the editor knows about its text, and about the world that the text may name. */
export interface EditorKnowledge {
  readonly diagnostics: readonly Diagnostic[];
  /** Which policy acts when, for the marks beside the text; null while it cannot be read. */
  readonly preflight: Preflight | null;
  readonly catalogue: readonly MethodDefinition[];
  readonly zoo: Zoo;
}
