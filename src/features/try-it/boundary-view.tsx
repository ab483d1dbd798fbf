import { type KeyboardEvent, type PointerEvent, type ReactElement, useEffect, useMemo, useRef, useState } from 'react';
import type { TestSamples } from '../../protocol/answers.ts';
import type { AnswersClient } from '../../runs/answers-client.ts';
import { Button } from '../../ui/button.tsx';
import { useTheme } from '../../ui/theme.ts';
import { pointText } from './changed-view.tsx';
import { boundaryInputs, type BoundaryPicture, drawBoundary, reachOf, wrongPoints } from './draw-boundary.ts';
import type { EpochsToPlay, ShownModel } from './shown-models.ts';
import { type CurrentAnswer, useAnswer } from './use-answers.ts';
import styles from './try-it.module.css';

interface BoundaryViewProps {
  readonly client: AnswersClient;
  readonly dense: ShownModel | null;
  readonly compressed: ShownModel | null;
  readonly samples: TestSamples;
  readonly classNames: readonly string[];
  readonly epochs: EpochsToPlay;
  /** The point that both are asked about. */
  readonly probe: Float32Array;
  readonly onProbe: (probe: Float32Array) => void;
}

/** More would cover the boundary. */
const shownPoints = 300;

/** How both networks divide the plane, at the epoch of the time machine; they can be played through the epochs. */
export function BoundaryView(props: BoundaryViewProps): ReactElement {
  const { client, dense, compressed, samples, classNames, epochs, probe, onProbe } = props;
  const points = useMemo(() => (samples.inputs as Float32Array).subarray(0, 2 * shownPoints), [samples]);
  const reach = useMemo(() => reachOf(points), [points]);
  const inputs = useMemo(() => boundaryInputs(reach, points), [reach, points]);
  const byDense = useAnswer(client, dense?.model ?? null, inputs);
  const byCompressed = useAnswer(client, compressed?.model ?? null, inputs);
  const isShown = (model: ShownModel | null, { answered }: CurrentAnswer): boolean =>
    model === null || answered?.modelKey === model.model.key;
  const playing = usePlaying(epochs, isShown(dense, byDense) && isShown(compressed, byCompressed));
  const shared = { points, labels: samples.labels, reach, probe, onProbe };
  return (
    <div className={styles.boundary}>
      <div className={styles.planes}>
        <Plane {...shared} name="dense twin" when={dense?.when ?? null} current={byDense} />
        <Plane {...shared} name="compressed network" when={compressed?.when ?? null} current={byCompressed} />
      </div>
      <div className={styles.buttons}>
        <Button
          size="small"
          icon={playing.isOn ? 'pause' : 'play'}
          disabledReason={epochs.done < 2 ? 'There is one epoch only. Train for more of them.' : undefined}
          onClick={playing.toggle}
        >
          {playing.isOn ? 'Pause the epochs' : 'Play the epochs'}
        </Button>
        <span className={styles.fact}>
          epoch {epochs.tick} of {epochs.done}
        </span>
      </div>
      <ul className={styles.marks}>
        {classNames.map((name, index) => (
          <li key={name} data-class={index}>
            <i aria-hidden="true">{index === 0 ? '●' : '▲'}</i> {name}
          </li>
        ))}
        <li>ringed: answered wrongly; line: both classes are equally probable; cross: the point that is asked about</li>
      </ul>
    </div>
  );
}

interface PlaneProps {
  /** "dense twin" */
  readonly name: string;
  /** "run 1, at its end"; null where there is no such network. */
  readonly when: string | null;
  readonly current: CurrentAnswer;
  readonly points: Float32Array;
  readonly labels: Uint8Array;
  readonly reach: number;
  readonly probe: Float32Array;
  readonly onProbe: (probe: Float32Array) => void;
}

const planeSize = 220;

