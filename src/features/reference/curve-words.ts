import type { CurveLine, MethodCurve } from './curve-types.ts';

const scientific = new Intl.NumberFormat('en', { notation: 'scientific', maximumSignificantDigits: 3 });
const number = new Intl.NumberFormat('en', { maximumSignificantDigits: 3, useGrouping: false });

/** A value of a curve as it is printed. */
export function curveValue(value: number, unit: MethodCurve['unit']): string {
  if (unit === 'share') return `${number.format(value * 100)} %`;
  // What is nothing but the error of float32 is zero.
  if (Math.abs(value) < 1e-12) return '0';
  const format = Math.abs(value) < 0.001 ? scientific : number;
  return format.format(value).replace('E', 'e').replaceAll('-', '−');
}

/** What a curve shows, for who does not see it: some of its points. */
export function curveWords({ lines, xLabel, unit }: MethodCurve): string {
  return lines.map((line) => `${line.name ? `${line.name}: ` : ''}${lineWords(line, xLabel, unit)}.`).join(' ');
}

function lineWords({ points }: CurveLine, xLabel: string, unit: MethodCurve['unit']): string {
  const parts = 6;
  const chosen = Array.from(
    { length: parts + 1 },
    (_, part) => points[Math.round((part * (points.length - 1)) / parts)],
  );
  const pairs = chosen.flatMap((point) =>
    point ? [`${curveValue(point.x, 'number')} gives ${curveValue(point.y, unit)}`] : [],
  );
  return `${xLabel} ${pairs.join(', ')}`;
}
