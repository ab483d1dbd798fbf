import { type ReactElement, useMemo, useState } from 'react';
import { type LayerLevel, levelsOfAll, shortestShare } from '../../core/layer-levels.ts';
import type { ParameterSpec } from '../../core/network.ts';
import { levelsWithin } from '../../core/scan-levels.ts';
import type { SensitivityGroup } from '../../core/sensitivity.ts';
import type { AnalysisResult } from '../../protocol/analysis.ts';
import { Banner } from '../../ui/banner.tsx';
import { Button } from '../../ui/button.tsx';
import { ChartFrame } from '../../ui/chart-frame.tsx';
import { Combobox } from '../../ui/combobox.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { LayerName } from '../../ui/layer-swatch.tsx';
import { Table } from '../../ui/table.tsx';
import { grouped } from '../../ui/grouped.ts';
import styles from './analyses-panel.module.css';
import { sensitivityFile, sensitivityHint, sensitivitySummary, sensitivityTable } from './analysis-results.ts';
import { percent } from './analysis-text.ts';
import { BudgetField } from './budget-field.tsx';
import { fallText, limitFall } from './budget-steps.ts';
import { levelText, piecesText, totalText } from './level-text.ts';
import { MakeScheduleButton, type ScheduleDesk } from './make-schedule-button.tsx';
import { ScanChart } from './scan-chart.tsx';
import { accuracyDomain, nearDomain, sensitivityLines } from './sensitivity-lines.ts';
import { keptState } from '../../ui/kept-state.ts';

/** How many points accuracy may fall. */
const useFall = keptState(1);
const useForm = keptState<PruningForm>('gradual');

export type PruningForm = 'one-shot' | 'gradual';

export interface SensitivityResultProps {
  readonly result: Extract<AnalysisResult, { kind: 'sensitivity' }>;
  readonly group: SensitivityGroup;
  readonly kernels: readonly ParameterSpec[];
  readonly schedule: ScheduleDesk;
  /** Where the scan comes from: "run 3 after epoch 8, 1000 test samples". */
  readonly source: string;
}

/** A scan, the budget across it, the levels that follow, and the schedule that reaches them. */
export function SensitivityResult({ result, group, kernels, schedule, source }: SensitivityResultProps): ReactElement {
  const untouched = result.unpruned.top1;
  const [wished, setFall] = useFall();
  const fall = limitFall(wished, untouched);
  const [isNear, setNear] = useState(false);
  const scan = useMemo(() => ({ group, untouched, results: result.results }), [group, untouched, result]);
  const levels = useMemo(() => levelsWithin(scan, kernels, fall), [scan, kernels, fall]);
  const lines = useMemo(() => sensitivityLines(result, kernels), [result, kernels]);
  const total = totalText(levelsOfAll(levels, kernels));
  const hint = sensitivityHint(result);
  return (
    <>
      {hint !== null && (
        <Banner severity="info" fact="These levels prune nothing.">
          {hint}
        </Banner>
      )}
      <ChartFrame
        label="Accuracy by sparsity"
        unit="%"
        className={styles.scan}
        reading={
          <>
            unpruned <b>{percent(untouched)}</b>
          </>
        }
        summary={sensitivitySummary(result)}
        table={() => sensitivityTable(result)}
      >
        <ScanChart
          label="Level, read by arrow keys"
          lines={lines}
          columns={(result.results[0]?.points ?? []).map(({ level }) => ({
            at: level,
            title: `${percent(level, 0)} pruned`,
          }))}
          ticks={[0, 0.2, 0.4, 0.6, 0.8, 1].map((at) => ({ at, text: String(Math.round(at * 100)) }))}
          xLabel="sparsity of the one layer, %"
          untouched={untouched}
          domain={isNear ? nearDomain(untouched) : accuracyDomain(scan)}
          budget={{ fall, onFall: setFall, says: total, places: placesOf(levels) }}
        />
      </ChartFrame>
      <div className={styles.tools}>
        <Button size="small" aria-pressed={isNear} onClick={() => setNear(!isNear)}>
          Zoom to the budget
        </Button>
        <CopyButton
          label="Copy CSV"
          size="small"
          text={() => sensitivityFile(result)}
          byHand="Show the table and copy it by hand."
        />
      </div>
      <p className={styles.question}>
        How far may accuracy fall? Drag the line, or type the points: each layer may be pruned up to where its curve
        crosses it. Layers add up, so that together they cost more; training on wins most of it back.
      </p>
      <Levels levels={levels} group={group} kernels={kernels} total={total} />
      <MakeTools
        {...{ levels, group, schedule, total }}
        field={<BudgetField fall={fall} untouched={untouched} onFall={setFall} />}
        comment={[
          `From a sensitivity scan of ${source}.`,
          `Pruned alone, each layer costs at most ${fallText(fall)} of accuracy. ${total}.`,
        ]}
        nothing="No layer may be pruned within this budget. Allow more points."
      />
    </>
  );
}

