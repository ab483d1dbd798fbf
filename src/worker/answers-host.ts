import { AnsweringNetwork } from '../engine/answers/answering-network.ts';
import { yieldToMessages } from '../engine/device-queue.ts';
import { loadMethods } from '../methods/load-methods.ts';
import type { AnswersEvent, AnswersMessage, AskedData, AskedModel, TestSamples } from '../protocol/answers.ts';
import { scheduleOf } from '../schedule/schedule-data.ts';
import { findDataset } from '../zoo/datasets.ts';
import { loadTrainingData } from './load-training-data.ts';

type Ask<Type extends AnswersMessage['type']> = Extract<AnswersMessage, { type: Type }>;

/** What a piece of work may take before waiting messages are looked at. */
const pieceMs = 40;

/** Lets trained networks answer, beside training and without its device: whoever draws never waits for a step. */
export class AnswersHost {
  private readonly emit: (event: AnswersEvent) => void;
  private readonly prepare: () => Promise<void>;
  private ready: Promise<void> | null = null;
  private readonly models = new Map<string, Promise<AnsweringNetwork>>();
  private readonly samples = new Map<string, Promise<TestSamples>>();
  private readonly underWay = new Set<number>();

  /** @param prepare Makes a backend current; called when the first network is opened. */
  constructor(emit: (event: AnswersEvent) => void, prepare: () => Promise<void>) {
    this.emit = emit;
    this.prepare = prepare;
  }

  handle(message: AnswersMessage): void {
    switch (message.type) {
      case 'open-model':
        this.open(message.model, message.asked);
        return;
      case 'close-model':
        this.close(message.model);
        return;
      case 'load-samples':
        void this.attempt(message.id, async () => {
          // A copy: these go on answering.
          const { inputs, labels, count } = await this.samplesOf(message.data);
          const samples = { inputs: inputs.slice(), labels: labels.slice(), count };
          this.emit({ type: 'samples', id: message.id, samples });
        });
        return;
      case 'answer':
        void this.attempt(message.id, () => this.answer(message));
        return;
      case 'answer-samples':
        this.underWay.add(message.id);
        void this.attempt(message.id, () => this.answerSamples(message));
        return;
      case 'cancel':
        this.underWay.delete(message.id);
        return;
      default:
        message satisfies never;
    }
  }

  private open(name: string, asked: AskedModel): void {
    this.close(name);
    const opened = this.openNetwork(asked);
    // Who asks hears of it.
    opened.catch(() => undefined);
    this.models.set(name, opened);
  }

  private async openNetwork(asked: AskedModel): Promise<AnsweringNetwork> {
    await (this.ready ??= this.prepare());
    const kinds = asked.schedule.components.map(({ kind }) => kind);
    const schedule = scheduleOf(asked.schedule, await loadMethods(kinds));
    const dataset = findDataset(schedule.training.dataset);
    if (dataset === undefined) throw new RangeError(`There is no dataset ${schedule.training.dataset}`);
    return AnsweringNetwork.open(schedule, asked, dataset);
  }

  /** Those who asked before still get their answers. */
  private close(name: string): void {
    const model = this.models.get(name);
    this.models.delete(name);
    model?.then((opened) => opened.dispose()).catch(() => undefined);
  }

  private modelOf(name: string): Promise<AnsweringNetwork> {
    return this.models.get(name) ?? Promise.reject(new RangeError('The network is not open any more. Ask again.'));
  }

  private async answer({ id, model, inputs }: Ask<'answer'>): Promise<void> {
    const opened = await this.modelOf(model);
    this.emit({ type: 'answers', id, first: 0, isLast: true, ...opened.answer(inputs) });
  }

  private async answerSamples({ id, model, data, count }: Ask<'answer-samples'>): Promise<void> {
    const opened = await this.modelOf(model);
    const { inputs, count: all } = await this.samplesOf(data);
    const total = Math.min(count, all);
    const size = inputs.length / all;
    let length = 1;
    for (let first = 0; first < total && this.underWay.has(id); ) {
      const end = Math.min(total, first + length);
      const startedAt = performance.now();
      const answered = opened.answer(inputs.subarray(first * size, end * size));
      if (!this.underWay.has(id)) return;
      this.emit({ type: 'answers', id, first, isLast: end === total, ...answered });
      const tookMs = performance.now() - startedAt;
      length = Math.max(1, Math.min(2 * length, 256, Math.floor((length * pieceMs) / Math.max(tookMs, 0.1))));
      first = end;
      await yieldToMessages();
    }
    this.underWay.delete(id);
  }

  /** Fetched once, and tried again after a failure. */
  private samplesOf(data: AskedData): Promise<TestSamples> {
    const key = `${data.dataset}/${String(data.seed)}`;
    const known = this.samples.get(key);
    if (known !== undefined) return known;
    const loading = loadTestSamples(data);
    this.samples.set(key, loading);
    loading.catch(() => this.samples.delete(key));
    return loading;
  }

  private async attempt(id: number, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.underWay.delete(id);
      this.emit({ type: 'unanswered', id, message: error instanceof Error ? error.message : String(error) });
    }
  }
}

async function loadTestSamples({ dataset, seed, dataUrl }: AskedData): Promise<TestSamples> {
  const { test } = await loadTrainingData({
    settings: { dataset, seed, trainSize: 1 },
    ...{ dataUrl, signal: new AbortController().signal, onProgress: () => undefined },
  });
  return test;
}
