import { z } from 'zod';

/** Version of the messages between an embedded page and its host; every message carries it as `playground`. */
export const embedVersion = 1;

const base = { playground: z.literal(embedVersion) };

const hostMessage = z.discriminatedUnion('type', [
  /** First of all: from then on the embedded page answers this origin and no other. */
  z.object({ ...base, type: z.literal('hello') }),
  /** Loads what the cover waits to load; with a link, shows its schedule. */
  z.object({ ...base, type: z.literal('load'), link: z.string().max(900_000).optional() }),
  z.object({ ...base, type: z.literal('train') }),
  z.object({ ...base, type: z.literal('pause') }),
  z.object({ ...base, type: z.literal('resume') }),
  z.object({ ...base, type: z.literal('stop') }),
  z.object({ ...base, type: z.literal('setTheme'), theme: z.enum(['dark', 'light', 'auto']) }),
]);

/** What a host may say. */
export type HostMessage = z.infer<typeof hostMessage>;

/** What the embedded page says; fractions, not percentages. */
export type EmbedMessage =
  | { readonly type: 'ready'; readonly loaded: boolean }
  | { readonly type: 'resized'; readonly height: number }
  | {
      readonly type: 'progress';
      readonly status: string;
      readonly epoch: number;
      readonly epochs: number;
      /** After the latest epoch, on the validation set. */
      readonly accuracy: number | null;
      readonly sparsity: number | null;
    }
  | {
      readonly type: 'finished';
      readonly ok: true;
      /** On the whole test set. */
      readonly accuracy: number;
      readonly loss: number;
      readonly sparsity: number;
      readonly seed: number;
      readonly backend: string;
      readonly durationMs: number;
    }
  | {
      readonly type: 'finished';
      readonly ok: false;
      readonly reason: 'stopped' | 'failed' | 'blocked';
      readonly message: string;
    };

/** The message in what another window sent; null for anything else, which is ignored. */
export function readHostMessage(data: unknown): HostMessage | null {
  return hostMessage.safeParse(data).data ?? null;
}

/** What the browser says about a message: who sent it, and from where. */
export interface ReceivedMessage {
  readonly source: unknown;
  readonly origin: string;
  readonly data: unknown;
}

/**
 * Decides whom an embedded page listens to: the window that embeds it, and of that only the origin that said hello first,
 * or the one that its address names. Messages before hello, of other windows or other origins are ignored.
 */
export class EmbedLine {
  readonly #parent: unknown;
  readonly #named: string | null;
  #origin: string | null = null;

  /** @param named The origin that the address of the embedded page names; null: whichever says hello first. */
  constructor(parent: unknown, named: string | null) {
    this.#parent = parent;
    this.#named = named;
  }

  /** Where answers may go; null before hello. */
  get origin(): string | null {
    return this.#origin;
  }

  /** The message, if it is one that counts. */
  receive({ source, origin, data }: ReceivedMessage): HostMessage | null {
    if (source !== this.#parent || origin === 'null') return null;
    if (origin !== (this.#origin ?? this.#named ?? origin)) return null;
    const message = readHostMessage(data);
    if (message === null) return null;
    if (this.#origin === null && message.type !== 'hello') return null;
    this.#origin = origin;
    return message;
  }
}
