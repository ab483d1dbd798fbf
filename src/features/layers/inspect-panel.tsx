import { type ReactElement, useCallback } from 'react';
import { EmptyState } from '../../ui/empty-state.tsx';
import { LayerName } from '../../ui/layer-swatch.tsx';
import { Panel, PanelBody, PanelHead } from '../../ui/panel.tsx';
import { CanvasPicture } from './canvas-picture.tsx';
import { drawHistogram, drawPicture } from './draw-weights.ts';
import styles from './inspect-panel.module.css';
import { type LayerRow, shapeText, structuresText } from './layer-rows.ts';

/** One kernel, large: every weight as a cell and how the values are spread. */
export function InspectPanel({
  row,
  hasHead = true,
}: {
  readonly row: LayerRow | null;
  /** False where tabs above are the title. */
  readonly hasHead?: boolean;
}): ReactElement {
  return (
    <Panel label="Inspect">
      {hasHead && (
        <PanelHead
          title="Inspect"
          fact={row && <InspectedName row={row} />}
          tools={row && <InspectedShape row={row} />}
        />
      )}
      <PanelBody padded>{row?.snapshot ? <Pictures row={row} /> : <Nothing row={row} />}</PanelBody>
    </Panel>
  );
}

/** Which kernel is shown. */
export function InspectedName({ row }: { readonly row: LayerRow }): ReactElement {
  return <LayerName index={row.index} name={row.parameter} />;
}

export function InspectedShape({ row }: { readonly row: LayerRow }): ReactElement {
  return <span className={styles.fact}>{shapeText(row.shape)}</span>;
}

function Nothing({ row }: { readonly row: LayerRow | null }): ReactElement {
  if (row && row.sparsity !== null) {
    return <EmptyState title="No picture of that epoch">Pictures are kept of the latest epoch.</EmptyState>;
  }
  return (
    <EmptyState title="No weights yet">
      After the first epoch: each weight as a cell, the pruned ones hatched.
    </EmptyState>
  );
}

function Pictures({ row }: { readonly row: LayerRow }): ReactElement | null {
  const snapshot = row.snapshot;
  const picture = snapshot?.picture;
  const histogram = snapshot?.histogram;
  const draw = useCallback(
    (canvas: CanvasRenderingContext2D, width: number, height: number) =>
      picture && drawPicture(canvas, width, height, picture),
    [picture],
  );
  const drawBars = useCallback(
    (canvas: CanvasRenderingContext2D, width: number, height: number) =>
      histogram && drawHistogram(canvas, width, height, histogram),
    [histogram],
  );
  if (!histogram) return null;
  const range = histogram.range.toPrecision(2);
  const structures = structuresText(row);
  return (
    <div className={styles.pictures}>
      <CanvasPicture label={`Weights of ${row.parameter}, pruned ones hatched`} height={132} draw={draw} />
      <div className={styles.legend} aria-hidden="true">
        <span>−{range}</span>
        <span className={styles.ramp} />
        <span>{range}</span>
        <i className={styles.hatch} />
        <span>pruned</span>
      </div>
      <CanvasPicture label={`Histogram of ${row.parameter} from −${range} to ${range}`} height={64} draw={drawBars} />
      {structures && <p className={styles.structures}>{structures}.</p>}
    </div>
  );
}
