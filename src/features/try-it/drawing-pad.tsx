import { type KeyboardEvent, type PointerEvent, type ReactElement, useEffect, useId, useRef, useState } from 'react';
import { Button } from '../../ui/button.tsx';
import {
  cellPlace,
  cellsAcross,
  emptyDrawing,
  fillOutlines,
  isEmpty,
  isPainted,
  padSize,
  paintStroke,
  type Place,
  type Stroke,
} from './drawing.ts';
import { drawGrey } from './pixel-picture.tsx';
import styles from './try-it.module.css';

interface DrawingPadProps {
  readonly pixels: Uint8Array;
  readonly onChange: (pixels: Uint8Array) => void;
  /** What to draw: "a digit", "a piece of clothing". */
  readonly subject: string;
  /** Radius of the pen, in pixels of the pad. */
  readonly radius: number;
}

interface Cell {
  readonly column: number;
  readonly row: number;
}

/** A pad to draw on by mouse, finger, pen or keys. Keys move by cells, and say where they are. */
export function DrawingPad({ pixels, onChange, subject, radius }: DrawingPadProps): ReactElement {
  const hintId = useId();
  const canvas = useRef<HTMLCanvasElement>(null);
  const latest = useRef(pixels);
  const last = useRef<Place | null>(null);
  const [tool, setTool] = useState<Stroke['tool']>('pen');
  const [cell, setCell] = useState<Cell>({ column: 13, row: 13 });
  const [isKeyed, setKeyed] = useState(false);
  const [said, setSaid] = useState('');
  useEffect(() => {
    latest.current = pixels;
    const context = canvas.current?.getContext('2d');
    if (context) drawGrey(context, pixels, padSize);
  }, [pixels]);

  const change = (next: Uint8Array): void => {
    latest.current = next;
    onChange(next);
  };
  const stroke = (from: Place, to: Place, by = tool): void =>
    change(paintStroke(latest.current, { from, to, radius: by === 'pen' ? radius : 1.6 * radius, tool: by }));
  const placeOf = ({ currentTarget, clientX, clientY }: PointerEvent<HTMLCanvasElement>): Place => {
    const box = currentTarget.getBoundingClientRect();
    return { x: ((clientX - box.left) / box.width) * padSize, y: ((clientY - box.top) / box.height) * padSize };
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const action = keyAction(event.key, event.shiftKey, cell);
    if (action === null) return;
    event.preventDefault();
    event.stopPropagation();
    setKeyed(true);
    const to = action.cell;
    setCell(to);
    if (action.paints !== null) stroke(cellPlace(cell.column, cell.row), cellPlace(to.column, to.row), action.paints);
    const state = isPainted(latest.current, to.column, to.row) ? 'painted' : 'empty';
    setSaid(`Row ${to.row + 1}, column ${to.column + 1}, ${state}`);
  };

  return (
    <div className={styles.pad}>
      <div className={styles.padFrame}>
        <canvas
          ref={canvas}
          width={padSize}
          height={padSize}
          className={styles.padCanvas}
          // Keys paint here, so a screen reader has to let them through.
          role="application"
          aria-roledescription="drawing pad"
          aria-label={`Draw ${subject}`}
          aria-describedby={hintId}
          tabIndex={0}
          onKeyDown={onKeyDown}
          onBlur={() => setKeyed(false)}
          onPointerDown={(event) => {
            if (event.button !== 0) return;
            event.currentTarget.setPointerCapture(event.pointerId);
            setKeyed(false);
            const place = placeOf(event);
            last.current = place;
            stroke(place, place);
          }}
          onPointerMove={(event) => {
            if (last.current === null) return;
            const place = placeOf(event);
            stroke(last.current, place);
            last.current = place;
          }}
          onPointerUp={() => (last.current = null)}
          onPointerCancel={() => (last.current = null)}
        />
        {isKeyed && (
          <i
            className={styles.cell}
            style={{
              left: `${(100 * cell.column) / cellsAcross}%`,
              top: `${(100 * cell.row) / cellsAcross}%`,
            }}
          />
        )}
        {isEmpty(pixels) && <span className={styles.padHint}>Draw {subject}</span>}
      </div>
      <div className={styles.padTools}>
        <Button size="small" variant="quiet" aria-pressed={tool === 'pen'} onClick={() => setTool('pen')}>
          Pen
        </Button>
        <Button size="small" variant="quiet" aria-pressed={tool === 'eraser'} onClick={() => setTool('eraser')}>
          Eraser
        </Button>
        <Button
          size="small"
          variant="quiet"
          hint="Paints what outlines shut in"
          onClick={() => change(fillOutlines(latest.current))}
        >
          Fill
        </Button>
        <Button size="small" variant="quiet" onClick={() => change(emptyDrawing())}>
          Clear
        </Button>
      </div>
      <p id={hintId} className={styles.keys}>
        Keys: arrows move, Space paints, Shift with arrows draws, Delete erases.
      </p>
      <span className="visually-hidden" role="status" aria-label="Place on the pad">
        {said}
      </span>
    </div>
  );
}

const steps: Readonly<Record<string, readonly [columns: number, rows: number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

interface KeyAction {
  readonly cell: Cell;
  readonly paints: Stroke['tool'] | null;
}

/** What a key does from a cell; null where it is not the pad's. */
export function keyAction(key: string, shift: boolean, { column, row }: Cell): KeyAction | null {
  const step = steps[key];
  const within = (place: number): number => Math.min(cellsAcross - 1, Math.max(0, place));
  if (step !== undefined) {
    return { cell: { column: within(column + step[0]), row: within(row + step[1]) }, paints: shift ? 'pen' : null };
  }
  if (key === ' ') return { cell: { column, row }, paints: 'pen' };
  if (key === 'Delete' || key === 'Backspace') return { cell: { column, row }, paints: 'eraser' };
  return null;
}
