import './embed.css';
import type * as EmbedHost from './embed-host.ts';
import { applyEmbedTheme } from './embed-theme.ts';

/** One after the other, in the order in which things were asked for. */
let queue: Promise<void> = Promise.resolve();

/** The cover of the embedded page: a few lines, until the reader or the host asks for the experiment. */
const parameters = new URLSearchParams(location.search);
applyEmbedTheme(parameters.get('theme'));

const open = document.querySelector<HTMLAnchorElement>('#open');
if (open) open.href = `./index.html${location.hash}`;
document.querySelector('#load')?.addEventListener('click', () => void withHost((host) => host.show()));
addEventListener('message', (event: MessageEvent<unknown>) => {
  // Who may speak, and what, is decided by code that comes with the first word of the window around.
  if (event.source === window.parent && window.parent !== window) void withHost((host) => host.hear(event));
});
if (window.parent === window) void withHost((host) => host.show());

function withHost(work: (host: typeof EmbedHost) => Promise<unknown>): Promise<void> {
  const loaded = import('./embed-host.ts');
  queue = queue.then(async () => {
    try {
      await work(await loaded);
    } catch {
      const problem = document.querySelector('#problem');
      if (problem) problem.textContent = 'The experiment could not be loaded. Check the connection and press again.';
    }
  });
  return queue;
}
