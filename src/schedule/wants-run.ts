import type { Extension } from '../methods/extension.ts';
import type { Schedule } from './schedule.ts';

/** Whether a policy wants a finished run as its teacher. */
export function wantsRun({ policies }: Pick<Schedule, 'policies'>): boolean {
  return policies.some(({ kind, component }) => {
    if (kind !== 'extension') return false;
    const extension = component.definition.create(component.args) as Extension;
    return extension.type === 'distillation' && extension.teacher.kind === 'run';
  });
}
