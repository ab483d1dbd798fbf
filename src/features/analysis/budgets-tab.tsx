import { type ReactElement, useMemo } from 'react';
import type { LayerLevel } from '../../core/layer-levels.ts';
import type { ParameterSpec } from '../../core/network.ts';
import { fewestKept } from '../../core/scan-levels.ts';
import { type BudgetRule, type KernelShare, shareSparsity } from '../../core/sparsity-budget.ts';
import { Combobox } from '../../ui/combobox.tsx';
import { LayerName } from '../../ui/layer-swatch.tsx';
import { Table } from '../../ui/table.tsx';
import { grouped } from '../../ui/grouped.ts';
import styles from './analyses-panel.module.css';
import { levelText, totalText } from './level-text.ts';
import type { ScheduleDesk } from './make-schedule-button.tsx';
import { MakeTools } from './sensitivity-result.tsx';
import { SettingField } from './setting-field.tsx';
import { keptState } from '../../ui/kept-state.ts';

const useTotal = keptState('90');
const useRule = keptState<BudgetRule>('erk');

export interface BudgetsTabProps {
  readonly parameters: readonly ParameterSpec[];
  readonly schedule: ScheduleDesk;
}

const names: Readonly<Record<BudgetRule, string>> = { uniform: 'uniform', erk: 'ERK' };

/** A total sparsity shared out among the layers, without measuring anything. */
export function BudgetsTab({ parameters, schedule }: BudgetsTabProps): ReactElement {
  const [text, setText] = useTotal();
  const [rule, setRule] = useRule();
  const kernels = useMemo(() => parameters.filter(({ role }) => role === 'kernel'), [parameters]);
  const wished = readPercent(text);
  const shares = useMemo(
    () =>
      wished === null
        ? null
        : {
            uniform: shareSparsity(kernels, wished, 'uniform', fewestKept),
            erk: shareSparsity(kernels, wished, 'erk', fewestKept),
          },
    [kernels, wished],
  );
  const levels = shares === null ? [] : levelsOf(shares[rule]);
  return (
    <div className={styles.frame}>
      <p className={styles.question}>
        How should a total be shared out? Uniform gives every layer the same sparsity. ERK (Erdős-Rényi kernel, Evci et
        al. 2020) spares small layers: a density in proportion to the sum of a kernel’s dimensions over their product.
        Nothing is measured, so no training is needed.
      </p>
      <div className={styles.controls}>
        <SettingField
          label="Total sparsity, %"
          numeric
          value={text}
          problem={wished === null ? 'A percentage from 0 to 100.' : undefined}
          onChange={setText}
        />
        <Combobox
          label="Share out"
          value={rule}
          onChange={setRule}
          options={[
            { value: 'erk', label: 'ERK', note: 'large layers give most' },
            { value: 'uniform', label: 'uniform', note: 'every layer alike' },
          ]}
        />
      </div>
      {shares !== null && <Shares kernels={kernels} shares={shares} rule={rule} />}
      <MakeTools
        levels={levels}
        group="element"
        schedule={schedule}
        total={totalText(levels)}
        comment={[`${names[rule]} budget: ${totalText(levels)}, shared out among ${kernels.length} layers.`]}
        nothing={shares === null ? 'Correct the marked setting first.' : 'Nothing is pruned at this sparsity.'}
      />
    </div>
  );
}

/** A percentage as a share; null if the text is none. */
function readPercent(text: string): number | null {
  const value = Number(text.trim().replace(',', '.'));
  return text.trim() !== '' && value >= 0 && value <= 100 ? Number((value / 100).toPrecision(12)) : null;
}

const levelsOf = (shares: readonly KernelShare[]): readonly LayerLevel[] =>
  shares.map(({ name, size, kept }) => ({ parameter: name, size, pieces: size, pruned: size - kept }));

interface SharesProps {
  readonly kernels: readonly ParameterSpec[];
  readonly shares: Readonly<Record<BudgetRule, readonly KernelShare[]>>;
  /** The one that would be written. */
  readonly rule: BudgetRule;
}

const rules: readonly BudgetRule[] = ['uniform', 'erk'];

/** Both ways side by side: numbers, and bars of what stays. */
function Shares({ kernels, shares, rule }: SharesProps): ReactElement {
  return (
    <Table label="Sparsity of each layer">
      <thead>
        <tr>
          <th>layer</th>
          <th data-num>weights</th>
          {rules.map((one) => (
            <th key={one} data-num>
              {names[one]}
            </th>
          ))}
          <th title="Share of the weights that stays: uniform above, ERK below">what stays</th>
        </tr>
      </thead>
      <tbody>
        {kernels.map(({ name, layer, size }, index) => {
          const own = rules.map((one) => shares[one][index]);
          return (
            <tr key={name}>
              <th scope="row">
                <LayerName index={index} name={layer} />
              </th>
              <td data-num>{grouped(size)}</td>
              {own.map((share, at) => {
                const level = levelText({ pruned: size - (share?.kept ?? 0), pieces: size });
                return (
                  <td key={rules[at]} data-num>
                    {rules[at] === rule ? <b>{level}</b> : level}
                  </td>
                );
              })}
              <td>
                <Bars densities={own.map((share) => share?.density ?? 0)} layer={layer} rule={rule} />
              </td>
            </tr>
          );
        })}
        <tr className={styles.total}>
          <th scope="row">all layers</th>
          <td data-num>{grouped(kernels.reduce((sum, { size }) => sum + size, 0))}</td>
          {rules.map((one) => (
            <td key={one} data-num>
              {totalText(levelsOf(shares[one])).replace(/ of the.*/, '')}
            </td>
          ))}
          <td />
        </tr>
      </tbody>
    </Table>
  );
}

interface BarsProps {
  /** Uniform, then ERK. */
  readonly densities: readonly number[];
  readonly layer: string;
  readonly rule: BudgetRule;
}

const barWidth = 120;

function Bars({ densities, layer, rule }: BarsProps): ReactElement {
  const words = densities.map((density, index) => `${names[rules[index] ?? 'erk']} ${(density * 100).toFixed(1)} %`);
  return (
    <svg
      className={styles.bars}
      width={barWidth}
      height={18}
      role="img"
      aria-label={`What stays of ${layer}: ${words.join(', ')}`}
    >
      {densities.map((density, index) => (
        <g key={rules[index]}>
          <rect x={0} y={2 + index * 8} width={barWidth} height={6} fill="var(--well)" />
          <rect
            x={0}
            y={2 + index * 8}
            width={Math.max(1, density * barWidth)}
            height={6}
            fill={rules[index] === rule ? 'var(--signal)' : 'var(--ink-3)'}
          />
        </g>
      ))}
    </svg>
  );
}
