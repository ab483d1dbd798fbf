const key = 'method';

/** The method that the address asks to read about, as anyone may have written it; null: none. */
export function methodInAddress(): string | null {
  return new URLSearchParams(location.search).get(key);
}

/** An address that opens the reference at a method. */
export function addressOfMethod(name: string): string {
  const url = new URL(location.pathname, location.origin);
  url.searchParams.set(key, name);
  return url.href;
}

/** The page that is loaded again should not open the reference again. */
export function leaveMethodAddress(): void {
  const url = new URL(location.href);
  if (!url.searchParams.has(key)) return;
  url.searchParams.delete(key);
  history.replaceState(null, '', url);
}
