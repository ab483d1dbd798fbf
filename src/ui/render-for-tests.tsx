import { act, type ReactElement } from 'react';
import { createRoot } from 'react-dom/client';

declare global {
  // React's own switch for `act`.
  var IS_REACT_ACT_ENVIRONMENT: boolean | undefined;
}

export interface Rendered {
  readonly root: HTMLElement;
  readonly rerender: (element: ReactElement) => Promise<void>;
  readonly unmount: () => Promise<void>;
}

/** Does something that changes state, and waits until React has settled, promises included. */
export function settle(work: () => void): Promise<void> {
  return act(() => {
    work();
    return Promise.resolve();
  });
}

/** Renders into the document for a test and waits for effects. */
export async function render(element: ReactElement): Promise<Rendered> {
  globalThis.IS_REACT_ACT_ENVIRONMENT = true;
  const root = document.createElement('div');
  document.body.append(root);
  const reactRoot = createRoot(root);
  const rerender = (next: ReactElement): Promise<void> => settle(() => reactRoot.render(next));
  await rerender(element);
  return {
    root,
    rerender,
    unmount: async () => {
      await settle(() => reactRoot.unmount());
      root.remove();
    },
  };
}

/** The only element of the document with this role and accessible name (`aria-label`, else its text). */
export function byRole(role: string, name: string): HTMLElement {
  const tag = role === 'button' ? 'button:not([role]), ' : '';
  const found = [...document.querySelectorAll<HTMLElement>(`${tag}[role="${role}"]`)].filter(
    (element) => (element.getAttribute('aria-label') ?? element.textContent) === name,
  );
  const [only] = found;
  if (only === undefined || found.length > 1) throw new Error(`${found.length} elements are a ${role} named ${name}`);
  return only;
}

export function press(element: Element, key: string): Promise<void> {
  return settle(() => {
    element.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }));
    element.dispatchEvent(new KeyboardEvent('keyup', { key, bubbles: true, cancelable: true }));
  });
}

export function click(element: HTMLElement): Promise<void> {
  return settle(() => element.click());
}

export function focus(element: HTMLElement): Promise<void> {
  return settle(() => element.focus());
}
