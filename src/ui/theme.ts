import { useCallback, useSyncExternalStore } from 'react';

/** What the reader chose: one of the two themes, or whatever the system says. */
export type ThemeChoice = 'dark' | 'light' | 'system';
export type Theme = 'dark' | 'light';

const STORAGE_KEY = 'distiller-playground.theme';
const listeners = new Set<() => void>();
/** Stands in for storage that is closed to the page: the choice then lasts as long as the page. */
let unsavedChoice: ThemeChoice | undefined;

function isThemeChoice(value: unknown): value is ThemeChoice {
  return value === 'dark' || value === 'light' || value === 'system';
}

function systemQuery(): MediaQueryList | null {
  return typeof matchMedia === 'function' ? matchMedia('(prefers-color-scheme: light)') : null;
}

/** The stored choice; `system` when nothing, or nonsense, is stored or storage is closed to the page. */
export function readThemeChoice(): ThemeChoice {
  if (unsavedChoice !== undefined) return unsavedChoice;
  try {
    const stored = localStorage.getItem(STORAGE_KEY);
    return isThemeChoice(stored) ? stored : 'system';
  } catch {
    return 'system';
  }
}

export function resolveTheme(choice: ThemeChoice): Theme {
  if (choice !== 'system') return choice;
  return systemQuery()?.matches === true ? 'light' : 'dark';
}

function applyTheme(): void {
  document.documentElement.dataset.theme = resolveTheme(readThemeChoice());
  for (const listener of listeners) listener();
}

export function setThemeChoice(choice: ThemeChoice): void {
  try {
    localStorage.setItem(STORAGE_KEY, choice);
    unsavedChoice = undefined;
  } catch {
    unsavedChoice = choice;
  }
  applyTheme();
}

/** Applies the stored theme and follows the system and other tabs from then on. Call once, before the first render; returns its undoing. */
export function startTheme(): () => void {
  applyTheme();
  const query = systemQuery();
  const onStorage = (event: StorageEvent): void => {
    if (event.key === STORAGE_KEY || event.key === null) applyTheme();
  };
  query?.addEventListener('change', applyTheme);
  addEventListener('storage', onStorage);
  return () => {
    query?.removeEventListener('change', applyTheme);
    removeEventListener('storage', onStorage);
  };
}

/** Calls back after the theme on `<html>` changed; returns the unsubscription. For what is not React (the editor, canvases). */
export function subscribeTheme(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** The theme that `<html>` wears now. */
export function currentTheme(): Theme {
  return document.documentElement.dataset.theme === 'light' ? 'light' : 'dark';
}

/**
 * The computed value of a token, such as `#121917` for `--panel`, for what cannot read custom properties (Monaco, canvas).
 * Empty when there is no such token.
 */
export function readToken(name: `--${string}`): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

export interface ThemeControl {
  /** What is on screen. */
  readonly theme: Theme;
  readonly choice: ThemeChoice;
  readonly setChoice: (choice: ThemeChoice) => void;
  /** To the other of the two themes. */
  readonly toggle: () => void;
}

export function useTheme(): ThemeControl {
  const theme = useSyncExternalStore(subscribeTheme, currentTheme);
  const choice = useSyncExternalStore(subscribeTheme, readThemeChoice);
  const toggle = useCallback(() => setThemeChoice(currentTheme() === 'dark' ? 'light' : 'dark'), []);
  return { theme, choice, setChoice: setThemeChoice, toggle };
}
