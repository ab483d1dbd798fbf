import { zipSync, type Zippable } from 'fflate';
import type { NamedTensor } from '../../protocol/training-event.ts';
import { distillerText } from '../../schedule/distiller-text.ts';
import { epochsCsv, runRecordJson, weightsSafetensors } from '../export.ts';
import type { Run } from '../run.ts';
import { eventFile, eventFileName } from './event-file.ts';
import { weightsNpz, zipDate } from './npz.ts';
import { packModel } from './packed-model.ts';
import { readMe } from './read-me.ts';
import { tfjsModel } from './tfjs-model.ts';
import { parameterBits, trainedNetwork } from './trained-network.ts';
import unpackModelPy from './unpack_model.py?raw';

/** A file that the reader can take away. */
export interface TakeAwayFile {
  readonly name: string;
  readonly type: string;
  readonly content: string | Uint8Array<ArrayBuffer>;
}

/** Formats of one file each that need nothing but the run. */
export const recordFormats = ['yaml', 'distiller', 'json', 'csv', 'events'] as const;
/** Formats that need the trained weights. */
export const weightFormats = ['safetensors', 'npz', 'packed', 'tfjs', 'all'] as const;

export type RecordFormat = (typeof recordFormats)[number];
export type WeightFormat = (typeof weightFormats)[number];

/** "run-3", or "run-3-gradual-90" for a run that has a name. */
export function runFileName(run: Pick<Run, 'number'>, title: string | null): string {
  const words = (title ?? '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
    .slice(0, 60);
  return words === '' ? `run-${run.number}` : `run-${run.number}-${words}`;
}

/** A run as one file. @param name Without its ending. */
export function recordFile(run: Run, format: RecordFormat, name: string): TakeAwayFile {
  switch (format) {
    case 'yaml':
      return { name: `${name}.yaml`, type: 'application/yaml', content: run.config.text };
    case 'distiller': {
      const { text } = distillerText(run.config.text);
      return { name: `${name}.distiller.yaml`, type: 'application/yaml', content: text };
    }
    case 'json':
      return { name: `${name}.json`, type: 'application/json', content: runRecordJson(run) };
    case 'csv':
      return { name: `${name}.csv`, type: 'text/csv', content: epochsCsv(run) };
    case 'events':
      return { name: eventFileName(run, name), type: binary, content: eventFile(run) };
  }
}

const binary = 'application/octet-stream';
const zip = 'application/zip';

/**
 * Trained weights as one file, which is a zip where the format has several.
 *
 * @returns null for TensorFlow.js if the run's model cannot be built any more.
 */
export function weightsFile(
  run: Run,
  tensors: readonly NamedTensor[],
  format: WeightFormat,
  name: string,
): TakeAwayFile | null {
  switch (format) {
    case 'safetensors':
      return { name: `${name}.safetensors`, type: binary, content: weightsSafetensors(tensors, metadataOf(run)) };
    case 'npz':
      return { name: `${name}.npz`, type: binary, content: weightsNpz(tensors) };
    case 'packed': {
      const content = packModel(tensors, parameterBits(run), metadataOf(run));
      return { name: `${name}.packed`, type: binary, content };
    }
    case 'tfjs': {
      const files = tfjsFiles(run, tensors);
      return files && { name: `${name}-tfjs.zip`, type: zip, content: zipped(files) };
    }
    case 'all':
      return { name: `${name}.zip`, type: zip, content: zipped(everything(run, tensors, name)) };
  }
}

function metadataOf({ model, dataset }: Run): Readonly<Record<string, string>> {
  return { model, dataset };
}

function tfjsFiles(run: Run, tensors: readonly NamedTensor[]): readonly TakeAwayFile[] | null {
  const trained = trainedNetwork(run, tensors);
  if (trained === null) return null;
  const { model, weights } = tfjsModel(trained.network, trained.values);
  return [
    { name: 'tfjs/model.json', type: 'application/json', content: model },
    { name: 'tfjs/weights.bin', type: binary, content: weights },
  ];
}

function everything(run: Run, tensors: readonly NamedTensor[], name: string): readonly TakeAwayFile[] {
  const files = [
    ...recordFormats.map((format) => recordFile(run, format, name)),
    ...(['safetensors', 'npz', 'packed'] as const).flatMap((format) => weightsFile(run, tensors, format, name) ?? []),
    { name: 'unpack_model.py', type: 'text/x-python', content: unpackModelPy },
    ...(tfjsFiles(run, tensors) ?? []),
  ];
  const content = readMe(run, name, files);
  return [{ name: 'README.txt', type: 'text/plain', content }, ...files];
}

function zipped(files: readonly TakeAwayFile[]): Uint8Array<ArrayBuffer> {
  const entries: Zippable = {};
  for (const { name, content } of files) {
    entries[name] = typeof content === 'string' ? new TextEncoder().encode(content) : content;
  }
  return zipSync(entries, { mtime: zipDate });
}
