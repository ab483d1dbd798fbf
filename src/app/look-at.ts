import type { LessonPlace } from '../zoo/lesson.ts';
import { type Detail, selectParameter, showDetail, showTab, type Tab } from './workbench-store.ts';

const tabs: Readonly<Record<LessonPlace, Tab>> = {
  Accuracy: 'watch',
  Loss: 'watch',
  Sparsity: 'watch',
  'Bit-widths': 'watch',
  'Learning rate': 'watch',
  Size: 'watch',
  Timeline: 'write',
  Layers: 'layers',
  Inspect: 'layers',
  Analyses: 'layers',
  Cost: 'layers',
  Runs: 'runs',
};

const details: Readonly<Partial<Record<LessonPlace, Detail>>> = {
  Inspect: 'inspect',
  Analyses: 'analyses',
  Cost: 'cost',
};

/** So many frames a part may take to appear: some are loaded when they are first shown. */
const mostFrames = 120;

let unlight: (() => void) | null = null;

/** Brings a part of the page into view, puts the focus there and lights it up until the reader does something. */
export function lookAt({ place, parameter }: { readonly place: LessonPlace; readonly parameter?: string }): void {
  showTab(tabs[place]);
  const detail = details[place];
  if (detail !== undefined) showDetail(detail);
  if (parameter !== undefined) selectParameter(parameter);
  unlight?.();
  lightWhenThere(place, mostFrames);
}

function lightWhenThere(place: LessonPlace, framesLeft: number): void {
  requestAnimationFrame(() => {
    const part = findPart(place);
    if (part !== null) light(part);
    else if (framesLeft > 0) lightWhenThere(place, framesLeft - 1);
  });
}

/** Parts behind a tab are in the document and not on screen. */
function findPart(place: LessonPlace): HTMLElement | null {
  const name = CSS.escape(place);
  const parts = document.querySelectorAll<HTMLElement>(`figure[aria-label="${name}"], section[aria-label="${name}"]`);
  return [...parts].find((part) => part.offsetParent !== null) ?? null;
}

function light(part: HTMLElement): void {
  if (!part.hasAttribute('tabindex')) part.tabIndex = -1;
  part.dataset['lit'] = '';
  part.scrollIntoView({ block: 'nearest' });
  part.focus({ preventScroll: true });
  const events = ['keydown', 'pointerdown'] as const;
  const end = (): void => {
    delete part.dataset['lit'];
    for (const event of events) removeEventListener(event, end);
    unlight = null;
  };
  for (const event of events) addEventListener(event, end);
  unlight = end;
}
