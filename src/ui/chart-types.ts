import type { Kind } from './icons.tsx';
import type { Marker } from './layer-colors.ts';

export interface ChartPoint {
  /** Ticks of the epoch ruler: tick n is the state after n epochs. */
  readonly x: number;
  /** Not finite: a gap with a note, never zero. */
  readonly y: number;
}

/**
 * `measured`: solid 2 px with markers. `promised`: thin dots behind it. `context`: another run, or training beside
 * validation; 1.25 px. `raw`: a stream behind its smooth, 1 px at 45 %.
 */
export type SeriesKind = 'measured' | 'promised' | 'context' | 'raw';

export interface ChartSeries {
  readonly id: string;
  /** A promise and its measurement have the same label: that is how cursor and labels pair them. */
  readonly label: string;
  /** Custom property: `--layer-1`, `--ink`. */
  readonly colorVar: `--${string}`;
  readonly kind: SeriesKind;
  /** Only measured series show markers. */
  readonly marker?: Marker | null;
  /** Long dashes of layers 7 to 12; promises are dotted anyway. */
  readonly dash?: string | undefined;
  /** What holds for an epoch is stepped, what is sampled is straight. */
  readonly stepped: boolean;
  /** Ascending in x; at most about 200. Keep the identity while the data are the same. */
  readonly points: readonly ChartPoint[];
  /** Said after the direct label: "92 %". */
  readonly note?: string | undefined;
}

export interface ChartEvent {
  readonly id: string;
  /** A mask made at the beginning of epoch k is at k. */
  readonly x: number;
  readonly kind: Kind;
  /** One sentence: "Pruner conv starts". */
  readonly label: string;
  /** Starts and switches have the kind's glyph (in small charts a thick tick), updates a thin tick. */
  readonly weight: 'start' | 'update';
  /** Something else is pointed at. */
  readonly muted?: boolean;
}

/** What every chart over epochs is told; the same cursor goes to all of them. */
export interface EpochAxisProps {
  /** Accessible name of the plot, such as "Accuracy by epoch". */
  readonly label: string;
  readonly epochs: number;
  readonly cursorEpoch: number | null;
  readonly onCursorChange: (epoch: number | null) => void;
  /** A pinned cursor stays when the pointer leaves; P and a press ask for the change. */
  readonly pinned?: boolean;
  readonly onPinnedChange?: (pinned: boolean) => void;
  /** How far the run is, in epochs (6.66); `null`: no run. The past is lit. */
  readonly playhead: number | null;
  readonly events?: readonly ChartEvent[];
  /** Given: starts become buttons that lead to their line in the text. */
  readonly onEventSelect?: ((event: ChartEvent) => void) | undefined;
  /** `large` charts have glyphs of events above the plot. */
  readonly size?: 'large' | 'small';
}
