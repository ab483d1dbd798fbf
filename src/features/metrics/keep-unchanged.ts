import type { ChartSeries } from '../../ui/chart-types.ts';
import type { FigureModel, FigureModels } from './figures.ts';

/**
 * The newer figures, in which everything that says the same as before is the object from before: within an epoch only the loss
 * moves, and a chart whose series are the same objects is not drawn again.
 */
export function keepUnchanged(before: FigureModels, next: FigureModels): FigureModels {
  const kept = {
    accuracy: keepModel(before.accuracy, next.accuracy),
    sparsity: keepModel(before.sparsity, next.sparsity),
    loss: keepModel(before.loss, next.loss),
    learningRate: keepModel(before.learningRate, next.learningRate),
    size: keepModel(before.size, next.size),
  };
  return isSame(before, kept) ? before : kept;
}

function keepModel(before: FigureModel, next: FigureModel): FigureModel {
  const series = keepSeries(before.series, next.series);
  const isSameDomain = isSameList(before.yDomain, next.yDomain);
  const kept = { ...next, series, yDomain: isSameDomain ? before.yDomain : next.yDomain };
  return isSame(before, kept) ? before : kept;
}

function keepSeries(before: readonly ChartSeries[], next: readonly ChartSeries[]): readonly ChartSeries[] {
  const kept = next.map((series, index) => {
    const earlier = before[index];
    return earlier !== undefined && isSameSeries(earlier, series) ? earlier : series;
  });
  return isSameList(before, kept) ? before : kept;
}

function isSameSeries(a: ChartSeries, b: ChartSeries): boolean {
  const isSamePoint = (index: number): boolean => {
    const [one, other] = [a.points[index], b.points[index]];
    return Object.is(one?.x, other?.x) && Object.is(one?.y, other?.y);
  };
  const isSameMarker = a.marker?.shape === b.marker?.shape && a.marker?.hollow === b.marker?.hollow;
  return (
    isSameMarker &&
    isSame({ ...a, points: null, marker: null }, { ...b, points: null, marker: null }) &&
    a.points.length === b.points.length &&
    a.points.every((_, index) => isSamePoint(index))
  );
}

function isSameList(a: readonly unknown[], b: readonly unknown[]): boolean {
  return a.length === b.length && a.every((item, index) => Object.is(item, b[index]));
}

function isSame<T extends object>(a: T, b: T): boolean {
  const keys = new Set([...Object.keys(a), ...Object.keys(b)]) as Set<keyof T>;
  return [...keys].every((key) => Object.is(a[key], b[key]));
}
