// @ts-check
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { get } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { serveFolder } from './static-server.mjs';

/** @type {string} */
let root;
/** @type {Awaited<ReturnType<typeof serveFolder>>} */
let server;

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'playground-server-'));
  mkdirSync(join(root, 'dist', 'assets'), { recursive: true });
  writeFileSync(join(root, 'dist', 'index.html'), '<!doctype html>');
  writeFileSync(join(root, 'dist', 'assets', 'main-1a2b.js'), 'export {};');
  writeFileSync(join(root, 'secret.txt'), 'outside of the folder');
  server = await serveFolder(join(root, 'dist'));
});

afterAll(async () => {
  await server.close();
  rmSync(root, { recursive: true });
});

/**
 * Unlike fetch, sends the path as it is written.
 * @param {string} path
 * @returns {Promise<import('node:http').IncomingMessage>}
 */
function request(path) {
  const { hostname, port } = new URL(server.url);
  return new Promise((resolve, reject) => {
    get({ host: hostname, port, path }, (response) => {
      response.resume();
      response.on('end', () => resolve(response));
    }).on('error', reject);
  });
}

describe('serveFolder', () => {
  it('answers / with the page and lets no browser keep it', async () => {
    const { statusCode, headers } = await request('/?x=1');
    expect([statusCode, headers['content-type'], headers['cache-control']]).toEqual([
      200,
      'text/html; charset=utf-8',
      'no-cache',
    ]);
  });

  it('serves modules as JavaScript, which browsers insist on', async () => {
    const { statusCode, headers } = await request('/assets/main-1a2b.js');
    expect([statusCode, headers['content-type']]).toEqual([200, 'text/javascript; charset=utf-8']);
  });

  it.each([
    '/../secret.txt',
    '/%2e%2e/secret.txt',
    '/..%2fsecret.txt',
    '/assets',
    '/%zz',
    '/%00',
    '*',
    '/no-such-file',
  ])('answers %s with 404 and lives on', async (path) => {
    expect((await request(path)).statusCode).toBe(404);
    expect((await request('/')).statusCode).toBe(200);
  });

  it('gives way to the next port when one is taken', async () => {
    const taken = Number(new URL(server.url).port);
    const other = await serveFolder(join(root, 'dist'), { port: taken });
    expect(Number(new URL(other.url).port)).toBeGreaterThan(taken);
    await other.close();
  });
});
