import { type ReactElement, useMemo } from 'react';
import type { EpochMemory } from '../../../runs/epoch-memory.ts';
import { Button } from '../../../ui/button.tsx';
import { EmptyState } from '../../../ui/empty-state.tsx';
import { drawNorms } from './draw-inspect.ts';
import { type StructureNorm, structureNorms } from './inspect-data.ts';
import { InspectFigure } from './inspect-figure.tsx';
import styles from './inspect.module.css';
import { keptState } from '../../../ui/kept-state.ts';

const useStructure = keptState<'filter' | 'channel'>('filter');

interface StructuresViewProps {
  readonly parameter: string;
  readonly shape: readonly number[];
  readonly memory: EpochMemory | null;
  readonly epoch: number | undefined;
}

/** Filters or channels by size, with the line behind which they are pruned. */
export function StructuresView({ parameter, shape, memory, epoch }: StructuresViewProps): ReactElement {
  const [structure, setStructure] = useStructure();
  const norms = useMemo(
    () => structureNorms(memory, epoch, parameter, structure),
    [memory, epoch, parameter, structure],
  );
  const draw = useMemo(() => drawNorms(norms), [norms]);
  const names =
    shape.length === 4 ? { filter: 'filters', channel: 'channels' } : { filter: 'outputs', channel: 'inputs' };
  if (norms.length === 0)
    return <EmptyState title="This epoch is not kept">Choose one with a mark below the layers.</EmptyState>;
  return (
    <>
      <div className={styles.choice} role="group" aria-label="Structures">
        {(['filter', 'channel'] as const).map((one) => (
          <Button
            key={one}
            size="small"
            variant={one === structure ? 'outlined' : 'quiet'}
            aria-pressed={one === structure}
            onClick={() => setStructure(one)}
          >
            {names[one]}
          </Button>
        ))}
      </div>
      <InspectFigure
        label={`Sizes of the ${names[structure]} of ${parameter}`}
        summary={summaryOf(norms, names[structure])}
        height={110}
        draw={draw}
        table={{
          columns: ['number', 'Σ|w|', 'state'],
          rows: norms.map(({ index, norm, isPruned, asOf }) => [String(index), norm, stateText(isPruned, asOf)]),
        }}
      />
    </>
  );
}

function stateText(isPruned: boolean, asOf: number | null): string {
  if (!isPruned) return 'kept';
  return asOf === null ? 'zero' : `zero, size after epoch ${asOf}`;
}

function summaryOf(norms: readonly StructureNorm[], noun: string): string {
  const pruned = norms.filter(({ isPruned }) => isPruned).length;
  if (pruned === 0) return `Σ|w| of ${norms.length} ${noun}, the largest first. None is entirely zero.`;
  return `Σ|w| of ${norms.length} ${noun}, the largest first. Behind the line ${pruned} are entirely zero, with the size they last had.`;
}
