import { expect, test } from './fixtures.ts';
import { Workbench } from './pages/workbench.ts';

const schedule = (precision: string): string => `version: 1
training:
  model: mlp_2d
  dataset: circles
  train_size: 256
  validation_size: 256
  epochs: 8
  batch_size: 32
  seed: 1
  ${precision}
policies: []
`;

test('a run that asks for half precision has it, or trains in f32 and says why', async ({ page }) => {
  const workbench = new Workbench(page);
  await workbench.open();
  const hasHalves = await page.evaluate(async () => {
    const { gpu } = navigator as { gpu?: GPU };
    const adapter = await gpu?.requestAdapter({ powerPreference: 'high-performance' });
    return adapter?.features.has('shader-f16') === true;
  });
  const device = page.getByRole('button', { name: /^Device: / });

  await workbench.write(schedule('precision: f16'));
  await workbench.button('Train').click();
  await expect(workbench.status).toHaveText(/^Finished: /, { timeout: 60_000 });
  await expect(device).toHaveAccessibleName(hasHalves ? /, f16$/ : /, f32, not f16$/);
  await device.hover();
  const note = hasHalves
    ? 'keeps maps and their gradients in f16'
    : /asks for f16, .*so the run trains in f32\. Another/;
  await expect(page.getByText(note)).toBeVisible();
  const asked = await accuracyOf(workbench);

  await workbench.write(schedule('precision: f32'));
  await workbench.button('Train').click();
  await expect(device).not.toHaveAccessibleName(/f16|f32/);
  await expect(workbench.status).toHaveText(/^Finished: /, { timeout: 60_000 });
  await expect(device).not.toHaveAccessibleName(/f16|f32/);
  const single = await accuracyOf(workbench);
  if (hasHalves) expect(Math.abs(asked - single)).toBeLessThan(5);
  else expect(asked).toBe(single);
});

async function accuracyOf({ status }: Workbench): Promise<number> {
  const [, accuracy] = /([\d.]+) % accuracy/.exec((await status.textContent()) ?? '') ?? [];
  return Number(accuracy);
}
