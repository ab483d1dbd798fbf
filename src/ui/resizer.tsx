import { type KeyboardEvent, type ReactElement, type ReactNode, type Ref, useRef } from 'react';
import {
  Group,
  Panel,
  type PanelImperativeHandle,
  Separator,
  useDefaultLayout,
  useParentGroup,
} from 'react-resizable-panels';
import { classNames } from './class-names.ts';
import styles from './resizer.module.css';

/** The browser's storage where the page may use it; otherwise sizes last as long as the page. */
const sizes: Pick<Storage, 'getItem' | 'setItem'> = {
  getItem: (key) => {
    try {
      return localStorage.getItem(key);
    } catch {
      return unsaved.get(key) ?? null;
    }
  },
  setItem: (key, value) => {
    try {
      localStorage.setItem(key, value);
    } catch {
      unsaved.set(key, value);
    }
  },
};
const unsaved = new Map<string, string>();

export interface ResizeGroupProps {
  /** Names the stored sizes: unique on the page. */
  readonly id: string;
  readonly orientation: 'horizontal' | 'vertical';
  /** Ids of the panels inside, in order; sizes are kept per set of panels. */
  readonly panelIds: readonly string[];
  readonly children: ReactNode;
  readonly className?: string | undefined;
}

/** Panels with draggable borders between them; the sizes are kept in the browser. */
export function ResizeGroup({ id, orientation, panelIds, children, className }: ResizeGroupProps): ReactElement {
  const stored = useDefaultLayout({
    id: `distiller-playground.${id}`,
    panelIds: [...panelIds],
    onlySaveAfterUserInteractions: true,
    storage: sizes,
  });
  return (
    <Group
      id={id}
      orientation={orientation}
      className={classNames(styles.group, className)}
      defaultLayout={stored.defaultLayout}
      onLayoutChanged={stored.onLayoutChanged}
      resizeTargetMinimumSize={{ coarse: 20, fine: 7 }}
    >
      {children}
    </Group>
  );
}

export interface ResizePanelProps {
  readonly id: string;
  /** Numbers are pixels; strings carry their unit: "40%". */
  readonly defaultSize?: number | string;
  readonly minSize?: number | string;
  readonly maxSize?: number | string;
  readonly collapsible?: boolean;
  readonly collapsedSize?: number | string;
  /** Keeps its pixels when the window changes; for one side of a pair. */
  readonly fixed?: boolean;
  readonly panelRef?: Ref<PanelImperativeHandle | null>;
  readonly children: ReactNode;
  readonly className?: string | undefined;
}

export function ResizePanel({ fixed = false, className, ...rest }: ResizePanelProps): ReactElement {
  const behaviour = fixed ? 'preserve-pixel-size' : 'preserve-relative-size';
  return <Panel {...rest} groupResizeBehavior={behaviour} className={classNames(styles.panel, className)} />;
}

const STEP_PX = 16;
const BIG_STEP_PX = 64;
const BACK: readonly string[] = ['ArrowLeft', 'ArrowUp'];
const FORTH: readonly string[] = ['ArrowRight', 'ArrowDown'];

/**
 * The border between two panels: a hairline with 7 px to grab. Arrows move it by 16 px, with Shift by 64; a double click
 * restores the size that its panel began with.
 *
 * @param props.label What it moves: "Width of the editor".
 * @param props.before Id of the panel before it; the arrows change that panel's size.
 */
export function ResizeHandle({ label, before }: { readonly label: string; readonly before: string }): ReactElement {
  const group = useParentGroup();
  const element = useRef<HTMLDivElement>(null);
  const onKeyDown = (event: KeyboardEvent): void => {
    const direction = BACK.includes(event.key) ? -1 : Number(FORTH.includes(event.key));
    const total = groupLength(element.current, group?.orientation);
    if (direction === 0 || group === null || total === 0) return;
    event.preventDefault();
    const change = (direction * (event.shiftKey ? BIG_STEP_PX : STEP_PX) * 100) / total;
    group.setLayout(moveBorder(group.getLayout(), before, element.current, change));
  };
  return <Separator elementRef={element} aria-label={label} className={styles.handle} onKeyDownCapture={onKeyDown} />;
}

function groupLength(handle: HTMLElement | null, orientation: 'horizontal' | 'vertical' | undefined): number {
  const group = handle?.closest('[data-group]')?.getBoundingClientRect();
  if (!group) return 0;
  return orientation === 'vertical' ? group.height : group.width;
}

function moveBorder(
  layout: Record<string, number>,
  before: string,
  handle: HTMLElement | null,
  change: number,
): Record<string, number> {
  const after = handle?.nextElementSibling?.id ?? '';
  const first = layout[before];
  const second = layout[after];
  if (first === undefined || second === undefined) return layout;
  const moved = Math.max(-first, Math.min(second, change));
  return { ...layout, [before]: first + moved, [after]: second - moved };
}
