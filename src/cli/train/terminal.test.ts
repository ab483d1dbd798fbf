import { describe, expect, it } from 'vitest';
import { Terminal } from './terminal.ts';

function setUp(stream: { readonly isTTY?: boolean; readonly columns?: number }) {
  const written: string[] = [];
  const terminal = new Terminal({ ...stream, write: (text) => written.push(text) });
  return { terminal, text: () => written.join('') };
}

describe('the terminal', () => {
  it('replaces the changing line and keeps the others', () => {
    const { terminal, text } = setUp({ isTTY: true });
    terminal.show('step 1');
    terminal.show('step 2');
    terminal.print('epoch 1');
    terminal.show('step 3');
    terminal.end();
    expect(text()).toBe('step 1\r\u001b[2Kstep 2\r\u001b[2Kepoch 1\nstep 3\r\u001b[2K');
  });

  it('cuts the changing line, which could not be replaced if it wrapped', () => {
    const { terminal, text } = setUp({ isTTY: true, columns: 10 });
    terminal.show('a long line indeed');
    expect(text()).toBe('a long li');
  });

  it('writes into a file only what stays', () => {
    const { terminal, text } = setUp({});
    terminal.show('step 1');
    terminal.print('epoch 1');
    terminal.end();
    expect(text()).toBe('epoch 1\n');
  });
});
