import type { ReactElement } from 'react';
import { codeSpans } from '../../ui/code-spans.tsx';
import { Icon } from '../../ui/icons.tsx';
import { Progress } from '../../ui/progress.tsx';
import { SeverityIcon } from '../../ui/severity.tsx';
import styles from './training.module.css';

export interface TrainingProgressProps {
  /** One sentence: where the run stands. */
  readonly text: string;
  /** "0:33 left", "took 1:14", "about 1:15". */
  readonly aside: string;
  readonly mark: 'none' | 'paused' | 'finished' | 'failed';
  /** How much is done, in segments. */
  readonly value: number;
  readonly max: number;
  /** A segment an epoch; false for loading. */
  readonly segmented: boolean;
}

/** The status line and the progress of the run, always there. */
export function TrainingProgress({ text, aside, mark, value, max, segmented }: TrainingProgressProps): ReactElement {
  return (
    <div className={styles.progress} data-mark={mark}>
      <div className={styles.words}>
        <StatusIcon mark={mark} />
        <span role="status" aria-label="Training status" className={styles.status} title={text.replaceAll('`', '')}>
          {codeSpans(text)}
        </span>
        <span className={styles.aside}>{aside}</span>
      </div>
      <Progress label="Training progress" value={value} max={max} segmented={segmented} />
    </div>
  );
}

function StatusIcon({ mark }: { readonly mark: TrainingProgressProps['mark'] }): ReactElement | null {
  switch (mark) {
    case 'paused':
      return <Icon name="pause" />;
    case 'finished':
      return <SeverityIcon severity="ok" />;
    case 'failed':
      return <SeverityIcon severity="error" />;
    case 'none':
      return null;
    default:
      return mark satisfies never;
  }
}
