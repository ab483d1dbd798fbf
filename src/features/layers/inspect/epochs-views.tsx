import { type ReactElement, useMemo } from 'react';
import type { EpochMetrics } from '../../../protocol/training-event.ts';
import type { EpochMemory } from '../../../runs/epoch-memory.ts';
import { EmptyState } from '../../../ui/empty-state.tsx';
import { grouped } from '../../../ui/grouped.ts';
import { drawBands, drawChurn } from './draw-inspect.ts';
import { activationRanges, type EpochBand, maskChurn, weightRange, zeroShares } from './inspect-data.ts';
import { type FigureTable, InspectFigure } from './inspect-figure.tsx';
import styles from './inspect.module.css';

interface EpochsViewProps {
  readonly parameter: string;
  readonly epochs: readonly EpochMetrics[];
  readonly memory: EpochMemory | null;
  /** Tick that all views show. */
  readonly tick: number;
}

/** How far values reach, epoch by epoch. */
export function RangesView({ parameter, epochs, memory, tick }: EpochsViewProps): ReactElement {
  const weights = useMemo(() => weightRange(memory, parameter), [memory, parameter]);
  const activations = useMemo(() => activationRanges(epochs), [epochs]);
  return (
    <>
      <BandFigure
        label={`Range of ${parameter}`}
        summary="Smallest and largest weight"
        bands={[weights]}
        done={epochs.length}
        tick={tick}
      />
      {activations.length > 0 ? (
        <BandFigure
          label="Ranges of activations"
          summary="Tracked ranges as bands, learned clips as lines"
          bands={activations}
          done={epochs.length}
          tick={tick}
        />
      ) : (
        <p className={styles.note}>No quantizer tracks the ranges of activations in this run.</p>
      )}
    </>
  );
}

/** How much is zero of what flows through the network. */
export function ZerosView({ parameter, epochs, memory, tick }: EpochsViewProps): ReactElement {
  const shares = useMemo(() => zeroShares(memory, parameter), [memory, parameter]);
  if (shares.length === 0) {
    return (
      <EmptyState title="No activations were looked at">
        They are kept of epochs that this browser trained itself, if the network has ReLUs.
      </EmptyState>
    );
  }
  return (
    <BandFigure
      label="Zeros in activations and gradients"
      summary="Share of zeros behind each ReLU on validation samples; gradients where a pruner ranks by them"
      bands={shares}
      done={epochs.length}
      tick={tick}
      least={0}
    />
  );
}

interface BandFigureProps {
  readonly label: string;
  readonly summary: string;
  readonly bands: readonly EpochBand[];
  readonly done: number;
  readonly tick: number;
  readonly least?: number;
}

function BandFigure({ label, summary, bands, done, tick, least }: BandFigureProps): ReactElement {
  const draw = useMemo(() => drawBands(bands, { done, tick }, least), [bands, done, tick, least]);
  return (
    <>
      <InspectFigure label={label} summary={summary} height={110} draw={draw} table={bandTable(bands)} />
      {bands.length > 1 && (
        <ul className={styles.keys}>
          {bands.map((band, index) => (
            <li key={band.label}>
              <i style={{ background: `var(--layer-${(index % 12) + 1})` }} />
              {band.label}
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

function bandTable(bands: readonly EpochBand[]): FigureTable {
  const rows = bands.flatMap(({ label, points }) => points.map(({ tick, low, high }) => [label, tick, low, high]));
  return { columns: ['what', 'after epoch', 'from', 'to'], rows };
}

/** How many weights the mask took and gave back in each epoch. */
export function ChurnView({ parameter, epochs, tick }: EpochsViewProps): ReactElement {
  const churn = useMemo(() => maskChurn(epochs, parameter), [epochs, parameter]);
  const draw = useMemo(() => drawChurn(churn, { done: epochs.length, tick }), [churn, epochs.length, tick]);
  if (churn.length === 0) {
    return <EmptyState title="No mask">{parameter} has not been pruned in this run.</EmptyState>;
  }
  const here = churn.find((one) => one.tick === tick);
  const summary = here
    ? `In epoch ${tick}: ${grouped(here.went)} weights went (hatched, below), ${grouped(here.came)} came back (above)`
    : 'Weights that went (hatched, below) and came back (above)';
  return (
    <InspectFigure
      label={`Mask changes of ${parameter}`}
      summary={summary}
      height={120}
      draw={draw}
      table={{
        columns: ['epoch', 'went', 'came back'],
        rows: churn.map((one) => [one.tick, grouped(one.went), grouped(one.came)]),
      }}
    />
  );
}
