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

/** Renders into the document for a test and waits for effects. */
export async function render(element: ReactElement): Promise<Rendered> {
  globalThis.IS_REACT_ACT_ENVIRONMENT = true;
  const root = document.createElement('div');
  document.body.append(root);
  const reactRoot = createRoot(root);
  const rerender = async (next: ReactElement): Promise<void> => {
    await act(async () => reactRoot.render(next));
  };
  await rerender(element);
  return {
    root,
    rerender,
    unmount: async () => {
      await act(async () => reactRoot.unmount());
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

export async function press(element: Element, key: string): Promise<void> {
  await act(async () => {
    element.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }));
    element.dispatchEvent(new KeyboardEvent('keyup', { key, bubbles: true, cancelable: true }));
  });
}

export async function click(element: HTMLElement): Promise<void> {
  await act(async () => element.click());
}

export async function focus(element: HTMLElement): Promise<void> {
  await act(async () => element.focus());
}
