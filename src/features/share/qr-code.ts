import { encode } from 'uqr';
import { qrLength } from './link-length.ts';

export interface QrCode {
  /** Modules of a side, without the quiet zone. */
  readonly size: number;
  readonly isDark: (row: number, column: number) => boolean;
}

/** The quiet zone that scanners need around a code, in modules (ISO/IEC 18004, section 6.3.8). */
export const quietZone = 4;

/** The code of an address; null if it is too long for any. */
export function qrCode(address: string): QrCode | null {
  if (new TextEncoder().encode(address).length > qrLength) return null;
  const { size, data } = encode(address, { ecc: 'L', border: 0 });
  return { size, isDark: (row, column) => data[row]?.[column] === true };
}

/** One path of all dark modules, in a square of size + 2 quiet zones: runs of a row are one rectangle. */
export function qrPath({ size, isDark }: QrCode): string {
  const pieces: string[] = [];
  for (let row = 0; row < size; row += 1) {
    for (let column = 0; column < size; ) {
      let end = column;
      while (end < size && isDark(row, end)) end += 1;
      if (end > column) pieces.push(`M${column + quietZone} ${row + quietZone}h${end - column}v1h${column - end}z`);
      column = end + 1;
    }
  }
  return pieces.join('');
}

/** A file of its own: black on white whatever lies behind it. */
export function qrSvg(code: QrCode): string {
  const side = code.size + 2 * quietZone;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${side} ${side}" width="${8 * side}" height="${8 * side}" shape-rendering="crispEdges"><path fill="#fff" d="M0 0h${side}v${side}H0z"/><path fill="#000" d="${qrPath(code)}"/></svg>\n`;
}

/** The same as a picture of whole pixels, large enough to print. */
export function qrPng(code: QrCode): Promise<Blob | null> {
  const side = code.size + 2 * quietZone;
  const scale = Math.max(8, Math.ceil(1024 / side));
  const canvas = document.createElement('canvas');
  canvas.width = side * scale;
  canvas.height = side * scale;
  const context = canvas.getContext('2d');
  if (context === null) return Promise.resolve(null);
  context.fillStyle = '#fff';
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.scale(scale, scale);
  context.fillStyle = '#000';
  context.fill(new Path2D(qrPath(code)));
  return new Promise((resolve) => canvas.toBlob(resolve, 'image/png'));
}
