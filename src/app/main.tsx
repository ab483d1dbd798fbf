import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import '../ui/global.css';
import { startTheme } from '../ui/theme.ts';
import { ToastProvider } from '../ui/toast.tsx';
import { keepEpochsOfRuns } from './epoch-keeping.ts';
import { openAddress } from './open-address.ts';
import { keepRuns } from './run-keeping.ts';
import { Workbench } from './workbench.tsx';

startTheme();
void keepRuns().then(keepEpochsOfRuns);

const root = document.getElementById('root');
if (!root) throw new Error('The page has no element with the id root.');
// A link is read first: the page then shows its schedule, and no other before it.
void openAddress().then(() =>
  createRoot(root).render(
    <StrictMode>
      <ToastProvider>
        <Workbench />
      </ToastProvider>
    </StrictMode>,
  ),
);
