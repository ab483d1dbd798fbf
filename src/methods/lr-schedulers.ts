import type { MethodDefinition } from './define-method.ts';

/** Every file of the folder. */
export const lrSchedulers = Object.values(
  import.meta.glob<MethodDefinition>(['./lr-schedulers/*.ts', '!./lr-schedulers/*.test.ts'], {
    eager: true,
    import: 'default',
  }),
);
