import type { ReactElement } from 'react';
import { ChartFrame, type ChartTable } from '../../ui/chart-frame.tsx';
import { LanesChart } from '../../ui/lanes-chart.tsx';
import type { BitLane, BitSpan } from './chart-series.ts';
import type { ChartAxis } from './chart-axis.ts';

/** Bits of weights and activations, a lane each, the width printed in it. */
export function BitsFigure({
  lanes,
  axis,
}: {
  readonly lanes: readonly BitLane[];
  readonly axis: ChartAxis;
}): ReactElement {
  const epoch = axis.cursorEpoch ?? Math.floor(axis.playhead ?? axis.epochs);
  const smallest = Math.min(32, ...lanes.map((lane) => bitsAt(lane, Math.min(epoch, axis.epochs - 1)) ?? 32));
  return (
    <ChartFrame
      label="Bit-widths"
      reading={smallest === 32 ? 'float' : <b>down to {smallest}</b>}
      summary={summaryOf(lanes)}
      table={() => tableOf(lanes, axis.epochs)}
      cursorEpoch={axis.cursorEpoch}
      fileName={axis.fileName}
      isLinked
    >
      <LanesChart {...axis} label="Bit-widths by epoch" size="small" lanes={lanes} />
    </ChartFrame>
  );
}

function bitsAt(lane: BitLane, epoch: number): number | null {
  const holds = (span: BitSpan): boolean => span.from <= epoch && epoch < span.to;
  return (lane.measured.find(holds) ?? lane.promised.find(holds))?.bits ?? null;
}

function summaryOf(lanes: readonly BitLane[]): string {
  const words = lanes.flatMap((lane) => {
    const last = lane.measured.at(-1) ?? lane.promised.at(-1);
    return last && last.bits < 32 ? [`${lane.label} ${last.bits} bits`] : [];
  });
  return words.length === 0
    ? 'Every weight and activation is float, 32 bits.'
    : `${words.join(', ')}; the rest is float.`;
}

function tableOf(lanes: readonly BitLane[], epochs: number): ChartTable {
  return {
    columns: [{ id: 'epoch', label: 'epoch' }, ...lanes.map((lane) => ({ id: lane.id, label: lane.label }))],
    rows: Array.from({ length: epochs }, (_, epoch) => ({
      id: String(epoch),
      epoch,
      cells: [String(epoch), ...lanes.map((lane) => String(bitsAt(lane, epoch) ?? '–'))],
    })),
  };
}
