import { type ReactElement, useCallback } from 'react';
import { EmptyState } from '../../ui/empty-state.tsx';
import { LayerName } from '../../ui/layer-swatch.tsx';
import { Panel, PanelBody, PanelHead } from '../../ui/panel.tsx';
import { type InspectedEpochs, InspectViews } from './inspect/inspect-views.tsx';
import { CanvasPicture } from './canvas-picture.tsx';
import { drawHistogram, drawPicture } from './draw-weights.ts';
import styles from './inspect-panel.module.css';
import { type LayerRow, shapeText, structuresText } from './layer-rows.ts';

/** One kernel, large, from several sides. */
export function InspectPanel({
  row,
  inspected,
  hasHead = true,
}: {
  readonly row: LayerRow | null;
  /** Null before the first epoch is done. */
  readonly inspected: InspectedEpochs | null;
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
      <PanelBody padded>
        {row && inspected ? (
          <InspectViews
            row={row}
            inspected={inspected}
            otherwise={row.snapshot ? <Pictures row={row} /> : <Nothing row={row} />}
          />
        ) : (
          <Nothing row={row} />
        )}
      </PanelBody>
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
    return (
      <EmptyState title="No picture of that epoch">Choose one with a mark below the layers, or the latest.</EmptyState>
    );
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
