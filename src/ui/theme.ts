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

function media(query: string): MediaQueryList | null {
  return typeof matchMedia === 'function' ? matchMedia(query) : null;
}

const LIGHT = '(prefers-color-scheme: light)';
const FORCED = '(forced-colors: active)';
const PAPER = 'print';

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

/** Paper is light, and printers leave dark grounds out. With forced colours the ground is the system's, so the colours of the data follow it too. */
export function resolveTheme(choice: ThemeChoice): Theme {
  if (media(PAPER)?.matches === true) return 'light';
  if (choice !== 'system' && media(FORCED)?.matches !== true) return choice;
  return media(LIGHT)?.matches === true ? 'light' : 'dark';
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
  const queries = [media(LIGHT), media(FORCED), media(PAPER)];
  const onStorage = (event: StorageEvent): void => {
    if (event.key === STORAGE_KEY || event.key === null) applyTheme();
  };
  for (const query of queries) query?.addEventListener('change', applyTheme);
  addEventListener('storage', onStorage);
  return () => {
    for (const query of queries) query?.removeEventListener('change', applyTheme);
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
 * Colours are always `#rrggbb`, also where the system's colours stand in for the theme's. Empty when there is no such token.
 */
export function readToken(name: `--${string}`): string {
  const value = getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const isOtherColour = !value.startsWith('#') && value !== '' && CSS.supports('color', value);
  return isOtherColour ? asHex(value) : value;
}

function asHex(colour: string): string {
  const canvas = document.createElement('canvas');
  canvas.width = 1;
  canvas.height = 1;
  const context = canvas.getContext('2d');
  if (!context) return colour;
  context.fillStyle = colour;
  context.fillRect(0, 0, 1, 1);
  const [red = 0, green = 0, blue = 0] = context.getImageData(0, 0, 1, 1).data;
  return `#${[red, green, blue].map((channel) => channel.toString(16).padStart(2, '0')).join('')}`;
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
