import { Fragment, type ReactElement, useId } from 'react';
import { percentText } from '../../runs/share/claim-text.ts';
import { type AuthorClaim, hideableParts, predictable } from '../../runs/share/shared-experiment.ts';
import type { NumberPlace } from '../../schedule/number-place.ts';
import { spellNumber } from '../../schedule/yaml-scalar.ts';
import { Choice } from '../../ui/choice.tsx';
import { Combobox } from '../../ui/combobox.tsx';
import styles from './share-dialog.module.css';
import { partWords, predictWords, type ShareDraft, toggled, tolerances } from './share-draft.ts';

export interface ShareOptionsProps {
  readonly draft: ShareDraft;
  readonly onDraft: (draft: ShareDraft) => void;
  readonly hasComments: boolean;
  /** The result of the text that is shared; null if there is none. */
  readonly claim: AuthorClaim | null;
  /** The numbers of the text. */
  readonly numbers: readonly NumberPlace[];
}

/** What goes along with the schedule. */
export function ShareOptions(props: ShareOptionsProps): ReactElement {
  const { draft, onDraft, hasComments, claim } = props;
  return (
    <div className={styles.options}>
      <fieldset className={styles.group}>
        <legend>The link holds</legend>
        <Choice
          label="Comments"
          checked={draft.comments && hasComments}
          disabledReason={hasComments ? undefined : 'The text has none.'}
          note="Without them the link is shorter; every value stays."
          onChange={(comments) => onDraft({ ...draft, comments })}
        />
        <Choice
          label="What I am looking at"
          checked={draft.view}
          note="Tabs, selected layer, charts as tables, pinned epoch."
          onChange={(view) => onDraft({ ...draft, view })}
        />
        <Choice
          label="My result"
          checked={draft.claim && claim !== null}
          disabledReason={claim === null ? 'Train this schedule to its end first.' : undefined}
          note={claim && resultWords(claim)}
          onChange={(include) => onDraft({ ...draft, claim: include })}
        />
        {draft.claim && claim !== null && (
          <Combobox
            label="Counts as the same within"
            options={tolerances.map((points) => ({ value: String(points), label: toleranceWords(points) }))}
            value={String(draft.tolerance)}
            onChange={(points) => onDraft({ ...draft, tolerance: Number(points) })}
          />
        )}
      </fieldset>
      <TeachingOptions {...props} />
    </div>
  );
}

function resultWords({ accuracy, sparsity, seed }: AuthorClaim): string {
  return `${percentText(accuracy)} accuracy, ${percentText(sparsity)} sparsity, seed ${seed}. The page says whether others get the same.`;
}

function toleranceWords(points: number): string {
  return `${points} ${points === 1 ? 'point' : 'points'}`;
}

function TeachingOptions(props: ShareOptionsProps): ReactElement {
  const { draft, onDraft } = props;
  return (
    <details className={styles.teaching} open={isTeaching(draft) || undefined}>
      <summary>For teaching: hide, lock, predict first</summary>
      <fieldset className={styles.group}>
        <legend>Hide until asked for</legend>
        {hideableParts.map((part) => (
          <Choice
            key={part}
            {...partWords[part]}
            checked={draft.hide.includes(part)}
            onChange={() => onDraft({ ...draft, hide: toggled(draft.hide, part, hideableParts) })}
          />
        ))}
      </fieldset>
      <LockOptions {...props} />
      <fieldset className={styles.group}>
        <legend>Ask for a prediction before training</legend>
        {predictable.map((what) => (
          <Choice
            key={what}
            label={predictWords[what]}
            checked={draft.predict.includes(what)}
            onChange={() => onDraft({ ...draft, predict: toggled(draft.predict, what, predictable) })}
          />
        ))}
      </fieldset>
    </details>
  );
}

function isTeaching({ hide, lock, predict }: ShareDraft): boolean {
  return hide.length > 0 || lock !== 'none' || predict.length > 0;
}

const locks: readonly { readonly lock: ShareDraft['lock']; readonly label: string; readonly note: string }[] = [
  { lock: 'none', label: 'Nothing', note: 'The reader edits freely.' },
  { lock: 'some', label: 'All but the values ticked below', note: 'Each gets a field above the text.' },
  { lock: 'all', label: 'Everything', note: 'To read, train and take away. Anybody can make a copy of their own.' },
];

function LockOptions({ draft, onDraft, numbers }: ShareOptionsProps): ReactElement {
  const group = useId();
  return (
    <fieldset className={styles.group}>
      <legend>Lock</legend>
      {locks.map(({ lock, label, note }) => (
        <Fragment key={lock}>
          <Choice
            group={group}
            label={label}
            note={lock === 'some' && locksAll(draft) ? 'None is ticked yet: the link locks everything.' : note}
            checked={draft.lock === lock}
            onChange={() => onDraft({ ...draft, lock })}
          />
          {lock === 'some' && draft.lock === 'some' && (
            <UnlockedValues
              numbers={numbers}
              unlocked={draft.unlocked}
              onUnlocked={(unlocked) => onDraft({ ...draft, unlocked })}
            />
          )}
        </Fragment>
      ))}
    </fieldset>
  );
}

function locksAll({ lock, unlocked }: ShareDraft): boolean {
  return lock === 'some' && unlocked.length === 0;
}

interface UnlockedValuesProps {
  readonly numbers: readonly NumberPlace[];
  readonly unlocked: readonly string[];
  readonly onUnlocked: (paths: readonly string[]) => void;
}

/** Which numbers the reader may change. */
function UnlockedValues({ numbers, unlocked, onUnlocked }: UnlockedValuesProps): ReactElement {
  const paths = numbers.map(({ path }) => path);
  return (
    <fieldset className={styles.values}>
      <legend className="visually-hidden">Values that may change</legend>
      {numbers.map(({ path, value }) => (
        <Choice
          key={path}
          label={
            <span>
              <code>{path}</code> {spellNumber(value)}
            </span>
          }
          checked={unlocked.includes(path)}
          onChange={() => onUnlocked(toggled(unlocked, path, paths))}
        />
      ))}
    </fieldset>
  );
}
