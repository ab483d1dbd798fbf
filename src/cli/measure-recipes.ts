import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../../scripts/project.mjs';
import type { AnalysisRequest } from '../protocol/analysis.ts';
import type { HeadlessTraining, TrainingReport } from '../runs/headless-training.ts';
import type { MeasuredRun, Measurements } from '../zoo/measurements.ts';
import { findRecipe, recipes } from '../zoo/recipes.ts';
import { type BuiltPage, openBuiltPage } from './browser.ts';
import { type MeasureOptions, measureUsage, readMeasureOptions } from './measure-recipes/measure-options.ts';
import { measuredRun, roundingRequest, seededText } from './measure-recipes/measure-run.ts';
import { measurementsJson, type PlannedRun, plannedRuns, withRun } from './measure-recipes/measurement-file.ts';
import { progressLine } from './train/progress-lines.ts';
import { Terminal } from './train/terminal.ts';

interface HeadlessPage {
  readonly headlessTraining: HeadlessTraining;
  readonly reportTraining: (report: TrainingReport) => void;
}

const file = join(projectRoot, 'src', 'zoo', 'recipe-measurements.json');
const order = recipes.map(({ id }) => id);
const terminal = new Terminal(process.stderr);

process.exitCode = await main();

async function main(): Promise<number> {
  const options = readMeasureOptions(process.argv.slice(2));
  if (options === null) {
    console.log(measureUsage);
    return 0;
  }
  const runs = typeof options === 'string' ? options : runsOf(options);
  if (typeof runs === 'string') {
    console.error(`${runs}\n\n${measureUsage}`);
    return 2;
  }
  return runs.length === 0 ? 0 : await measureAll(runs);
}

function runsOf(options: MeasureOptions): readonly PlannedRun[] | string {
  const chosen = chosenRecipes(options);
  return typeof chosen === 'string' ? chosen : plannedRuns(readMeasurements(), chosen, options.seeds);
}

function chosenRecipes({ only }: MeasureOptions): typeof recipes | string {
  if (only === undefined) return recipes;
  const found = only.flatMap((id) => recipes.filter((recipe) => recipe.id === id));
  return found.length === only.length ? found : `No recipe is called ${only.find((id) => !order.includes(id)) ?? ''}.`;
}

function readMeasurements(): Measurements {
  return JSON.parse(readFileSync(file, 'utf8')) as Measurements;
}

/** One page for each run, so that no run inherits the memory of another; the build stays that of the first. */
async function measureAll(runs: readonly PlannedRun[]): Promise<number> {
  const built = await openBuiltPage({ suffix: 'headless.html', onPageError: (message) => terminal.print(message) });
  const build = buildVersion();
  let failures = 0;
  try {
    await built.page.exposeFunction('reportTraining', (report: TrainingReport) => terminal.show(progressLine(report)));
    for (const [index, planned] of runs.entries()) {
      const measured = await measure(built, planned, build);
      if (measured === null) failures += 1;
      else writeFileSync(file, measurementsJson(withRun(readMeasurements(), planned.recipe, measured), order));
      terminal.print(
        `${index + 1}/${runs.length}  ${planned.recipe.id}, seed ${planned.seed}: ${resultText(measured, planned)}`,
      );
    }
  } finally {
    terminal.end();
    await built.close();
  }
  return failures === 0 ? 0 : 1;
}

async function measure({ page }: BuiltPage, planned: PlannedRun, build: string): Promise<MeasuredRun | null> {
  await page.reload();
  await page.waitForFunction(() => 'headlessTraining' in globalThis);
  const text = seededText(planned);
  const record = await page.evaluate((trained) => {
    const { headlessTraining, reportTraining } = globalThis as unknown as HeadlessPage;
    return headlessTraining.train(trained, reportTraining);
  }, text);
  const request = record.result === null ? null : roundingRequest(text);
  const roundedTop1 = request === null ? undefined : await roundedAccuracy(page, request);
  const measured = measuredRun(record, { build, ...(roundedTop1 === undefined ? {} : { roundedTop1 }) });
  if (measured === null) terminal.print(record.failure?.message ?? 'The run ended without a result.');
  return measured;
}

async function roundedAccuracy(page: BuiltPage['page'], request: AnalysisRequest): Promise<number | undefined> {
  const outcome = await page.evaluate((asked) => {
    const { headlessTraining } = globalThis as unknown as HeadlessPage;
    return headlessTraining.analyze(asked, () => undefined);
  }, request);
  return outcome.ok && outcome.result.kind === 'post-training'
    ? outcome.result.variants[0]?.achievement.top1
    : undefined;
}

function resultText(run: MeasuredRun | null, { recipe }: PlannedRun): string {
  if (run === null) return 'failed';
  if (run.top1 === null) return 'the loss is no longer a number';
  const rounding = run.roundedTop1 === undefined ? '' : `, rounded ${percent(run.roundedTop1)}`;
  const told = `${percent(run.top1)} accuracy${rounding}, ${percent(run.sparsity ?? 0)} sparsity`;
  return isExpected(run, recipe.id) ? told : `${told}: outside of what is expected, see src/zoo/recipes.ts`;
}

function isExpected({ top1, sparsity }: MeasuredRun, id: string): boolean {
  const expected = findRecipe(id)?.expected;
  return isWithin(top1 ?? 0, expected?.top1) && isWithin(sparsity ?? 0, expected?.sparsity);
}

function isWithin(value: number, [low, high]: readonly [number, number] = [0, 1]): boolean {
  return value >= low && value <= high;
}

function percent(fraction: number): string {
  return `${(fraction * 100).toFixed(1)} %`;
}

/** "0.1.0 (e5bbbd5)", or the version alone outside a checkout. */
function buildVersion(): string {
  const { version } = JSON.parse(readFileSync(join(projectRoot, 'package.json'), 'utf8')) as { version: string };
  try {
    const args = ['rev-parse', '--short=7', 'HEAD'];
    return `${version} (${execFileSync('git', args, { cwd: projectRoot, encoding: 'utf8' }).trim()})`;
  } catch {
    return version;
  }
}
