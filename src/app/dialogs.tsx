import { lazy, type ReactElement, Suspense } from 'react';
import type { Run } from '../runs/run.ts';
import { openLearn } from './learn-store.ts';
import { availableRecipes } from './recipes.ts';
import { useActions } from './use-actions.ts';
import { openDialog, useWorkbench } from './workbench-store.ts';

const RecipeGallery = lazy(async () => ({
  default: (await import('../features/gallery/recipe-gallery.tsx')).RecipeGallery,
}));
const HelpDialog = lazy(async () => ({ default: (await import('./help-dialog.tsx')).HelpDialog }));
const SharePart = lazy(async () => ({ default: (await import('./share-part.tsx')).SharePart }));

/** What lies over the page: share, recipes, reference. */
export function Dialogs({ text, run }: { readonly text: string; readonly run: Run | null }): ReactElement {
  const dialog = useWorkbench((state) => state.dialog);
  const actions = useActions();
  const close = (): void => openDialog('none');
  return (
    <>
      <Suspense>
        {dialog === 'share' && <SharePart text={text} run={run} onClose={close} />}
        {dialog === 'recipes' && (
          <RecipeGallery
            onClose={close}
            recipes={availableRecipes}
            onOpen={actions.openRecipe}
            onLearn={() => {
              close();
              openLearn(null);
            }}
          />
        )}
        {dialog === 'help' && <HelpDialog onClose={close} />}
      </Suspense>
    </>
  );
}
