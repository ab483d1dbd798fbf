import { useSyncExternalStore } from 'react';

/** Charts that the reader looks at as tables, by name: kept here so that the page can say and set them. */
let tables: ReadonlySet<string> = new Set();
const listeners = new Set<() => void>();

export function chartsAsTables(): ReadonlySet<string> {
  return tables;
}

export function showChartsAsTables(names: Iterable<string>): void {
  tables = new Set(names);
  for (const listener of listeners) listener();
}

/** Whether a chart is shown as its table, and what changes that. */
export function useChartForm(name: string): readonly [isTable: boolean, setTable: (isTable: boolean) => void] {
  const isTable = useSyncExternalStore(subscribe, () => tables.has(name));
  const setTable = (next: boolean): void => {
    const others = [...tables].filter((other) => other !== name);
    showChartsAsTables(next ? [...others, name] : others);
  };
  return [isTable, setTable];
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
