import { createServer } from 'node:net';
import { defineConfig } from '@playwright/test';
import { findOrInstallChromium, webGpuFlags } from './scripts/find-chromium.mjs';

// The workers of the test runner read this file again: they must see the port and browser that the first reading chose.
process.env['E2E_PORT'] ??= String(await freePort());
process.env['CHROMIUM_PATH'] ??= await findOrInstallChromium();
const url = `http://localhost:${process.env['E2E_PORT']}/`;

export default defineConfig({
  testDir: 'e2e',
  outputDir: 'test-results',
  // Files that share the software adapter take each other's device.
  workers: 1,
  retries: 0,
  forbidOnly: Boolean(process.env['CI']),
  timeout: 120_000,
  expect: { timeout: 15_000 },
  reporter: process.env['PLAYWRIGHT_JSON_OUTPUT_FILE'] ? [['list'], ['json']] : [['list']],
  use: {
    baseURL: url,
    viewport: { width: 1440, height: 1000 },
    colorScheme: 'dark',
    trace: 'retain-on-failure',
    launchOptions: { executablePath: process.env['CHROMIUM_PATH'], args: [...webGpuFlags] },
  },
  projects: [
    // Without WebGPU in a worker every other failure would be a riddle: this one speaks first.
    { name: 'environment', testMatch: 'environment.spec.ts' },
    { name: 'stories', testIgnore: 'environment.spec.ts', dependencies: ['environment'] },
  ],
  webServer: {
    command: `node scripts/start.mjs --no-open --port ${process.env['E2E_PORT']}`,
    url,
    timeout: 180_000,
    reuseExistingServer: false,
  },
});

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => {
        if (address !== null && typeof address === 'object') resolve(address.port);
        else reject(new Error('The system gave no free port.'));
      });
    });
  });
}
