/** Parts of the embedded page that a host may leave out. */
export const embedParts = ['schedule', 'charts'] as const;
export type EmbedPart = (typeof embedParts)[number];

export interface EmbedOptions {
  readonly theme: 'auto' | 'dark' | 'light';
  readonly hide: readonly EmbedPart[];
  /** The only origin that may drive the embedded page by messages; empty: whichever embeds it. */
  readonly origin: string;
}

/**
 * Where the embedded page lies for a link of the playground.
 *
 * @param link The whole address, its `#` part included.
 */
export function embedAddress(link: string, { theme, hide, origin }: EmbedOptions): string {
  const url = new URL('embed.html', link);
  if (theme !== 'auto') url.searchParams.set('theme', theme);
  if (hide.length > 0) url.searchParams.set('hide', hide.join(','));
  if (origin !== '') url.searchParams.set('origin', origin);
  url.hash = new URL(link).hash;
  return url.href;
}

/** HTML for a page that embeds the experiment. */
export function embedSnippet(link: string, options: EmbedOptions): string {
  const address = embedAddress(link, options).replaceAll('&', '&amp;').replaceAll('"', '&quot;');
  return `<iframe src="${address}" title="Distiller Playground" width="100%" height="640" style="border: 0" loading="lazy" allow="clipboard-write"></iframe>`;
}

/** An origin as browsers spell it; null if the text names none. */
export function readOrigin(written: string): string | null {
  try {
    const { origin, protocol, pathname, search, hash } = new URL(written.trim());
    const isBare = pathname === '/' && search === '' && hash === '';
    return (protocol === 'https:' || protocol === 'http:') && isBare ? origin : null;
  } catch {
    return null;
  }
}
