import { expect, it } from 'vitest';
import { catalogue } from '../methods/catalogue.ts';
import { recipes } from '../zoo/recipes.ts';
import { zoo } from '../zoo/zoo.ts';
import { parseSchedule } from './parse-schedule.ts';
import { scheduleOf } from './schedule-data.ts';
import { sendSchedule } from './send-schedule.ts';

it.each(recipes.map(({ id, text }) => [id, text]))('%s arrives as it was read', (_, text) => {
  const parsed = parseSchedule(text, zoo);
  const sent = sendSchedule(text, zoo);
  if (!parsed.ok || !sent.ok) throw new Error('The recipe cannot be read');
  const arrived = scheduleOf(structuredClone(sent.value), catalogue);
  // Its functions are made anew.
  expect({ ...arrived, postTraining: null }).toEqual({ ...parsed.value, postTraining: null });
  expect(arrived.postTraining?.name).toBe(parsed.value.postTraining?.name);
  arrived.policies.forEach((policy, at) => {
    expect(arrived.components.indexOf(policy.component)).toBe(
      parsed.value.components.indexOf(parsed.value.policies[at]!.component),
    );
  });
});

it('a text with an error is sent as its first error', () => {
  const sent = sendSchedule('version: 1\npolicies:\n  - pruner: {instance_name: none}\n    epochs: [0]\n', zoo);
  expect(sent).toMatchObject({ ok: false, message: expect.stringMatching(/^Line 3: /) as string });
});
