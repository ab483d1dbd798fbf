import { datasets } from '../../zoo/datasets.ts';
import type { Run } from '../run.ts';

/** What the README has to know of a file. */
interface ListedFile {
  readonly name: string;
}

/** What lies in the archive of a run, and how to load each file, as plain text. */
export function readMe(run: Run, name: string, files: readonly ListedFile[]): string {
  const listed = new Set(files.map((file) => file.name));
  const sections = chapters(name, files).filter(({ file }) => listed.has(file));
  return [
    headline(run),
    `INPUT AND OUTPUT\n\n${inputText(run)}`,
    ...sections.map(({ file, text }) => `${file}\n${'-'.repeat(file.length)}\n${text}`),
    '',
  ].join('\n\n');
}

function headline(run: Run): string {
  const { result, epochs, epochCount } = run;
  const title = `Run ${run.number} of Distiller Playground: ${run.model} on ${run.dataset}`;
  const trained = `${epochs.length} of ${epochCount} epochs trained, seed ${run.seed}.`;
  const tested = result
    ? `${percent(result.top1)} accuracy on the ${result.testSize} test samples, ${percent(result.sparsity)} of the weights are zero.`
    : 'It has not been measured on the test samples.';
  return `${title}\n${'='.repeat(title.length)}\n\n${trained}\n${tested}`;
}

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

function inputText({ dataset }: Run): string {
  const known = datasets.find(({ name }) => name === dataset);
  const layout = [
    'Weights are those that inference uses: masked and quantized. Convolution kernels are [height, width, in, out], dense',
    'kernels [in, out], feature maps [height, width, channels], flattened in that order. For PyTorch:',
    '  convolution: weight.transpose(3, 2, 0, 1); dense: weight.T; and let the image be permuted to height, width, channels',
    '  before it is flattened. Activations are float: quantizers of activations are not part of these files.',
  ].join('\n');
  if (known === undefined) return layout;
  const pixels = known.kind === 'images' ? 'pixel / 255' : 'coordinate';
  const normal = `Samples have the shape [${known.inputShape.join(', ')}]; a value is (${pixels} - ${known.mean}) / ${known.std}.`;
  return `${normal}\nThe model gives one number for each class (logits): ${known.classNames.join(', ')}.\n${layout}`;
}

interface Chapter {
  readonly file: string;
  readonly text: string;
}

function chapters(name: string, files: readonly ListedFile[]): readonly Chapter[] {
  const events = files.find((file) => file.name.includes('tfevents'))?.name ?? '';
  return [
    { file: `${name}.yaml`, text: 'The schedule as it was trained. Open it in the playground to train it again.' },
    {
      file: `${name}.distiller.yaml`,
      text: [
        'The same for Distiller itself; comments on top say what is out of force.',
        `  python3 compress_classifier.py --compress=${name}.distiller.yaml ...`,
      ].join('\n'),
    },
    {
      file: `${name}.json`,
      text: [
        'Everything that was recorded: text, device, metrics of each epoch, result. Shares are fractions.',
        `  import json; run = json.load(open("${name}.json")); run["epochs"][-1]["validation"]["top1"]`,
      ].join('\n'),
    },
    {
      file: `${name}.csv`,
      text: `One line an epoch.\n  import pandas; pandas.read_csv("${name}.csv").plot(x="epoch", y="validation_top1")`,
    },
    {
      file: events,
      text: 'The same curves, and histograms of the last weights, for TensorBoard.\n  tensorboard --logdir .',
    },
    {
      file: `${name}.safetensors`,
      text: `Weights as float32.\n  from safetensors.numpy import load_file; weights = load_file("${name}.safetensors")`,
    },
    { file: `${name}.npz`, text: `Weights as numpy arrays.\n  import numpy; weights = numpy.load("${name}.npz")` },
    {
      file: `${name}.packed`,
      text: [
        'The compressed model: levels packed to their bits, zeros left out, scales and zero points. unpack_model.py reads it.',
        `  import unpack_model; shape, values = unpack_model.read("${name}.packed")["NAME"]`,
        packedFormat,
      ].join('\n'),
    },
    {
      file: 'tfjs/model.json',
      text: [
        'A TensorFlow.js layers model, with weights.bin beside it.',
        '  const model = await tf.loadLayersModel("tfjs/model.json");',
        '  model.predict(samples).argMax(-1).print();',
      ].join('\n'),
    },
  ];
}

const packedFormat = `
  8 bytes "DPACKED1"; length of the header (uint32); the header, JSON in UTF-8; the tensors one after the other.
  The header's "tensors" have name, shape, bits (32: float32), layout, scales, nonZero. A tensor has these sections, each
  ending on a whole byte, all numbers little-endian, whole numbers packed with the lowest bit first:
  1. "scales" times scale and zero point (float32 each): none for floats, one for the tensor, or one for each index of its
     last axis. value = scale * (level - zero point)
  2. layout "dense": nothing. "bitmask": a bit for each place in row-major order, 1 for a stored value. "csr": the tensor is a
     matrix with a row for each index of the last axis and a column for each place of the axes before; rows + 1 starts of
     bits(nonZero) bits, then nonZero columns of bits(columns - 1) bits, where bits(n) is the length of n in binary, at least 1.
  3. the stored values: levels of "bits" bits, or float32.`;
