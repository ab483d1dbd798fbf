import { type KeyboardEvent, type ReactElement, useCallback } from 'react';
import type { LayerSnapshot } from '../../protocol/training-event.ts';
import { classNames } from '../../ui/class-names.ts';
import { LayerName } from '../../ui/layer-swatch.tsx';
import { Meter } from '../../ui/meter.tsx';
import { Panel, PanelHead } from '../../ui/panel.tsx';
import { Table } from '../../ui/table.tsx';
import { grouped } from '../../ui/grouped.ts';
import { CanvasPicture } from './canvas-picture.tsx';
import { drawHistogram, drawPicture } from './draw-weights.ts';
import { type ActivationFact, type ExitFact, type LayerRow, shapeText, zeroStructures } from './layer-rows.ts';
import styles from './layers-panel.module.css';

export interface LayersPanelProps {
  readonly rows: readonly LayerRow[];
  /** What quantized activations do, below the kernels. */
  readonly activations: readonly ActivationFact[];
  /** Where samples leave a network with early exits. */
  readonly exits: readonly ExitFact[];
  /** Name of the parameter that Inspect shows. */
  readonly selected: string | null;
  readonly onSelect: (parameter: string) => void;
  /** Parameters, or layers, that the policy under the caret or on the timeline touches. */
  readonly lit?: readonly string[];
  /** "after epoch 5", "before training". */
  readonly when: string;
}

/** One row a kernel: shape, what is left of it, bits, how its values are spread and where its zeros are. */
export function LayersPanel(props: LayersPanelProps): ReactElement {
  const { rows, activations, exits, selected, onSelect, lit = [], when } = props;
  return (
    <Panel label="Layers" className={styles.panel}>
      <PanelHead title="Layers" fact={when} tools={<span className={styles.total}>{totalText(rows)}</span>} />
      <Table label="Layers" tall>
        <thead>
          <tr>
            <th>layer</th>
            <th className={styles.wide}>shape</th>
            <th className={styles.counts} data-num>
              non-zero / all
            </th>
            <th>sparsity</th>
            <th data-num>bits</th>
            <th className={styles.medium}>histogram</th>
            <th className={styles.medium}>mask</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <Row
              key={row.parameter}
              row={row}
              isSelected={row.parameter === selected}
              isLit={lit.includes(row.parameter) || lit.includes(row.layer)}
              onSelect={onSelect}
            />
          ))}
          {activations.map(({ layer, bits, range }) => (
            <tr key={layer} className={styles.activation} data-lit={lit.includes(layer) || undefined}>
              <th scope="row">{layer}</th>
              <td className={styles.wide}>activations</td>
              <td className={styles.counts} />
              <td>{range}</td>
              <td data-num>
                <span className={styles.bits}>{bits}</span>
              </td>
              <td className={styles.medium} colSpan={2} />
            </tr>
          ))}
          {exits.map(({ name, words }) => (
            <tr key={name} className={styles.activation}>
              <th scope="row">{name}</th>
              <td colSpan={6}>{words}</td>
            </tr>
          ))}
        </tbody>
      </Table>
    </Panel>
  );
}

interface RowProps {
  readonly row: LayerRow;
  readonly isSelected: boolean;
  readonly isLit: boolean;
  readonly onSelect: (parameter: string) => void;
}

function Row({ row, isSelected, isLit, onSelect }: RowProps): ReactElement {
  const select = (): void => onSelect(row.parameter);
  const structures = zeroStructures(row);
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key !== 'Enter' && event.key !== ' ') return;
    event.preventDefault();
    select();
  };
  return (
    <tr
      aria-selected={isSelected}
      tabIndex={0}
      onClick={select}
      onKeyDown={onKeyDown}
      className={styles.row}
      data-lit={isLit || undefined}
    >
      <th scope="row">
        <LayerName index={row.index} name={row.layer} />
        {isLit && <span className="visually-hidden">, touched by the chosen policy</span>}
      </th>
      <td className={classNames(styles.wide, styles.shape)}>{shapeText(row.shape)}</td>
      <td className={styles.counts} data-num>
        <b>{row.nonZero === null ? '–' : grouped(row.nonZero)}</b>
        <span className={styles.of}> / {grouped(row.size)}</span>
        {row.change?.nonZero != null && <small className={styles.quantization}>{changeText(row.change)}</small>}
      </td>
      <td>
        <Meter label={`Sparsity of ${row.layer}`} value={row.sparsity} promised={row.promisedSparsity} />
        {row.mask !== '' && (
          <small
            className={styles.structures}
            title="The mask holds in the forward pass only: the weights behind it live on."
          >
            {row.mask}
          </small>
        )}
        {structures !== '' && <small className={styles.structures}>{structures} zero</small>}
      </td>
      <td data-num>
        <span className={styles.bits}>{row.bits}</span>
        {row.quantization !== '' && <small className={styles.quantization}>{row.quantization}</small>}
      </td>
      <td className={styles.medium}>{row.snapshot && <Histogram snapshot={row.snapshot} />}</td>
      <td className={styles.medium}>{row.snapshot && <Mask snapshot={row.snapshot} change={row.change} />}</td>
    </tr>
  );
}

function Histogram({ snapshot }: { readonly snapshot: LayerSnapshot }): ReactElement {
  const { histogram, parameter } = snapshot;
  const draw = useCallback(
    (canvas: CanvasRenderingContext2D, width: number, height: number) =>
      drawHistogram(canvas, width, height, histogram),
    [histogram],
  );
  return (
    <CanvasPicture
      label={`Histogram of ${parameter}, ±${histogram.range.toPrecision(2)}`}
      width={84}
      height={36}
      draw={draw}
    />
  );
}

interface MaskProps {
  readonly snapshot: LayerSnapshot;
  readonly change: LayerRow['change'];
}

function Mask({ snapshot: { picture: weights, parameter }, change }: MaskProps): ReactElement {
  const picture = change?.picture ?? weights;
  const what = change?.picture ? `Change of ${parameter} since epoch ${change.since}` : `Weights of ${parameter}`;
  const draw = useCallback(
    (canvas: CanvasRenderingContext2D, width: number, height: number) => drawPicture(canvas, width, height, picture),
    [picture],
  );
  return <CanvasPicture label={`${what}, pruned ones hatched`} width={84} height={36} draw={draw} />;
}

/** "−512 to epoch 2": so many less than after that epoch. */
function changeText({ nonZero, since }: NonNullable<LayerRow['change']>): string {
  if (!nonZero) return `as in epoch ${since}`;
  return `${nonZero < 0 ? '−' : '+'}${grouped(Math.abs(nonZero))} to epoch ${since}`;
}

function totalText(rows: readonly LayerRow[]): string {
  const all = rows.reduce((sum, row) => sum + row.size, 0);
  if (rows.some((row) => row.nonZero === null)) return `${grouped(all)} weights`;
  const zeros = rows.reduce((sum, row) => sum + row.size - (row.nonZero ?? 0), 0);
  return `${grouped(zeros)} of ${grouped(all)} weights are zero`;
}
