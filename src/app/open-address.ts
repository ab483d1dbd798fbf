import { readStoredLink } from './link-session.ts';
import { refuseLink } from './schedule-text.ts';

/** Follows the link in the address, or the one that this tab had before it was loaded again. */
export async function openAddress(): Promise<void> {
  const stored = readStoredLink();
  if (location.hash.length < 2 && stored === null) return;
  try {
    const { openLink, resumeLink } = await import('./open-link.ts');
    if (location.hash.length > 1) openLink(location.hash, stored);
    else resumeLink(stored);
  } catch {
    refuseLink('What reads links could not be loaded. Check the connection and load the page again.');
  }
}
