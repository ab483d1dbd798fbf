import { type ReactElement, type RefObject, useState } from 'react';
import type { MethodDefinition } from '../../methods/define-method.ts';
import { KindGlyph } from '../../ui/icons.tsx';
import { TextField } from '../../ui/text-field.tsx';
import { MethodEntry, type MethodEntryProps } from './method-entry.tsx';
import { type MethodGroup, methodGroups } from './method-groups.ts';
import styles from './method-reference.module.css';

export interface MethodReferenceProps extends Pick<MethodEntryProps, 'insertionOf' | 'addressOf'> {
  readonly catalogue: readonly MethodDefinition[];
  /** The entry that is open at first. */
  readonly initial: string | null;
  /** Becomes the line of that entry. */
  readonly initialRef: RefObject<HTMLElement | null>;
}

/** Every class that a schedule may name, from the definitions that the editor uses. For a dialog or a page of its own. */
export function MethodReference({ catalogue, initial, initialRef, ...entry }: MethodReferenceProps): ReactElement {
  const [search, setSearch] = useState('');
  const [opened, setOpened] = useState(initial);
  const groups = methodGroups(catalogue, search);
  const toggle = (name: string, isOpen: boolean): void =>
    setOpened((current) => {
      if (isOpen) return name;
      return current === name ? null : current;
    });
  return (
    <div className={styles.reference}>
      <TextField
        label="Find a method"
        type="search"
        value={search}
        onChange={setSearch}
        placeholder="class, argument or word"
      />
      {groups.length === 0 && <p className={styles.empty}>No method mentions all of these words.</p>}
      {groups.map((group) => (
        <Group key={group.kind} group={group}>
          {(method) => (
            <MethodEntry
              key={method.name}
              method={method}
              isOpen={opened === method.name}
              lineRef={initial === method.name ? initialRef : null}
              onToggle={(isOpen) => toggle(method.name, isOpen)}
              {...entry}
            />
          )}
        </Group>
      ))}
    </div>
  );
}

interface GroupProps {
  readonly group: MethodGroup;
  readonly children: (method: MethodDefinition) => ReactElement;
}

function Group({ group, children }: GroupProps): ReactElement {
  const kind = group.kind === 'lr_scheduler' ? 'lr' : group.kind;
  return (
    <section className={styles.group} aria-label={group.title}>
      <h3>
        <KindGlyph kind={kind} />
        {group.title}
      </h3>
      {group.methods.map(children)}
    </section>
  );
}
