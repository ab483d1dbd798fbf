import type { Fix } from './diagnostics.ts';
import type { Report } from './report.ts';
import { entryOf, type MapNode } from './yaml-node.ts';

interface PruningFlags {
  readonly mask_on_forward_only: boolean;
  readonly mask_gradients: boolean;
  readonly use_double_copies: boolean;
}

/** Arguments that only make sense together. False after an error. */
export function checkPruningArgs(report: Report, node: MapNode, args: PruningFlags): boolean {
  if (args.mask_on_forward_only) return true;
  const copies = entryOf(node, 'use_double_copies');
  if (args.use_double_copies && copies) {
    const message =
      '`use_double_copies` changes nothing without `mask_on_forward_only`: after the step the weights are masked again. Add it.';
    report.warning('double-copies-pointless', copies.key.range, message, forwardOnlyFix(node, 'use_double_copies'));
  }
  const gradients = entryOf(node, 'mask_gradients');
  if (!args.mask_gradients || !gradients) return true;
  const message = '`mask_gradients` needs `mask_on_forward_only: true`; Distiller refuses it alone. Add it.';
  report.error(
    'gradient-mask-without-forward-only',
    gradients.key.range,
    message,
    forwardOnlyFix(node, 'mask_gradients'),
  );
  return false;
}

function forwardOnlyFix(node: MapNode, beside: string): Fix[] {
  const written = entryOf(node, 'mask_on_forward_only');
  if (written) return [{ title: 'Write `mask_on_forward_only: true`', range: written.value.range, text: 'true' }];
  return insertBefore(node, beside, 'mask_on_forward_only: true');
}

/** A fix that puts `key: value` before an existing key of the map, in the map's own layout. */
export function insertBefore(node: MapNode, key: string, line: string): Fix[] {
  const entry = entryOf(node, key);
  if (!entry) return [];
  const { start } = entry.key.range;
  const separator = node.flow ? ', ' : `\n${' '.repeat(start.column - 1)}`;
  return [{ title: `Add \`${line}\``, range: { start, end: start }, text: line + separator }];
}
