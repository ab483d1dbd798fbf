import { describe, expect, it } from 'vitest';
import { catalogue } from '../../methods/catalogue.ts';
import { describeArguments } from '../../methods/describe-arguments.ts';
import { parseSchedule } from '../../schedule/parse-schedule.ts';
import { zoo } from '../../zoo/zoo.ts';
import { argumentFact, exampleSchedule, methodGroups } from './method-groups.ts';

describe('methodGroups', () => {
  it('puts every method of the catalogue into one group', () => {
    const shown = methodGroups(catalogue, '').flatMap(({ methods }) => methods);
    expect(shown).toHaveLength(catalogue.length);
  });

  it('finds methods by all words of a search, in names, summaries and arguments', () => {
    const names = (search: string) =>
      methodGroups(catalogue, search).flatMap(({ methods }) => methods.map(({ name }) => name));
    expect(names('cubic FINAL_sparsity')).toContain('AutomatedGradualPruner');
    expect(names('final_sparsity')).not.toContain('SensitivityPruner');
    expect(names('no such words')).toEqual([]);
  });
});

describe('exampleSchedule', () => {
  it.each(catalogue.map((method) => [method.name, method] as const))(
    'is a schedule without errors: %s',
    (_, method) => {
      const { diagnostics } = parseSchedule(exampleSchedule(method), zoo);
      expect(diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
    },
  );
});

describe('argumentFact', () => {
  it('says type, range, and what stands without it', () => {
    const method = catalogue.find(({ name }) => name === 'AutomatedGradualPruner')!;
    const [initial] = describeArguments(method.args);
    expect(argumentFact(initial!)).toBe('number from 0 to 1, required');
    expect(argumentFact({ ...initial!, isRequired: false, defaultValue: 0.5 })).toBe(
      'number from 0 to 1, default `0.5`',
    );
  });
});
