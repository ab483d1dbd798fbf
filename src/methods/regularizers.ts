import type { MethodDefinition } from './define-method.ts';

/** Every file of the folder. */
export const regularizers = Object.values(
  import.meta.glob<MethodDefinition>(['./regularizers/*.ts', '!./regularizers/*.test.ts'], {
    eager: true,
    import: 'default',
  }),
);
