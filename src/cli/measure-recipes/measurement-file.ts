import { type MeasuredRun, type Measurements, textMark } from '../../zoo/measurements.ts';

interface Recipe {
  readonly id: string;
  readonly text: string;
}

export interface PlannedRun {
  readonly recipe: Recipe;
  readonly seed: number;
}

/** Seed by seed, so that every recipe has one number before any has two. What is measured already is left out. */
export function plannedRuns(known: Measurements, recipes: readonly Recipe[], seeds: number): readonly PlannedRun[] {
  return Array.from({ length: seeds }, (_, index) => index + 1).flatMap((seed) =>
    recipes.filter((recipe) => !isMeasured(known, recipe, seed)).map((recipe) => ({ recipe, seed })),
  );
}

function isMeasured(known: Measurements, recipe: Recipe, seed: number): boolean {
  const entry = known[recipe.id];
  return entry?.text === textMark(recipe.text) && entry.runs.some((run) => run.seed === seed);
}

/** Puts a run in; those of an earlier text of the recipe go. */
export function withRun(known: Measurements, { id, text }: Recipe, run: MeasuredRun): Measurements {
  const mark = textMark(text);
  const entry = known[id];
  const others = entry?.text === mark ? entry.runs.filter(({ seed }) => seed !== run.seed) : [];
  const runs = [...others, run].toSorted((a, b) => a.seed - b.seed);
  return { ...known, [id]: { text: mark, runs } };
}

/** JSON with a line for each run, in the order of the recipes; recipes that are gone are left out. */
export function measurementsJson(known: Measurements, order: readonly string[]): string {
  const entries = order.flatMap((id) => {
    const entry = known[id];
    if (entry === undefined) return [];
    const runs = entry.runs.map((run) => `      ${JSON.stringify(run)}`).join(',\n');
    return [
      `  ${JSON.stringify(id)}: {\n    "text": ${JSON.stringify(entry.text)},\n    "runs": [\n${runs}\n    ]\n  }`,
    ];
  });
  return entries.length === 0 ? '{}\n' : `{\n${entries.join(',\n')}\n}\n`;
}
