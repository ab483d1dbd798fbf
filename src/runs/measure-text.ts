/** "97.4 %", or a dash where nothing has been measured. */
export function percentText(share: number | null): string {
  return share === null ? '–' : `${(100 * share).toFixed(1)} %`;
}

/** "8.6 kB". */
export function bytesText(bytes: number | null): string {
  if (bytes === null) return '–';
  return bytes < 1000 ? `${Math.round(bytes)} B` : `${(bytes / 1000).toFixed(1)} kB`;
}

/** "180 k", "1.2 M". */
export function macsText(macs: number | null): string {
  if (macs === null) return '–';
  if (macs >= 1e6) return `${(macs / 1e6).toFixed(1)} M`;
  return macs >= 10_000 ? `${Math.round(macs / 1000)} k` : String(Math.round(macs));
}
