import type { MethodDefinition } from './define-method.ts';

/** Every file of the folder. */
export const pruners = Object.values(
  import.meta.glob<MethodDefinition>(['./pruners/*.ts', '!./pruners/*.test.ts'], { eager: true, import: 'default' }),
);