const placesOf = (levels: readonly LayerLevel[]): ReadonlyMap<string, number> =>
  new Map(levels.map(({ parameter, pruned, pieces }) => [parameter, pruned / pieces]));

export interface LevelsProps {
  readonly levels: readonly LayerLevel[];
  readonly group: SensitivityGroup;
  readonly kernels: readonly ParameterSpec[];
  readonly total: string;
}

/** The level of each layer, and what they amount to. */
function Levels({ levels, group, kernels, total }: LevelsProps): ReactElement {
  return (
    <Table label="Levels within the budget">
      <thead>
        <tr>
          <th>layer</th>
          <th data-num>weights</th>
          <th data-num>level</th>
          <th data-num>pruned</th>
        </tr>
      </thead>
      <tbody>
        {levels.map((level) => {
          const index = kernels.findIndex(({ name }) => name === level.parameter);
          return (
            <tr key={level.parameter}>
              <th scope="row">
                <LayerName index={Math.max(0, index)} name={kernels[index]?.layer ?? level.parameter} />
              </th>
              <td data-num>{grouped(level.size)}</td>
              <td data-num>
                <b>{levelText(level)}</b>
              </td>
              <td data-num>{piecesText(level, group)}</td>
            </tr>
          );
        })}
        <tr className={styles.total}>
          <th scope="row">all layers</th>
          <td data-num>{grouped(kernels.reduce((sum, { size }) => sum + size, 0))}</td>
          <td data-num>{total.replace(/ of the.*/, '')}</td>
          <td data-num />
        </tr>
      </tbody>
    </Table>
  );
}

export interface MakeToolsProps {
  readonly levels: readonly LayerLevel[];
  readonly group: SensitivityGroup;
  readonly schedule: ScheduleDesk;
  readonly total: string;
  readonly field?: ReactElement;
  readonly comment: readonly string[];
  /** Why nothing can be made if no layer is pruned. */
  readonly nothing: string;
}

/** How the levels are reached, and the button that writes that down. */
export function MakeTools(props: MakeToolsProps): ReactElement {
  const { levels, group, schedule, total, field, comment, nothing } = props;
  const [form, setForm] = useForm();
  const count = new Set(
    levels.filter(({ pruned }) => pruned > 0).map((level) => shortestShare(level.pruned, level.pieces)),
  );
  const isOne = form === 'one-shot' && group === 'element';
  return (
    <div className={styles.controls} role="group" aria-label="Make a schedule of it">
      {field}
      <Combobox
        label="When"
        value={form}
        onChange={setForm}
        options={[
          { value: 'gradual', label: 'gradually', note: 'more each epoch, a pruner for each level' },
          { value: 'one-shot', label: 'at once', note: 'in one epoch, then train on' },
        ]}
      />
      <MakeScheduleButton
        desk={schedule}
        plan={{ kind: 'pruning', granularity: group, form, levels, comment }}
        blocked={count.size === 0 ? nothing : undefined}
        words={`${isOne || count.size === 1 ? 'A pruner was' : `${count.size} pruners were`} written into your schedule: ${total}.`}
      />
    </div>
  );
}
