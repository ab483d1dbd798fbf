// @ts-check
// The screens that `npm run screenshots -- --all` photographs in every size and theme, and how they are reached and left.

/**
 * @typedef {import('playwright-core').Page} Page
 * @typedef {import('playwright-core').Locator} Locator
 *
 * @typedef {object} Screen
 * @property {string} name
 * @property {string[]} [tabs] pressed in order, where they are there: the narrow layout has more of them
 * @property {string} [button] opens it
 * @property {string} [region] scrolled to
 * @property {string} [close] the button that closes it again
 * @property {(page: Page) => Promise<boolean>} [show] what pressing alone does not reach; false: not in this size
 * @property {'points' | 'wrong'} [run] what has to be on the page; without it the run of the recipe
 */

/** @type {readonly Screen[]} */
export const screens = [
  { name: 'watch', tabs: ['Watch'] },
  { name: 'inspect', tabs: ['Layers', 'Inspect', 'Weights'], region: 'Inspect' },
  { name: 'confusion', tabs: ['Layers', 'Inspect', 'Answers'], region: 'Inspect' },
  { name: 'analyses', tabs: ['Layers', 'Analyses'], region: 'Analyses' },
  { name: 'cost', tabs: ['Layers', 'Cost'], region: 'Cost' },
  { name: 'try-it', tabs: ['Layers'], region: 'Try it', button: 'Open Try it', close: 'Fold Try it' },
  { name: 'runs', tabs: ['Runs', 'Table'], region: 'Runs' },
  { name: 'learn', tabs: ['Write'], button: 'Learn', close: 'Close the lessons' },
  { name: 'recipes', tabs: ['Write'], button: 'Recipes', close: 'Close' },
  { name: 'share', button: 'Share', close: 'Close' },
  { name: 'reference', button: 'Help', close: 'Close' },
  { name: 'completion', tabs: ['Write'], show: completion },
  { name: 'hover', tabs: ['Write'], show: hover },
  { name: 'points', run: 'points', tabs: ['Watch'] },
  { name: 'boundary', run: 'points', tabs: ['Layers'], region: 'Try it', button: 'Open Try it', close: 'Fold Try it' },
  { name: 'compare', run: 'points', tabs: ['Runs', 'Overlay'], region: 'Runs' },
  { name: 'wrong', run: 'wrong', tabs: ['Write'] },
];

/** A schedule with mistakes of several kinds. */
export const wrongSchedule = `version: 1
training: {model: cnn_mnst, dataset: mnist, epochs: 8}
pruners:
  gradual:
    class: AutomatedGradualPruner
    initial_sparsity: 0.05
    final_sparsty: 1.9
    weights: [conv9.weight]
policies:
  - pruner: {instance_name: gradually}
    starting_epoch: 4
    ending_epoch: 4
    frequency: 0
`;

/** @param {Page} page @param {Screen} screen @returns {Promise<boolean>} false: this size has no such screen */
export async function reach(page, { tabs = [], button, close, region, show }) {
  for (const name of tabs) await pressIfThere(page.getByRole('tab', { name, exact: true }));
  if (button !== undefined) {
    if (!(await byName(page, button).isVisible())) await pressIfThere(moreOf(page));
    await pressIfThere(byName(page, button));
    // What it opens may have to be loaded first.
    if (close !== undefined) await byName(page, close).waitFor();
  }
  const part = page.getByRole('region', { name: region ?? '-', exact: true }).first();
  if (await part.isVisible()) await part.scrollIntoViewIfNeeded();
  return show === undefined || show(page);
}

/** @param {Page} page @param {Screen} screen */
export async function leave(page, { close, show }) {
  if (close !== undefined) await pressIfThere(byName(page, close));
  if (show !== undefined) await page.keyboard.press('Escape');
  const more = moreOf(page);
  if ((await more.isVisible()) && (await more.getAttribute('aria-expanded')) === 'true') await more.click();
}

/** @param {Page} page @param {string} text */
export async function write(page, text) {
  await page.getByRole('textbox', { name: 'Schedule text' }).focus();
  await page.keyboard.press('ControlOrMeta+A');
  await page.keyboard.insertText(text);
}

/** Names of classes, where the full editor is. @param {Page} page */
async function completion(page) {
  if (!(await onClass(page))) return false;
  // Before the word: behind it the list holds that word only.
  await page.keyboard.press('ControlOrMeta+ArrowLeft');
  await page.keyboard.press('Control+Space');
  await page.getByRole('listbox', { name: 'Suggest' }).waitFor();
  return true;
}

/** @param {Page} page */
async function hover(page) {
  if (!(await onClass(page))) return false;
  await firstClass(page).hover();
  await page
    .getByRole('tooltip')
    .filter({ has: page.getByRole('link') })
    .first()
    .waitFor();
  return true;
}

/**
 * Puts the caret behind the first class of the schedule; false without the full editor, or where it wraps the name.
 *
 * @param {Page} page
 */
async function onClass(page) {
  if (!(await page.locator('.monaco-editor').first().isVisible())) return false;
  await page.getByRole('textbox', { name: 'Schedule text' }).focus();
  await page.keyboard.press('ControlOrMeta+Home');
  try {
    await firstClass(page).click({ timeout: 5000 });
  } catch {
    return false;
  }
  await page.keyboard.press('End');
  return true;
}

/** @param {Page} page */
function firstClass(page) {
  return page
    .locator('.view-line')
    .getByText(/^\w+(Pruner|Quantizer|Regularizer)$/)
    .first();
}

/** The button of the phone's header that unfolds the others. @param {Page} page */
function moreOf(page) {
  return page.getByRole('banner').getByRole('button', { name: 'More', exact: true });
}

/** @param {Page} page @param {string} name */
function byName(page, name) {
  return page.getByRole('button', { name, exact: true }).first();
}

/** @param {Locator} control Not every layout has it. */
async function pressIfThere(control) {
  if (await control.first().isVisible()) await control.first().click();
}
