import type { ReactElement } from 'react';
import { acceptsInput, type ZooDataset, type ZooModel } from '../../schedule/zoo-port.ts';
import { Combobox, type ComboboxOption } from '../../ui/combobox.tsx';
import type { Recipe } from '../../zoo/recipes.ts';
import styles from './gallery.module.css';

export interface ExperimentChoicesProps {
  readonly recipes: readonly Recipe[];
  readonly models: readonly ZooModel[];
  readonly datasets: readonly ZooDataset[];
  /** The recipe whose text is in the editor unchanged; null for a text of the reader's own. */
  readonly recipe: string | null;
  readonly model: string | null;
  readonly dataset: string | null;
  readonly onRecipe: (recipe: Recipe) => void;
  readonly onModel: (model: string) => void;
  readonly onDataset: (dataset: string) => void;
  /** Why model and dataset cannot be changed from here, e.g. since the YAML has a syntax error. */
  readonly blocked: string | undefined;
}

/** Recipe, model and dataset of the experiment. Each choice edits the text; none trains. */
export function ExperimentChoices(props: ExperimentChoicesProps): ReactElement {
  const { recipes, models, datasets, model, dataset } = props;
  const chosenModel = models.find((candidate) => candidate.name === model);
  const chosenDataset = datasets.find((candidate) => candidate.name === dataset);
  return (
    <div className={styles.choices}>
      <Combobox
        label="Recipe"
        className={styles.recipe}
        options={recipes.map((recipe) => ({
          value: recipe.id,
          label: recipe.title,
          note: `${recipe.level === 'trap' ? 'a trap · ' : ''}${firstSentence(recipe.lookFor)}`,
        }))}
        value={props.recipe}
        placeholder="Your own"
        onChange={(id) => {
          const recipe = recipes.find((candidate) => candidate.id === id);
          if (recipe) props.onRecipe(recipe);
        }}
      />
      <Combobox
        label="Model"
        options={models.map((candidate) => modelOption(candidate, chosenDataset))}
        value={model}
        onChange={props.onModel}
        disabledReason={props.blocked}
      />
      <Combobox
        label="Dataset"
        options={datasets.map((candidate) => datasetOption(candidate, chosenModel))}
        value={dataset}
        onChange={props.onDataset}
        disabledReason={props.blocked}
      />
    </div>
  );
}

function firstSentence(text: string): string {
  return (/^.*?[.?](?=\s|$)/.exec(text)?.[0] ?? text).replaceAll('`', '');
}

function shapeWords(shape: readonly number[]): string {
  return shape.length === 1 ? `${shape.join()} inputs` : shape.slice(0, 2).join('×');
}

/** A model that does not fit the dataset stays in the list: choosing it brings a dataset that fits. */
function modelOption(model: ZooModel, dataset: ZooDataset | undefined): ComboboxOption {
  const mismatch = dataset && !acceptsInput(model, dataset.inputShape);
  const note = mismatch
    ? `${model.summary} Takes ${shapeWords(model.inputShape)}: the dataset changes with it.`
    : model.summary;
  return { value: model.name, label: model.name, note };
}

function datasetOption(dataset: ZooDataset, model: ZooModel | undefined): ComboboxOption {
  const mismatch = model && !acceptsInput(model, dataset.inputShape);
  const note = mismatch
    ? `${dataset.summary} Has ${shapeWords(dataset.inputShape)}: the model changes with it.`
    : dataset.summary;
  return { value: dataset.name, label: dataset.name, note };
}
