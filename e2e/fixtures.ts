import { test as base, expect } from '@playwright/test';

/**
 * The project's `test`: like Playwright's, but a page that writes an error to its console, or throws, fails its test.
 * A test that provokes an error lists what it expects in `allowedErrors`.
 */
export const test = base.extend<{ allowedErrors: RegExp[]; noPageErrors: undefined }>({
  allowedErrors: async ({}, use) => {
    await use([]);
  },
  noPageErrors: [
    async ({ page, allowedErrors }, use) => {
      const errors: string[] = [];
      page.on('console', (message) => {
        if (message.type() === 'error') errors.push(message.text());
      });
      page.on('pageerror', (error) => errors.push(error.message));
      await use(undefined);
      expect(errors.filter((text) => !allowedErrors.some((pattern) => pattern.test(text)))).toEqual([]);
    },
    { auto: true },
  ],
});

export { expect };