/** The plane of one network. A click or the arrows move the point that is asked about. */
function Plane({ name, when, current, points, labels, reach, probe, onProbe }: PlaneProps): ReactElement {
  const element = useRef<HTMLCanvasElement>(null);
  const { theme } = useTheme();
  const [said, setSaid] = useState('');
  const picture = useMemo<BoundaryPicture | null>(
    () => current.answered && { ...current.answered, reach, points, labels, probe },
    [current.answered, reach, points, labels, probe],
  );
  useEffect(() => {
    const canvas = element.current;
    const context = canvas?.getContext('2d');
    if (!canvas || !context) return;
    const ratio = window.devicePixelRatio || 1;
    canvas.width = canvas.height = Math.round(planeSize * ratio);
    context.scale(ratio, ratio);
    if (picture !== null) drawBoundary(context, planeSize, picture);
  }, [picture, theme]);
  const move = (x: number, y: number): void => {
    const within = (value: number): number => Math.max(-reach, Math.min(reach, value));
    const moved = Float32Array.of(within(x), within(y));
    onProbe(moved);
    setSaid(`Point ${pointText(moved)}`);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = probeStep(event.key);
    if (step === null) return;
    event.preventDefault();
    event.stopPropagation();
    const length = (event.shiftKey ? 0.25 : 0.05) * reach;
    move((probe[0] ?? 0) + step[0] * length, (probe[1] ?? 0) + step[1] * length);
  };
  const follow = (event: PointerEvent<HTMLCanvasElement>): void => {
    const box = event.currentTarget.getBoundingClientRect();
    move(
      reach * ((2 * (event.clientX - box.left)) / box.width - 1),
      reach * (1 - (2 * (event.clientY - box.top)) / box.height),
    );
  };
  return (
    <figure className={styles.plane} aria-label={`Decision boundary of the ${name}`}>
      <figcaption>
        <b>{name === 'dense twin' ? 'Dense twin' : 'Compressed'}</b> {when ?? 'there is none yet'}
      </figcaption>
      <canvas
        ref={element}
        // Arrows move the point, so a screen reader has to let them through.
        role="application"
        aria-roledescription="plane"
        aria-label={`Point to ask the ${name} about; arrows move it`}
        tabIndex={0}
        className={styles.planeCanvas}
        onKeyDown={onKeyDown}
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId);
          follow(event);
        }}
        onPointerMove={(event) => event.buttons === 1 && follow(event)}
      />
      <p className={styles.fact}>{picture === null ? (current.problem ?? '') : wrongText(picture)}</p>
      <span className="visually-hidden" role="status" aria-label={`Place of the point, ${name}`}>
        {said}
      </span>
    </figure>
  );
}

function wrongText(picture: BoundaryPicture): string {
  const all = picture.points.length / 2;
  const wrong = wrongPoints(picture).length;
  return wrong === 0 ? `All ${all} test points right` : `${wrong} of ${all} test points wrong`;
}

function probeStep(key: string): readonly [x: number, y: number] | null {
  switch (key) {
    case 'ArrowLeft':
      return [-1, 0];
    case 'ArrowRight':
      return [1, 0];
    case 'ArrowUp':
      return [0, 1];
    case 'ArrowDown':
      return [0, -1];
    default:
      return null;
  }
}

const epochMs = 300;

/** Goes through the epochs once, each as long as it takes to compute and at least a moment. Nothing moves unasked. */
function usePlaying({ tick, done, onMove }: EpochsToPlay, isShown: boolean) {
  const [isOn, setOn] = useState(false);
  useEffect(() => {
    if (!isOn || !isShown) return;
    const timer = setTimeout(() => {
      if (tick >= done) setOn(false);
      else onMove(tick + 1);
    }, epochMs);
    return () => clearTimeout(timer);
  }, [isOn, isShown, tick, done, onMove]);
  const toggle = (): void => {
    if (!isOn && tick >= done) onMove(1);
    setOn(!isOn);
  };
  return { isOn, toggle };
}
