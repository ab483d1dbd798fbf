import { expect, type Locator, type Page } from '@playwright/test';

/** The page as a reader meets it: by role and name. */
export class Workbench {
  readonly page: Page;
  readonly status: Locator;
  readonly editor: Locator;

  constructor(page: Page) {
    this.page = page;
    this.status = page.getByRole('status', { name: 'Training status' });
    this.editor = page.getByRole('textbox', { name: 'Schedule text' });
  }

  async open(hash = ''): Promise<void> {
    await this.page.goto(`./${hash}`);
    await expect(this.status).not.toBeEmpty();
  }

  button(name: string): Locator {
    return this.page.getByRole('button', { name, exact: true });
  }

  region(name: string): Locator {
    return this.page.getByRole('region', { name, exact: true });
  }

  figure(name: string): Locator {
    return this.page.getByRole('figure', { name, exact: true });
  }

  async choose(label: 'Recipe' | 'Model' | 'Dataset', option: string): Promise<void> {
    await this.page.getByRole('combobox', { name: label }).click();
    await this.page.getByRole('option', { name: option, exact: true }).click();
  }

  /** Replaces the whole schedule, as one who selects all and pastes. */
  async write(text: string): Promise<void> {
    await this.page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await this.page.evaluate((copied) => navigator.clipboard.writeText(copied), text);
    // The full editor may take the place of the plain field between two keys.
    for (let isSame = false; !isSame; ) {
      const field = await this.editor.elementHandle();
      await this.editor.focus();
      await this.page.keyboard.press('ControlOrMeta+A');
      await this.page.keyboard.press('ControlOrMeta+V');
      isSame = await this.editor.evaluate((now, then) => now === then, field);
    }
  }

  /** Cells of a chart's table, row by row. */
  async table(figureName: string): Promise<readonly (readonly string[])[]> {
    const figure = this.figure(figureName);
    const toggle = figure.getByRole('button', { name: 'Show as table' });
    if ((await toggle.getAttribute('aria-pressed')) !== 'true') await toggle.click();
    return figure
      .getByRole('row')
      .evaluateAll((rows) =>
        rows.map((row) => Array.from(row.querySelectorAll('th, td'), (cell) => cell.textContent.trim())),
      );
  }

  /** Cells of one column of a chart's table, without its head. */
  async column(figureName: string, label: string): Promise<readonly string[]> {
    const [head = [], ...rows] = await this.table(figureName);
    const index = head.indexOf(label);
    if (index < 0) throw new Error(`${figureName} has no column ${label}, only ${head.join(', ')}`);
    return rows.map((row) => row[index] ?? '');
  }
}
