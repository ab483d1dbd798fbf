import { lazy, type ReactElement, Suspense } from 'react';
import { RecipeGallery } from '../features/gallery/recipe-gallery.tsx';
import { ShareDialog } from '../features/share/share-dialog.tsx';
import { encodeLink } from '../runs/share-link.ts';
import { availableRecipes } from './recipes.ts';
import { useActions } from './use-actions.ts';
import { openDialog, useWorkbench } from './workbench-store.ts';

const HelpDialog = lazy(async () => ({ default: (await import('./help-dialog.tsx')).HelpDialog }));

/** What lies over the page: share, recipes, reference. */
export function Dialogs({ text }: { readonly text: string }): ReactElement {
  const dialog = useWorkbench((state) => state.dialog);
  const actions = useActions();
  const close = (): void => openDialog('none');
  const link = dialog === 'share' ? new URL(encodeLink({ version: 1, text }), location.href).href : '';
  return (
    <>
      <ShareDialog open={dialog === 'share'} onClose={close} link={link} />
      <RecipeGallery
        open={dialog === 'recipes'}
        onClose={close}
        recipes={availableRecipes}
        onOpen={actions.openRecipe}
      />
      {dialog === 'help' && (
        <Suspense>
          <HelpDialog onClose={close} />
        </Suspense>
      )}
    </>
  );
}
