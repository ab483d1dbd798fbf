import { Menu as Base } from '@base-ui/react/menu';
import type { ReactElement, ReactNode } from 'react';
import { Icon, type IconName } from './icons.tsx';
import styles from './menu.module.css';

export interface MenuAction {
  readonly id: string;
  readonly label: string;
  /** A second line. */
  readonly note?: string;
  readonly icon?: IconName;
  /** A key hint such as `Ctrl+Enter`. */
  readonly keys?: string;
  readonly danger?: boolean;
  /** Given: the item is one of a choice and shows whether it is the chosen one. */
  readonly checked?: boolean;
  /** The item stays and says why it does nothing now. */
  readonly disabledReason?: string | undefined;
  readonly onSelect: () => void;
}

/** Words above the items, about all of them. */
export interface MenuHeading {
  readonly heading: string;
}

export interface MenuProps {
  /** Accessible name of the list. */
  readonly label: string;
  readonly items: readonly (MenuAction | MenuHeading | 'separator')[];
  /** The button that opens it, such as `<IconButton icon="more" label="More" variant="quiet" size="small" />`. */
  readonly trigger: ReactElement<Record<string, unknown>>;
  readonly align?: 'start' | 'center' | 'end';
}

/** A list of actions that opens from a button; arrows, Home, End, letters and Escape work. */
export function Menu({ label, items, trigger, align = 'end' }: MenuProps): ReactElement {
  return (
    <Base.Root modal={false}>
      <Base.Trigger render={trigger} />
      <Base.Portal>
        <Base.Positioner className={styles.positioner} align={align} sideOffset={4} collisionPadding={8}>
          <Base.Popup className={styles.popup} aria-label={label}>
            {items.map((item, index) => {
              // Separators have no identity of their own; their place in a fixed list is it.
              if (item === 'separator')
                return <Base.Separator key={`separator-${index}`} className={styles.separator} />;
              if ('id' in item) return <MenuRow key={item.id} item={item} />;
              return (
                <Base.Group key={item.heading}>
                  <Base.GroupLabel className={styles.heading}>{item.heading}</Base.GroupLabel>
                </Base.Group>
              );
            })}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}

function MenuRow({ item }: { readonly item: MenuAction }): ReactElement {
  const disabled = item.disabledReason !== undefined;
  const common = {
    className: styles.item,
    disabled,
    label: item.label,
    'data-danger': item.danger === true ? '' : undefined,
  };
  const content = <MenuRowContent item={item} />;
  if (item.checked === undefined) {
    return (
      <Base.Item {...common} onClick={item.onSelect}>
        {content}
      </Base.Item>
    );
  }
  return (
    <Base.CheckboxItem {...common} checked={item.checked} onCheckedChange={item.onSelect} closeOnClick>
      {content}
    </Base.CheckboxItem>
  );
}

function MenuRowContent({ item }: { readonly item: MenuAction }): ReactNode {
  const note = item.disabledReason ?? item.note;
  return (
    <>
      {item.icon && <Icon name={item.icon} />}
      <span className={styles.words}>
        {item.label}
        {note !== undefined && <small>{note}</small>}
      </span>
      {item.keys !== undefined && <kbd>{item.keys}</kbd>}
      {item.checked === true && <Icon name="check" />}
    </>
  );
}
