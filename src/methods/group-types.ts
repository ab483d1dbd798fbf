import { groupStructures, type Grouping, type Structure } from '../core/structures.ts';
import type { ParameterSpec } from '../core/network.ts';
import type { ArgumentProblem } from './define-method.ts';

/** The structures that norms and thresholds know; `Rows` and `Cols` are those of Distiller's stored [out, in] matrix. */
export type GroupType = '2D' | '3D' | 'Filters' | 'Channels' | 'Rows' | 'Cols' | '4D';

/** The structures that can be compared with a threshold. */
export const thresholdGroups = ['2D', 'Rows', 'Cols', '3D', 'Filters', 'Channels'] as const;

const structures: Readonly<Record<GroupType, Structure>> = {
  '2D': 'kernel',
  '3D': 'filter',
  Filters: 'filter',
  Channels: 'channel',
  Rows: 'filter',
  Cols: 'channel',
  '4D': 'layer',
};

/** The rank that a group type belongs to: rows and columns to dense kernels, all others to convolutions. */
export function rankOfGroup(group: GroupType): 2 | 4 {
  return group === 'Rows' || group === 'Cols' ? 2 : 4;
}

/** Whether the structures of a group type can be compared with a threshold. */
export const canThreshold = (group: string): boolean => (thresholdGroups as readonly string[]).includes(group);

/**
 * The groups of a parameter that are compared with a threshold.
 *
 * @throws RangeError if the group type has no threshold, or the parameter's rank does not have that structure.
 */
export function groupsOf(parameter: ParameterSpec, group: GroupType): Grouping {
  if (!canThreshold(group)) throw new RangeError(`\`${group}\` cannot be compared with a threshold`);
  const [problem] = checkGroup('group', parameter, group);
  if (problem) throw new RangeError(problem.message);
  return groupStructures(parameter.shape, structures[group]);
}

/** Whether a parameter has that structure. */
export function checkGroup(argument: string, parameter: ParameterSpec, group: GroupType): readonly ArgumentProblem[] {
  const rank = rankOfGroup(group);
  if (parameter.shape.length === rank) return [];
  const message =
    rank === 4
      ? `\`${group}\` are structures of a convolution; \`${parameter.name}\` has the shape [${parameter.shape.join(', ')}]. For a dense layer use \`Rows\` (its outputs) or \`Cols\` (its inputs).`
      : `\`${group}\` are structures of a dense layer; \`${parameter.name}\` has the shape [${parameter.shape.join(', ')}]. For a convolution use \`Filters\` or \`Channels\`.`;
  return [{ argument, code: 'wrong-structure', message, severity: 'error' }];
}
