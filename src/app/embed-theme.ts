const light = matchMedia('(prefers-color-scheme: light)');
let chosen: 'dark' | 'light' | null = null;

light.addEventListener('change', show);

/** Wears a theme, or the system's for any other word. Nothing is stored: the choice is the host's. */
export function applyEmbedTheme(theme: string | null): void {
  chosen = theme === 'dark' || theme === 'light' ? theme : null;
  show();
}

function show(): void {
  document.documentElement.dataset.theme = chosen ?? (light.matches ? 'light' : 'dark');
}
