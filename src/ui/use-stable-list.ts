import { useState } from 'react';

/** The list of an earlier render as long as it holds the same things: what is derived from it is not derived again. */
export function useStableList<T>(list: readonly T[]): readonly T[] {
  const [kept, keep] = useState(list);
  const isSame = kept.length === list.length && kept.every((item, index) => Object.is(item, list[index]));
  if (isSame) return kept;
  keep(list);
  return list;
}
