// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, test } from 'vitest';
import { click, render, type Rendered } from './render-for-tests.tsx';
import { currentTheme, readThemeChoice, readToken, setThemeChoice, startTheme, useTheme } from './theme.ts';

let rendered: Rendered | undefined;

beforeEach(() => localStorage.clear());
afterEach(async () => {
  await rendered?.unmount();
  rendered = undefined;
});

function ThemeButton(): React.ReactElement {
  const { theme, choice, toggle } = useTheme();
  return (
    <button type="button" onClick={toggle}>
      {theme} {choice}
    </button>
  );
}

test('a choice is stored and worn by the page', () => {
  setThemeChoice('light');
  expect(document.documentElement.dataset.theme).toBe('light');
  expect(readThemeChoice()).toBe('light');
  setThemeChoice('dark');
  expect(currentTheme()).toBe('dark');
});

test('nonsense in storage means the system decides', () => {
  localStorage.setItem('distiller-playground.theme', 'purple');
  expect(readThemeChoice()).toBe('system');
});

test('a change in another tab is followed until it is stopped', () => {
  setThemeChoice('dark');
  const stop = startTheme();
  localStorage.setItem('distiller-playground.theme', 'light');
  dispatchEvent(new StorageEvent('storage', { key: 'distiller-playground.theme' }));
  expect(currentTheme()).toBe('light');
  stop();
  localStorage.setItem('distiller-playground.theme', 'dark');
  dispatchEvent(new StorageEvent('storage', { key: 'distiller-playground.theme' }));
  expect(currentTheme()).toBe('light');
});

test('the hook shows the theme and toggles it', async () => {
  setThemeChoice('light');
  rendered = await render(<ThemeButton />);
  expect(rendered.root.textContent).toBe('light light');
  await click(rendered.root.querySelector('button')!);
  expect(rendered.root.textContent).toBe('dark dark');
});

test('a token is read as computed', () => {
  document.documentElement.style.setProperty('--panel', ' #121917');
  expect(readToken('--panel')).toBe('#121917');
});
