import { EmbedLine, type EmbedMessage, embedVersion, type HostMessage } from '../runs/share/embed-messages.ts';
import type * as EmbedDriver from './embed-driver.ts';
import { applyEmbedTheme } from './embed-theme.ts';

/** Whom the embedded page listens to and answers. What it trains with loads when it is first asked for. */
const line = new EmbedLine(window.parent, new URLSearchParams(location.search).get('origin'));
let shown: Promise<typeof EmbedDriver> | null = null;

/** Replaces the cover by the experiment; once. */
export function show(): Promise<typeof EmbedDriver> {
  shown ??= open().catch((error: unknown) => {
    // The next press tries again.
    shown = null;
    throw error;
  });
  return shown;
}

async function open(): Promise<typeof EmbedDriver> {
  const driver = await import('./embed-driver.ts');
  driver.openEmbedded(location.hash, say);
  say({ type: 'ready', loaded: true });
  return driver;
}

/** Takes in a message of another window; whatever does not count is ignored. */
export async function hear(event: MessageEvent<unknown>): Promise<void> {
  const message = line.receive(event);
  if (message === null) return;
  if (message.type === 'hello') say({ type: 'ready', loaded: shown !== null });
  else if (message.type === 'setTheme') applyEmbedTheme(message.theme);
  else await drive(message);
}

async function drive(message: Exclude<HostMessage, { type: 'hello' | 'setTheme' }>): Promise<void> {
  // Nothing is under way on a cover, so there is nothing to pause or stop.
  const wantsPage = message.type === 'load' || message.type === 'train';
  if (shown === null && !wantsPage) return;
  (await show()).followHost(message);
}

function say(message: EmbedMessage): void {
  if (line.origin !== null) window.parent.postMessage({ playground: embedVersion, ...message }, line.origin);
}
