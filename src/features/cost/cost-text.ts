import type { ComputeCost, LayerCost, StorageCost } from '../../core/model-cost.ts';
import type { MeasuredCost } from '../../runs/export/measure-cost.ts';
import { grouped } from '../../ui/grouped.ts';

/** "812 B", "12.3 kB": thousands, as file managers count. */
export function bytesText(bytes: number): string {
  if (bytes < 1000) return `${Math.round(bytes)} B`;
  if (bytes < 1_000_000) return `${(bytes / 1000).toFixed(1)} kB`;
  return `${(bytes / 1_000_000).toFixed(2)} MB`;
}

/** "4 bits, bitmask": how the kernel of a layer is stored. */
export function storedText({ bits, layout }: Pick<LayerCost, 'bits' | 'layout'>): string {
  const layouts = { dense: 'every value', bitmask: 'bitmask', csr: 'sparse rows' };
  return `${bits === 32 ? 'float' : `${bits} bits`}, ${layouts[layout]}`;
}

export interface CostColumn {
  readonly label: string;
  /** What the column means, in a sentence. */
  readonly title: string;
  readonly text: (row: CostRow) => string;
}

/** A layer, or the total. */
export interface CostRow extends StorageCost {
  readonly name: string;
  /** null: the total. */
  readonly stored: string | null;
  readonly gzipBytes: number;
  readonly macs: ComputeCost | null;
}

/** A row for each layer with parameters, the total last. */
export function costRows({ layers, storage, macs, gzipBytes }: MeasuredCost): readonly CostRow[] {
  const rows = layers.map((layer) => ({
    ...layer,
    name: layer.layer,
    stored: storedText(layer),
    gzipBytes: gzipBytes[layer.layer] ?? 0,
  }));
  const gzip = rows.reduce((sum, row) => sum + row.gzipBytes, 0);
  return [...rows, { ...storage, name: 'total', stored: null, gzipBytes: gzip, macs }];
}

export const costColumns: readonly CostColumn[] = [
  {
    label: 'float32',
    title: 'Bytes as built: four for each weight, bias and running statistic.',
    text: ({ denseBytes }) => bytesText(denseBytes),
  },
  {
    label: 'needed',
    title: 'Bit-packed values, zeros left out where that is smaller, with scales and zero points.',
    text: ({ neededBytes }) => bytesText(neededBytes),
  },
  {
    label: 'gzip',
    title: 'The same bytes of the packed export after gzip.',
    text: ({ gzipBytes }) => bytesText(gzipBytes),
  },
  {
    label: 'entropy',
    title: 'What no code gets below that takes the weights as independent; without scales and zero points.',
    text: ({ entropyBytes }) => bytesText(entropyBytes),
  },
  {
    label: 'MACs',
    title: 'Multiply-accumulates of one input, as built.',
    text: ({ macs }) => (macs === null ? '–' : grouped(macs.dense)),
  },
  {
    label: 'after removal',
    title:
      'Multiply-accumulates when every filter and channel that is entirely zero is gone: any hardware saves the rest.',
    text: ({ macs }) => (macs === null ? '–' : grouped(macs.afterRemoval)),
  },
  {
    label: 'scattered zeros',
    title: 'Of those left: multiplications by a single zero. Ordinary hardware does them all the same.',
    text: ({ macs }) => (macs === null ? '–' : grouped(macs.scatteredZeros)),
  },
];

/** What follows from the table, a sentence each. */
export function costFindings({ storage, macs, file }: MeasuredCost): readonly string[] {
  const ratio = storage.denseBytes / storage.neededBytes;
  const removed = macs.dense - macs.afterRemoval;
  return [
    `Storage: ${bytesText(storage.neededBytes)} are needed of ${bytesText(storage.denseBytes)}, ${ratio.toFixed(1)} times less. The packed file has ${bytesText(file.bytes)} with its header, ${bytesText(file.gzipBytes)} after gzip.`,
    removed === 0
      ? 'Work: no structure is entirely zero, or none can go, so ordinary hardware computes everything as before.'
      : `Work: without structures that are entirely zero, ${share(removed, macs.dense)} of the multiply-accumulates are saved on any hardware.`,
    macs.scatteredZeros === 0
      ? 'No single zeros are left in the work.'
      : `${share(macs.scatteredZeros, macs.dense)} of the multiply-accumulates multiply by a scattered zero: no ordinary hardware saves them.`,
  ];
}

const share = (part: number, whole: number): string => `${((100 * part) / Math.max(1, whole)).toFixed(1)} %`;
