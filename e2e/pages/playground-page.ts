import type { Locator, Page } from '@playwright/test';
import { encodeLink } from '../../src/runs/share-link.ts';
import { expect } from '../fixtures.ts';

/** On a machine without a GPU a run of several epochs takes minutes. */
const runTimeoutMs = 10 * 60_000;

/** The page as a reader finds it: by roles and names that are promised to stay. */
export class PlaygroundPage {
  readonly page: Page;
  /** Says where the run stands: "Epoch 3 of 12, step 40 of 128", "Finished: …". */
  readonly status: Locator;

  constructor(page: Page) {
    this.page = page;
    this.status = page.getByRole('status', { name: 'Training status' });
  }

  /** @param suffix what follows the address: a query, or a link's `#…`. */
  async open(suffix = ''): Promise<void> {
    await this.page.goto(`./${suffix}`);
    await expect(this.button('Train')).toBeVisible();
  }

  /** Opens a schedule as a reader who follows a link does. */
  async openText(text: string): Promise<void> {
    await this.open(encodeLink({ version: 1, text }));
  }

  button(name: 'Train' | 'Pause' | 'Resume' | 'Step' | 'Stop' | 'Reset' | 'Share' | 'Export'): Locator {
    return this.page.getByRole('button', { name, exact: true });
  }

  region(name: 'Schedule' | 'Problems' | 'Timeline' | 'Charts' | 'Layers' | 'Inspect' | 'Try it' | 'Runs'): Locator {
    return this.page.getByRole('region', { name, exact: true });
  }

  chart(name: 'Accuracy' | 'Loss' | 'Sparsity' | 'Bit-widths' | 'Learning rate' | 'Size'): Locator {
    return this.page.getByRole('figure', { name, exact: true });
  }

  async choose(list: 'Recipe' | 'Model' | 'Dataset', option: string): Promise<void> {
    await this.page.getByRole('combobox', { name: list, exact: true }).click();
    await this.page.getByRole('option', { name: option }).first().click();
  }

  async train(): Promise<void> {
    await this.button('Train').click();
  }

  /** Waits for the end of the run and returns what the status line says; a failed run fails the test. */
  async finished(): Promise<string> {
    const ended = this.status.filter({ hasText: /Finished|Failed/ });
    await ended.waitFor({ timeout: runTimeoutMs });
    await expect(this.status).toContainText('Finished');
    return (await this.status.textContent()) ?? '';
  }

  /** The numbers behind a chart, heading row first, as *Show as table* gives them. */
  async tableOf(name: Parameters<PlaygroundPage['chart']>[0]): Promise<string[][]> {
    const chart = this.chart(name);
    const toggle = chart.getByRole('button', { name: 'Show as table' });
    if (await toggle.isVisible()) await toggle.click();
    const rows = await chart.getByRole('table').getByRole('row').all();
    return await Promise.all(rows.map((row) => row.locator('th, td').allTextContents()));
  }
}
