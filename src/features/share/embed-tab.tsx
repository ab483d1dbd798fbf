import { type ReactElement, useId, useState } from 'react';
import { Choice } from '../../ui/choice.tsx';
import { Combobox } from '../../ui/combobox.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { TextField } from '../../ui/text-field.tsx';
import { type EmbedOptions, embedParts, embedSnippet, readOrigin } from './embed-snippet.ts';
import { toggled } from './share-draft.ts';
import styles from './share-dialog.module.css';

const themes = [
  { value: 'auto', label: 'as the reader’s system' },
  { value: 'dark', label: 'dark' },
  { value: 'light', label: 'light' },
] as const;

const partLabels = { schedule: 'Hide the schedule', charts: 'Hide the charts' } as const;

/** HTML that shows the experiment inside of another page. */
export function EmbedTab({ link }: { readonly link: string }): ReactElement {
  const [options, setOptions] = useState<EmbedOptions>({ theme: 'auto', hide: [], origin: '' });
  const [written, setWritten] = useState('');
  const snippetId = useId();
  const origin = written.trim() === '' ? '' : readOrigin(written);
  const snippet = embedSnippet(link, { ...options, origin: origin ?? '' });
  return (
    <>
      <Combobox<EmbedOptions['theme']>
        label="Theme"
        options={themes}
        value={options.theme}
        onChange={(theme) => setOptions({ ...options, theme })}
      />
      {embedParts.map((part) => (
        <Choice
          key={part}
          label={partLabels[part]}
          checked={options.hide.includes(part)}
          onChange={() => setOptions({ ...options, hide: toggled(options.hide, part, embedParts) })}
        />
      ))}
      <TextField
        label="Origin of your page, if it sends messages"
        placeholder="https://school.example"
        value={written}
        onChange={setWritten}
        error={origin === null ? 'Scheme and host only, such as https://school.example.' : undefined}
        hint="Only pages from there can then start, pause or read the training."
      />
      <div className={styles.snippet}>
        <label htmlFor={snippetId}>HTML to paste</label>
        <textarea id={snippetId} rows={4} readOnly value={snippet} onFocus={(event) => event.currentTarget.select()} />
      </div>
      <div className={styles.buttons}>
        <CopyButton label="Copy HTML" text={() => snippet} byHand="Select the text and copy it by hand." />
      </div>
    </>
  );
}
