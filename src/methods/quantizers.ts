import type { MethodDefinition } from './define-method.ts';

/** Every file of the folder. */
export const quantizers = Object.values(
  import.meta.glob<MethodDefinition>(['./quantizers/*.ts', '!./quantizers/*.test.ts'], {
    eager: true,
    import: 'default',
  }),
);
