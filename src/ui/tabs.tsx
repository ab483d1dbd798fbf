import { Tabs as Base } from '@base-ui/react/tabs';
import type { ReactElement, ReactNode } from 'react';
import { classNames } from './class-names.ts';
import { Icon, type IconName } from './icons.tsx';
import styles from './tabs.module.css';

export interface TabItem<Value extends string = string> {
  readonly value: Value;
  readonly label: string;
  readonly icon?: IconName;
  /** The tab stays and says why it cannot be opened. */
  readonly disabledReason?: string | undefined;
}

export interface TabsProps<Value extends string> {
  readonly value: Value;
  readonly onChange: (value: Value) => void;
  /** Holds one `TabList` and a `TabPanel` for each tab. */
  readonly children: ReactNode;
  readonly className?: string | undefined;
}

/** Tabs: arrows, Home and End move; panels stay mounted. */
export function Tabs<Value extends string>({ value, onChange, children, className }: TabsProps<Value>): ReactElement {
  return (
    <Base.Root
      value={value}
      onValueChange={(next) => onChange(next as Value)}
      className={classNames(styles.root, className)}
    >
      {children}
    </Base.Root>
  );
}

export interface TabListProps {
  /** Accessible name of the list. */
  readonly label: string;
  readonly tabs: readonly TabItem[];
  /** `head`: inside of a panel head. `bar`: the phone's bar of icons with words, which its owner places. */
  readonly look?: 'head' | 'bar';
  readonly className?: string | undefined;
}

export function TabList({ label, tabs, look = 'head', className }: TabListProps): ReactElement {
  return (
    <Base.List aria-label={label} activateOnFocus className={classNames(styles[look], className)}>
      {tabs.map((tab) => (
        <Base.Tab
          key={tab.value}
          value={tab.value}
          disabled={tab.disabledReason !== undefined}
          aria-description={tab.disabledReason}
          title={tab.disabledReason}
          className={styles.tab}
        >
          {tab.icon && <Icon name={tab.icon} />}
          {tab.label}
        </Base.Tab>
      ))}
    </Base.List>
  );
}

export function TabPanel({
  value,
  children,
  className,
}: {
  readonly value: string;
  readonly children: ReactNode;
  readonly className?: string | undefined;
}): ReactElement {
  return (
    <Base.Panel value={value} keepMounted className={classNames(styles.panel, className)}>
      {children}
    </Base.Panel>
  );
}
