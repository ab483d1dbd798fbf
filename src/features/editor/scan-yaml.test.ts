import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { keysAt, scanYaml, valueAt } from './scan-yaml.ts';

const end = (text: string) => {
  const { role, path, key } = scanYaml(text).end;
  return `${role} ${path.join('/')} ${key}`.trim();
};
const words = (text: string) =>
  scanYaml(text).tokens.map(({ role, path, text: word }) => `${role} ${path.join('/')}: ${word}`);

describe('scanYaml', () => {
  it('gives each word its path, in blocks and in brackets', () => {
    const text =
      'pruners:\n  a: {class: X, weights: [c.w, "d w"]}\npolicies:\n- pruner:\n    instance_name: a # b\n  epochs: [1]\n';
    expect(words(text)).toEqual([
      'key : pruners',
      'key pruners: a',
      'key pruners/a: class',
      'value pruners/a: X',
      'key pruners/a: weights',
      'item pruners/a/weights: c.w',
      'item pruners/a/weights: d w',
      'key : policies',
      'key policies/0: pruner',
      'key policies/0/pruner: instance_name',
      'value policies/0/pruner: a',
      'key policies/0: epochs',
      'item policies/0/epochs: 1',
    ]);
  });

  it('marks words exactly', () => {
    const text = "training:\n  model : 'cnn_mnist'  # small\n";
    const [, key, value] = scanYaml(text).tokens;
    expect(text.slice(key!.start, key!.end)).toBe('model');
    expect(text.slice(value!.start, value!.end)).toBe("'cnn_mnist'");
    expect(value!.text).toBe('cnn_mnist');
  });

  it('knows what the end of a text expects', () => {
    expect(end('')).toBe('key');
    expect(end('pru')).toBe('key');
    expect(end('pruners:\n  a:\n    ')).toBe('key pruners/a');
    expect(end('pruners:\n  a:\n    class: Auto')).toBe('value pruners/a class');
    expect(end('pruners:\n  a:\n    class: ')).toBe('value pruners/a class');
    expect(end('pruners:\n  a: {cla')).toBe('key pruners/a');
    expect(end('pruners:\n  a: {class: ')).toBe('value pruners/a class');
    expect(end('pruners:\n  a:\n    weights: [x, ')).toBe('item pruners/a/weights weights');
    expect(end('pruners:\n  a:\n    weights:\n      - ')).toBe('item pruners/a/weights/0 weights');
    expect(end('policies:\n  - ')).toBe('item policies/0 policies');
    expect(end('policies:\n  - pruner:\n      ')).toBe('key policies/0/pruner');
    expect(end('policies:\n  - pruner: {instance_name: a}\n    ')).toBe('key policies/0');
    expect(end('policies:\n  - pruner: {instance_name: a}\n  - ')).toBe('item policies/1 policies');
    expect(end('quantizers:\n  q:\n    overrides:\n      conv1: {')).toBe('key quantizers/q/overrides/conv1');
  });

  it('ends a forgotten bracket where the indentation does', () => {
    const text = 'pruners:\n  a:\n    weights: [x, \n    class: B\npolicies:\n';
    expect(valueAt(scanYaml(text), ['pruners', 'a'], 'class')).toBe('B');
    expect(keysAt(scanYaml(text), [])).toEqual(['pruners', 'policies']);
  });

  it('follows brackets over several lines', () => {
    expect(keysAt(scanYaml('training: {\n  seed: 1,\n  model: x\n}\nversion: 1'), ['training'])).toEqual([
      'seed',
      'model',
    ]);
  });

  it('survives any text and keeps its words inside of it', () => {
    const chaos = fc.stringMatching(/^(?:[a-c:#\-[\]{},'" \n]|class: )*$/);
    fc.assert(
      fc.property(chaos, (text) =>
        scanYaml(text).tokens.every(({ start, end: stop }) => 0 <= start && start < stop && stop <= text.length),
      ),
    );
  });
});
