import { z } from 'zod';
import { maximumTextLength } from '../protocol/run-config.ts';
import type { DraftStorage } from './draft.ts';
import { interruptedSeries, type Series } from './series.ts';

const seriesKey = 'distiller-playground.series';
/** Older series are forgotten; their runs stay. */
const mostSeries = 12;

const itemSchema = z.strictObject({
  value: z.number(),
  epochs: z.int().min(0),
  state: z.enum(['waiting', 'running', 'finished', 'stopped', 'failed', 'skipped']),
  runId: z.string().max(100).nullable(),
  problem: z.string().max(2000).nullable(),
});

/** A series as storage and files hold it. */
export const seriesSchema = z.strictObject({
  id: z.string().min(1).max(100),
  kind: z.enum(['seeds', 'sweep']),
  path: z.string().max(1000),
  text: z.string().max(maximumTextLength),
  createdAt: z.number(),
  state: z.enum(['running', 'interrupted', 'cancelled', 'done']),
  items: z.array(itemSchema).max(100),
});

const storedSchema = z.strictObject({ version: z.literal(1), series: z.array(z.unknown()).max(1000) });

/** The series of earlier visits, the newest first; those that cannot be read are left out. */
export function readSeries(storage?: DraftStorage): readonly Series[] {
  try {
    const stored: unknown = JSON.parse((storage ?? localStorage).getItem(seriesKey) ?? 'null');
    const all = storedSchema.safeParse(stored).data?.series ?? [];
    return all.flatMap((one) => seriesSchema.safeParse(one).data ?? []).map(interruptedSeries);
  } catch {
    // Private windows may forbid storage: series then last as long as the page.
    return [];
  }
}

/** Keeps the newest series for the next visit. Returns false if the browser keeps nothing; the page works on without. */
export function writeSeries(series: readonly Series[], storage?: DraftStorage): boolean {
  try {
    (storage ?? localStorage).setItem(seriesKey, JSON.stringify({ version: 1, series: series.slice(0, mostSeries) }));
    return true;
  } catch {
    return false;
  }
}
