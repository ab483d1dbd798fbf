import { findMethod } from '../methods/catalogue.ts';
import { type Recipe, recipes } from '../zoo/recipes.ts';

/** Classes that a text names after `class:`. */
function classesIn(text: string): readonly string[] {
  return [...text.matchAll(/\bclass:\s*([A-Za-z_]\w*)/g)].map((match) => match[1] ?? '');
}

const optimizerClasses: ReadonlySet<string> = new Set(['SGD', 'Adam']);

/** Recipes whose methods, model and dataset all exist here, in teaching order. */
export const availableRecipes: readonly Recipe[] = recipes.filter((recipe) =>
  classesIn(recipe.text).every((name) => optimizerClasses.has(name) || findMethod(name) !== undefined),
);

/** The recipe whose text this is, unchanged. */
export function recipeOf(text: string): Recipe | undefined {
  return recipes.find((recipe) => recipe.text === text);
}
