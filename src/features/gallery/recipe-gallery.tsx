import { type ReactElement, useState } from 'react';
import { Button } from '../../ui/button.tsx';
import { Chip } from '../../ui/chip.tsx';
import { markedWords } from '../../ui/code-spans.tsx';
import { Combobox } from '../../ui/combobox.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { recipeQuestions } from '../../zoo/recipe-questions.ts';
import { type Recipe, type RecipeTopic, recipeTopics } from '../../zoo/recipes.ts';
import styles from './gallery.module.css';
import { measuredText } from './measured-text.ts';

export interface RecipeGalleryProps {
  readonly onClose: () => void;
  readonly recipes: readonly Recipe[];
  readonly onOpen: (recipe: Recipe) => void;
  /** Shows the lessons in place of the recipes. */
  readonly onLearn: () => void;
}

type Level = Recipe['level'];

const levels: readonly { readonly level: Level; readonly words: string }[] = [
  { level: 'first steps', words: 'First steps' },
  { level: 'next', words: 'Next' },
  { level: 'deeper', words: 'Deeper' },
  { level: 'trap', words: 'Traps: mistakes on purpose' },
];

/** Every recipe by level, with a question, what to look for, and what it came to here. */
export function RecipeGallery({ onClose, recipes, onOpen, onLearn }: RecipeGalleryProps): ReactElement {
  const [level, setLevel] = useState<Level | 'all'>('all');
  const [topic, setTopic] = useState<RecipeTopic | 'all'>('all');
  const shown = recipes.filter(
    (recipe) => (level === 'all' || recipe.level === level) && (topic === 'all' || recipe.topic === topic),
  );
  return (
    <Dialog
      open
      onClose={onClose}
      look="wide"
      title="Recipes"
      description="Small schedules whose effect is large and repeatable. Opening one replaces the text; Undo brings yours back."
      actions={
        <>
          <Button icon="book" onClick={onLearn}>
            Lessons
          </Button>
          <Button onClick={onClose}>Close</Button>
        </>
      }
    >
      <div className={styles.filters}>
        <Combobox<Level | 'all'>
          label="Level"
          value={level}
          onChange={setLevel}
          options={[
            { value: 'all', label: 'All levels' },
            ...levels.map((one) => ({ value: one.level, label: one.words })),
          ]}
        />
        <Combobox<RecipeTopic | 'all'>
          label="Topic"
          value={topic}
          onChange={setTopic}
          options={[{ value: 'all', label: 'All topics' }, ...recipeTopics.map((one) => ({ value: one, label: one }))]}
        />
        <p role="status" aria-label="Number of recipes">
          {shown.length} of {recipes.length} recipes
        </p>
      </div>
      {shown.length === 0 && <p>No recipe is of this level and topic. Choose another.</p>}
      {levels
        .map((one) => ({ ...one, ofLevel: shown.filter((recipe) => recipe.level === one.level) }))
        .filter(({ ofLevel }) => ofLevel.length > 0)
        .map(({ level: name, words, ofLevel }) => (
          <section key={name} className={styles.level} aria-label={words}>
            <h3>{words}</h3>
            <ul>
              {ofLevel.map((recipe) => (
                <RecipeEntry key={recipe.id} recipe={recipe} onOpen={onOpen} />
              ))}
            </ul>
          </section>
        ))}
    </Dialog>
  );
}

function RecipeEntry({
  recipe,
  onOpen,
}: { readonly recipe: Recipe } & Pick<RecipeGalleryProps, 'onOpen'>): ReactElement {
  const measured = measuredText(recipe.id);
  return (
    <li>
      <div>
        <b>{recipe.title}</b> <Chip>{recipe.id}</Chip> {recipe.level === 'trap' && <Chip tone="warning">trap</Chip>}
        <p className={styles.question}>{markedWords(recipeQuestions[recipe.id] ?? '')}</p>
        <p>{markedWords(recipe.lookFor)}</p>
        {measured !== null && <p className={styles.measured}>{measured}</p>}
      </div>
      <Button size="small" onClick={() => onOpen(recipe)} aria-label={`Open ${recipe.title}`}>
        Open
      </Button>
    </li>
  );
}
