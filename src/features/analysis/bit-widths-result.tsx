import { type ReactElement, useMemo, useState } from 'react';
import type { ModuleBitLevel } from '../../core/bit-levels.ts';
import type { ParameterSpec } from '../../core/network.ts';
import { Button } from '../../ui/button.tsx';
import { ChartFrame } from '../../ui/chart-frame.tsx';
import { LayerName } from '../../ui/layer-swatch.tsx';
import { Table } from '../../ui/table.tsx';
import { grouped } from '../../ui/grouped.ts';
import styles from './analyses-panel.module.css';
import { percent } from './analysis-text.ts';
import {
  bitCostText,
  bitWidthLines,
  bitWidthSummary,
  bitWidthTable,
  type BitWidths,
  idOfCurve,
  levelsOf,
  modulePlans,
  placeOfBits,
  styleIndex,
  widthsOf,
} from './bit-width-lines.ts';
import { BudgetField } from './budget-field.tsx';
import { fallText, limitFall } from './budget-steps.ts';
import { MakeScheduleButton, type ScheduleDesk } from './make-schedule-button.tsx';
import { ScanChart } from './scan-chart.tsx';
import { accuracyDomain, nearDomain } from './sensitivity-lines.ts';
import { keptState } from '../../ui/kept-state.ts';

/** How many points accuracy may fall. */
const useFall = keptState(1);

export interface BitWidthsResultProps {
  readonly result: BitWidths;
  readonly perChannel: boolean;
  readonly kernels: readonly ParameterSpec[];
  readonly schedule: ScheduleDesk;
  /** Where the scan comes from: "run 3 after epoch 8, 1000 test samples". */
  readonly source: string;
}

/** A scan, the budget across it, the bits that follow, and the quantizer that trains with them. */
export function BitWidthsResult(props: BitWidthsResultProps): ReactElement {
  const { result, perChannel, kernels, schedule, source } = props;
  const untouched = result.float.top1;
  const [wished, setFall] = useFall();
  const fall = limitFall(wished, untouched);
  const levels = useMemo(() => levelsOf(result, fall), [result, fall]);
  const cost = bitCostText(levels);
  const isNothing = levels.every(({ bits }) => bits === null);
  return (
    <>
      <Figure result={result} kernels={kernels} levels={levels} fall={fall} onFall={setFall} says={cost} />
      <p className={styles.question}>
        How far may accuracy fall? Drag the line, or type the points: each layer gets the fewest bits whose accuracy
        stays above it, or stays float. Layers add up; training with these bits wins most of it back.
      </p>
      <Levels levels={levels} result={result} kernels={kernels} cost={cost} />
      <div className={styles.controls} role="group" aria-label="Make a schedule of it">
        <BudgetField fall={fall} untouched={untouched} onFall={setFall} />
        <MakeScheduleButton
          desk={schedule}
          plan={{
            kind: 'quantization',
            modules: modulePlans(levels),
            perChannel,
            comment: [
              `From a scan of bit widths of ${source}.`,
              `Quantized alone, each module costs at most ${fallText(fall)} of accuracy. ${cost}.`,
            ],
          }}
          blocked={isNothing ? 'Nothing may be quantized within this budget. Allow more points.' : undefined}
          words={`A quantizer was written into your schedule: ${cost}.`}
        />
      </div>
    </>
  );
}

interface FigureProps extends Pick<BitWidthsResultProps, 'result' | 'kernels'> {
  readonly levels: readonly ModuleBitLevel[];
  readonly fall: number;
  readonly onFall: (fall: number) => void;
  readonly says: string;
}

function Figure({ result, kernels, levels, fall, onFall, says }: FigureProps): ReactElement {
  const [isNear, setNear] = useState(false);
  const untouched = result.float.top1;
  const widths = widthsOf(result);
  const lines = useMemo(() => bitWidthLines(result, kernels), [result, kernels]);
  const places = levels.flatMap((level): [string, number][] =>
    level.bits === null ? [] : [[idOfCurve(level), placeOfBits(level.bits, widths)]],
  );
  return (
    <>
      <ChartFrame
        label="Accuracy by bits"
        unit="%"
        className={styles.scan}
        reading={
          <>
            float <b>{percent(untouched)}</b>
          </>
        }
        summary={bitWidthSummary(result)}
        table={() => bitWidthTable(result)}
      >
        <ScanChart
          label="Bits, read by arrow keys"
          lines={lines}
          columns={widths.map((bits) => ({ at: placeOfBits(bits, widths), title: `${bits} bits` }))}
          ticks={widths.map((bits) => ({ at: placeOfBits(bits, widths), text: String(bits) }))}
          xLabel="bits of the one module"
          untouched={untouched}
          domain={isNear ? nearDomain(untouched) : accuracyDomain({ untouched, results: result.results })}
          budget={{ fall, onFall, says, places: new Map(places) }}
        />
      </ChartFrame>
      <div className={styles.tools}>
        <Button size="small" aria-pressed={isNear} onClick={() => setNear(!isNear)}>
          Zoom to the budget
        </Button>
      </div>
    </>
  );
}

interface LevelsProps extends Pick<BitWidthsResultProps, 'result' | 'kernels'> {
  readonly levels: readonly ModuleBitLevel[];
  readonly cost: string;
}

/** The bits of each module, and what they amount to. */
function Levels({ levels, result, kernels, cost }: LevelsProps): ReactElement {
  return (
    <Table label="Bits within the budget">
      <thead>
        <tr>
          <th>module</th>
          <th>of</th>
          <th data-num>weights</th>
          <th data-num>bits</th>
        </tr>
      </thead>
      <tbody>
        {levels.map((level) => (
          <tr key={idOfCurve(level)}>
            <th scope="row">
              <LayerName index={styleIndex(level, result, kernels)} name={level.module} />
            </th>
            <td>{level.target}</td>
            <td data-num>{level.size === 0 ? '–' : grouped(level.size)}</td>
            <td data-num>
              <b>{level.bits ?? 'float'}</b>
            </td>
          </tr>
        ))}
        <tr className={styles.total}>
          <th scope="row">all</th>
          <td colSpan={3} className={styles.sum}>
            {cost}
          </td>
        </tr>
      </tbody>
    </Table>
  );
}
