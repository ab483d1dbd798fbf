import { lazy, type ReactElement, Suspense, useState } from 'react';
import { Button } from '../../ui/button.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { SeverityIcon } from '../../ui/severity.tsx';
import { SkeletonLines } from '../../ui/skeleton.tsx';
import { TabList, TabPanel, Tabs } from '../../ui/tabs.tsx';
import { TextField } from '../../ui/text-field.tsx';
import { EmbedTab } from './embed-tab.tsx';
import { lengthWords } from './link-length.ts';
import styles from './share-dialog.module.css';
import { ShareOptions, type ShareOptionsProps } from './share-options.tsx';

const QrTab = lazy(async () => ({ default: (await import('./qr-tab.tsx')).QrTab }));

export interface ShareDialogProps extends ShareOptionsProps {
  readonly onClose: () => void;
  /** The whole address, ready to be opened elsewhere. */
  readonly link: string;
}

type ShareTab = 'link' | 'qr' | 'embed';

/** The link that opens this experiment elsewhere: what it holds, and the forms in which it travels. */
export function ShareDialog({ onClose, link, ...options }: ShareDialogProps): ReactElement {
  const [tab, setTab] = useState<ShareTab>('link');
  const { isLong, words } = lengthWords(link.length);
  return (
    <Dialog
      open
      onClose={onClose}
      look="wide"
      title="Share this experiment"
      description="The link holds the schedule with model, dataset and seed. It never trains by itself: whoever opens it presses Train."
      actions={
        <>
          <Button onClick={onClose}>Close</Button>
          <CopyButton
            label="Copy link"
            variant="primary"
            text={() => link}
            byHand="Select the link and copy it by hand."
          />
        </>
      }
    >
      <div className={styles.columns}>
        <ShareOptions {...options} />
        <Tabs<ShareTab> value={tab} onChange={setTab} className={styles.forms}>
          <TabList
            label="Forms of the link"
            className={styles.tabs}
            tabs={[
              { value: 'link', label: 'Link' },
              { value: 'qr', label: 'QR code' },
              { value: 'embed', label: 'Embed' },
            ]}
          />
          <TabPanel value="link" className={styles.form}>
            <TextField label="Link" value={link} readOnly onFocus={(event) => event.currentTarget.select()} />
            <p className={styles.length} role="status">
              {isLong && <SeverityIcon severity="warning" />}
              <span>{words}</span>
            </p>
          </TabPanel>
          <TabPanel value="qr" className={styles.form}>
            {tab === 'qr' && (
              <Suspense
                fallback={
                  <div className={styles.qr}>
                    <SkeletonLines label="Drawing the QR code" />
                  </div>
                }
              >
                <QrTab link={link} />
              </Suspense>
            )}
          </TabPanel>
          <TabPanel value="embed" className={styles.form}>
            <EmbedTab link={link} />
          </TabPanel>
        </Tabs>
      </div>
    </Dialog>
  );
}
