import { type ReactElement, useMemo } from 'react';
import { ChartFrame } from '../../ui/chart-frame.tsx';
import { useStableList } from '../../ui/use-stable-list.ts';
import { XyChart } from '../../ui/xy-chart.tsx';
import { paddedDomain, scaleFor, type XyMark } from '../../ui/xy-plot.ts';
import {
  lineThrough,
  resultsTable,
  seedBand,
  seedLines,
  seedMarks,
  seedPoints,
  seedSummary,
  seedTable,
  type SeriesResult,
  shortPath,
  sweepMarks,
  tradeoffMarks,
} from './series-results.ts';
import styles from './series-tab.module.css';

const shortNumber = (value: number): string => String(Number(value.toPrecision(3)));
const kilobytes = (value: number): string => shortNumber(value / 1000);
const xOf = (marks: readonly XyMark[]): readonly number[] => marks.map(({ x }) => x);
const yOf = (marks: readonly XyMark[]): readonly number[] => marks.map(({ y }) => y);

interface SweepFiguresProps {
  readonly results: readonly SeriesResult[];
  readonly path: string;
  readonly shown: string | null;
  readonly onShow: (id: string) => void;
}

/** Accuracy over the number, and over what the networks cost. */
export function SweepFigures({ results, path, shown, onShow }: SweepFiguresProps): ReactElement {
  const swept = useMemo(() => sweepMarks(results, path, shown), [results, path, shown]);
  const traded = useMemo(() => tradeoffMarks(results, path, shown), [results, path, shown]);
  const name = shortPath(path);
  const common = { results, path, onShow };
  return (
    <div className={styles.figures}>
      <MarksFigure {...common} label="Sweep" marks={swept} look="measured" xLabel={name} xFormat={shortNumber} />
      <MarksFigure
        {...common}
        label="Sweep, Pareto"
        marks={traded}
        look="front"
        xLabel="encoded size, kB"
        xFormat={kilobytes}
      />
    </div>
  );
}

interface MarksFigureProps extends Omit<SweepFiguresProps, 'shown'> {
  readonly label: string;
  readonly marks: readonly XyMark[];
  readonly look: 'measured' | 'front';
  readonly xLabel: string;
  readonly xFormat: (value: number) => string;
}

function MarksFigure(props: MarksFigureProps): ReactElement {
  const { label, marks, look, xLabel, xFormat, results, path, onShow } = props;
  const lines = useMemo(() => lineThrough(marks, look), [marks, look]);
  const scale = scaleFor(xOf(marks));
  return (
    <ChartFrame
      label={label}
      unit={`accuracy, % over ${xLabel}`}
      summary={marks.length === 0 ? 'No run is finished yet.' : marks.map(({ facts }) => facts.join(', ')).join('; ')}
      table={() => resultsTable(results, path)}
      fileName={`sweep-${shortPath(path)}`}
    >
      <XyChart
        label={`${label}, read by arrow keys`}
        xLabel={xLabel}
        marks={marks}
        lines={lines}
        xDomain={paddedDomain(xOf(marks), scale)}
        xScale={scale}
        yDomain={paddedDomain(yOf(marks), 'linear')}
        xFormat={xFormat}
        yFormat={shortNumber}
        onSelect={onShow}
      />
    </ChartFrame>
  );
}

/** Validation accuracy by epoch: each seed thin, their mean in front of the band from the smallest to the largest. */
export function SeedFigure({ results }: { readonly results: readonly SeriesResult[] }): ReactElement {
  const runs = useStableList(results.flatMap(({ run }) => (run !== null && run.epochs.length > 0 ? [run] : [])));
  const points = useMemo(() => seedPoints(runs), [runs]);
  const lines = useMemo(() => seedLines(runs, points), [runs, points]);
  const marks = useMemo(() => seedMarks(points), [points]);
  const band = useMemo(() => seedBand(points), [points]);
  const summary = seedSummary(results);
  return (
    <div className={styles.figures}>
      <ChartFrame
        label="Seeds"
        unit="validation accuracy, % by epoch"
        reading={summary}
        summary={summary === null ? 'Fewer than two runs are finished.' : `Finished: ${summary}.`}
        table={() => seedTable(points)}
        fileName="seeds"
      >
        <XyChart
          label="Seeds by epoch, read by arrow keys"
          xLabel="epoch"
          marks={marks}
          lines={lines}
          band={band}
          xDomain={[0, Math.max(1, ...xOf(marks))]}
          xScale="linear"
          yDomain={paddedDomain(
            points.flatMap(({ low, high }) => [low, high]),
            'linear',
          )}
          xFormat={shortNumber}
          yFormat={shortNumber}
        />
      </ChartFrame>
    </div>
  );
}
