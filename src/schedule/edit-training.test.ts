import { describe, expect, it } from 'vitest';
import { applyTextEdit, editTrainingValue } from './edit-training.ts';

function edited(text: string, key: string, value: string): string | null {
  const edit = editTrainingValue(text, key, value);
  return edit && applyTextEdit(text, edit);
}

describe('editTrainingValue', () => {
  it('replaces a value and keeps its comment', () => {
    expect(edited('training:\n  model: cnn_mnist   # small\n  seed: 1\n', 'model', 'mlp_mnist')).toBe(
      'training:\n  model: mlp_mnist   # small\n  seed: 1\n',
    );
  });

  it('adds a key to a block map in its indentation', () => {
    expect(edited('version: 1\ntraining:\n    seed: 2\n', 'model', 'mlp_2d')).toBe(
      'version: 1\ntraining:\n    model: mlp_2d\n    seed: 2\n',
    );
  });

  it('adds a key to a flow map', () => {
    expect(edited('training: {seed: 2}\n', 'dataset', 'xor')).toBe('training: {dataset: xor, seed: 2}\n');
    expect(edited('training: {}\n', 'dataset', 'xor')).toBe('training: {dataset: xor}\n');
  });

  it('adds the block after the version and its leading comment', () => {
    expect(edited('# mine\nversion: 1\npruners: {}\n', 'dataset', 'mnist')).toBe(
      '# mine\nversion: 1\ntraining:\n  dataset: mnist\npruners: {}\n',
    );
  });

  it('fills an empty block and an empty text', () => {
    expect(edited('training:\npolicies: []\n', 'model', 'mlp_2d')).toBe('training:\n  model: mlp_2d\npolicies: []\n');
    expect(edited('', 'model', 'mlp_2d')).toBe('training:\n  model: mlp_2d\n');
    expect(edited('version: 1', 'model', 'mlp_2d')).toBe('version: 1\ntraining:\n  model: mlp_2d\n');
  });

  it('gives no edit where there is no safe place', () => {
    expect(edited('training: [1, 2]\n', 'model', 'mlp_2d')).toBeNull();
    expect(edited('training: {model: \n', 'model', 'mlp_2d')).toBeNull();
    expect(edited('just words', 'model', 'mlp_2d')).toBeNull();
  });
});
