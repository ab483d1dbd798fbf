import type { AnswersEvent, AnswersMessage, AskedData, AskedModel, TestSamples } from '../protocol/answers.ts';

/** A network to ask, by a name that says which one and after which epoch. */
export interface ModelToAsk {
  readonly key: string;
  /** Called when it has to be sent. */
  readonly read: () => AskedModel;
}

/** Probabilities of the classes, row by row. */
export interface Answered {
  readonly classCount: number;
  readonly probabilities: Float32Array;
}

/** Some of the answers to the first test samples. */
export interface AnsweredPiece extends Answered {
  readonly first: number;
  readonly isLast: boolean;
}

export interface AnswersPort {
  postMessage(message: AnswersMessage): void;
  terminate(): void;
}

export interface AnswersListener {
  readonly onEvent: (event: AnswersEvent) => void;
  /** The worker cannot go on, or never came up. */
  readonly onCrash: (message: string) => void;
}

/** The page's line to the worker that lets trained networks answer. What cannot be answered rejects with a sentence. */
export interface AnswersClient {
  answer(model: ModelToAsk, inputs: Uint8Array | Float32Array): Promise<Answered>;
  /** Answers the first test samples piece by piece. Returns what ends it. */
  answerSamples(
    model: ModelToAsk,
    what: { readonly data: AskedData; readonly count: number },
    watch: { readonly onPiece: (piece: AnsweredPiece) => void; readonly onFailure: (message: string) => void },
  ): () => void;
  loadSamples(data: AskedData): Promise<TestSamples>;
}

/** So many networks stay open; of large ones each holds a few megabytes. */
const mostOpen = 24;

/** @param createPort Opens a worker; called when it is first needed, and again after a crash. */
export function createAnswersClient(createPort: (listener: AnswersListener) => AnswersPort): AnswersClient {
  return new Client(createPort);
}

interface Waiting {
  readonly model: string | null;
  readonly onEvent: (event: AnswersEvent) => void;
  readonly onFailure: (message: string) => void;
}

class Client implements AnswersClient {
  readonly #createPort: (listener: AnswersListener) => AnswersPort;
  readonly #waiting = new Map<number, Waiting>();
  /** Open networks, those used last at the end. */
  readonly #open = new Set<string>();
  #port: AnswersPort | null = null;
  #lastId = 0;

  constructor(createPort: (listener: AnswersListener) => AnswersPort) {
    this.#createPort = createPort;
  }

  answer(model: ModelToAsk, inputs: Uint8Array | Float32Array): Promise<Answered> {
    return new Promise((resolve, reject) => {
      this.#ask(model, (id) => ({ type: 'answer', id, model: model.key, inputs }), {
        onEvent: (event) => event.type === 'answers' && resolve(event),
        onFailure: (message) => reject(new Error(message)),
      });
    });
  }

  answerSamples(
    model: ModelToAsk,
    { data, count }: { readonly data: AskedData; readonly count: number },
    { onPiece, onFailure }: Parameters<AnswersClient['answerSamples']>[2],
  ): () => void {
    const id = this.#ask(model, (own) => ({ type: 'answer-samples', id: own, model: model.key, data, count }), {
      onEvent: (event) => event.type === 'answers' && onPiece(event),
      onFailure,
    });
    return () => {
      if (this.#waiting.delete(id)) this.#port?.postMessage({ type: 'cancel', id });
    };
  }

  loadSamples(data: AskedData): Promise<TestSamples> {
    return new Promise((resolve, reject) => {
      this.#ask(null, (id) => ({ type: 'load-samples', id, data }), {
        onEvent: (event) => event.type === 'samples' && resolve(event.samples),
        onFailure: (message) => reject(new Error(message)),
      });
    });
  }

  #ask(
    model: ModelToAsk | null,
    message: (id: number) => AnswersMessage,
    answers: Pick<Waiting, 'onEvent' | 'onFailure'>,
  ): number {
    const id = ++this.#lastId;
    this.#port ??= this.#createPort({
      onEvent: (event) => this.#receive(event),
      onCrash: (reason) => this.#crash(reason),
    });
    if (model !== null) this.#openModel(model, this.#port);
    this.#waiting.set(id, { model: model?.key ?? null, ...answers });
    this.#port.postMessage(message(id));
    return id;
  }

  #openModel({ key, read }: ModelToAsk, port: AnswersPort): void {
    if (!this.#open.delete(key)) port.postMessage({ type: 'open-model', model: key, asked: read() });
    this.#open.add(key);
    const inUse = new Set([...this.#waiting.values()].map(({ model }) => model));
    for (const old of this.#open) {
      if (this.#open.size <= mostOpen) return;
      if (old === key || inUse.has(old)) continue;
      this.#open.delete(old);
      port.postMessage({ type: 'close-model', model: old });
    }
  }

  #receive(event: AnswersEvent): void {
    const waiting = this.#waiting.get(event.id);
    if (waiting === undefined) return;
    if (event.type !== 'answers' || event.isLast) this.#waiting.delete(event.id);
    if (event.type === 'unanswered') waiting.onFailure(event.message);
    else waiting.onEvent(event);
  }

  #crash(reason: string): void {
    this.#port?.terminate();
    this.#port = null;
    this.#open.clear();
    const waiting = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const { onFailure } of waiting) onFailure(`The worker that answers broke off: ${reason}. Ask again.`);
  }
}

/** A worker as the port that `createAnswersClient` asks for. */
export function openAnswersPort(worker: Worker, { onEvent, onCrash }: AnswersListener): AnswersPort {
  // Both ends are built together from the same union, so the message is what its type says.
  worker.addEventListener('message', ({ data }: MessageEvent<AnswersEvent>) => onEvent(data));
  worker.addEventListener('error', (event) => {
    event.preventDefault();
    onCrash(event.message || 'it could not be loaded');
  });
  worker.addEventListener('messageerror', () => onCrash('one of its messages could not be read'));
  return {
    postMessage: (message) => worker.postMessage(message),
    terminate: () => worker.terminate(),
  };
}
