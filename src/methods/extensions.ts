import type { MethodDefinition } from './define-method.ts';

/** Every file of the folder. */
export const extensions = Object.values(
  import.meta.glob<MethodDefinition>(['./extensions/*.ts', '!./extensions/*.test.ts'], {
    eager: true,
    import: 'default',
  }),
);
