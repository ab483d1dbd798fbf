import type { ReactElement } from 'react';
import { Button } from '../../ui/button.tsx';
import { Chip } from '../../ui/chip.tsx';
import { codeSpans } from '../../ui/code-spans.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import type { Recipe } from '../../zoo/recipes.ts';
import styles from './gallery.module.css';

export interface RecipeGalleryProps {
  readonly open: boolean;
  readonly onClose: () => void;
  readonly recipes: readonly Recipe[];
  readonly onOpen: (recipe: Recipe) => void;
}

const levels: readonly { readonly level: Recipe['level']; readonly words: string }[] = [
  { level: 'first steps', words: 'First steps' },
  { level: 'next', words: 'Next' },
  { level: 'deeper', words: 'Deeper' },
  { level: 'trap', words: 'Traps: mistakes on purpose' },
];

/** Every recipe with what to look for, by level. */
export function RecipeGallery({ open, onClose, recipes, onOpen }: RecipeGalleryProps): ReactElement {
  return (
    <Dialog
      open={open}
      onClose={onClose}
      title="Recipes"
      description="Small schedules whose effect is large and repeatable. Opening one replaces the text; Undo brings yours back."
      actions={<Button onClick={onClose}>Close</Button>}
    >
      {levels.map(({ level, words }) => (
        <section key={level} className={styles.level}>
          <h3>{words}</h3>
          <ul>
            {recipes
              .filter((recipe) => recipe.level === level)
              .map((recipe) => (
                <li key={recipe.id}>
                  <div>
                    <b>{recipe.title}</b> <Chip>{recipe.id}</Chip>
                    <p>{codeSpans(recipe.lookFor)}</p>
                    <p className={styles.expected}>{expectedText(recipe)}</p>
                  </div>
                  <Button size="small" onClick={() => onOpen(recipe)} aria-label={`Open ${recipe.title}`}>
                    Open
                  </Button>
                </li>
              ))}
          </ul>
        </section>
      ))}
    </Dialog>
  );
}

/** "Expect 96.4 to 97.7 % accuracy at 90 % sparsity." */
export function expectedText({ expected }: Recipe): string {
  const [low, high] = expected.top1.map((share) => (100 * share).toFixed(1));
  const accuracy = `Expect ${low ?? ''} to ${high ?? ''} % accuracy`;
  if (!expected.sparsity || expected.sparsity[1] < 0.005) return `${accuracy}.`;
  const middle = (50 * (expected.sparsity[0] + expected.sparsity[1])).toFixed(0);
  return `${accuracy} at about ${middle} % sparsity.`;
}
