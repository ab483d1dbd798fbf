import { type ReactElement, useMemo, useState } from 'react';
import { Banner } from '../../ui/banner.tsx';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { saveFile } from '../../ui/save-file.ts';
import { qrLength } from './link-length.ts';
import { type QrCode, qrCode, qrPath, qrPng, qrSvg, quietZone } from './qr-code.ts';
import styles from './share-dialog.module.css';

/** From this size on a phone must come close: the modules of a projected code get small. */
const denseSize = 105;

/** The link as a QR code, dark on light in both themes since many scanners read no other. */
export function QrTab({ link }: { readonly link: string }): ReactElement {
  const code = useMemo(() => qrCode(link), [link]);
  const [isLarge, setLarge] = useState(false);
  if (code === null) {
    return (
      <Banner severity="error" fact={`The link has ${link.length} characters; a QR code holds ${qrLength}.`}>
        Leave out the comments or what goes along, or shorten the schedule. The link itself still works.
      </Banner>
    );
  }
  const save = (): void => saveFile({ name: 'schedule-qr.svg', type: 'image/svg+xml', content: qrSvg(code) });
  const savePicture = async (): Promise<void> => {
    const content = await qrPng(code);
    if (content !== null) saveFile({ name: 'schedule-qr.png', type: 'image/png', content });
  };
  return (
    <>
      <QrPicture code={code} />
      {code.size >= denseSize && (
        <p className={styles.hint}>
          A dense code of {code.size} × {code.size} squares: show it large, or leave out the comments.
        </p>
      )}
      <div className={styles.buttons}>
        <Button onClick={() => setLarge(true)}>Large view</Button>
        <Button icon="export" onClick={save}>
          Save SVG
        </Button>
        <Button icon="export" onClick={() => void savePicture()}>
          Save PNG
        </Button>
      </div>
      {isLarge && (
        <Dialog
          open
          onClose={() => setLarge(false)}
          look="full"
          title="Scan to open the experiment"
          actions={<Button onClick={() => setLarge(false)}>Close</Button>}
        >
          <QrPicture code={code} isLarge />
        </Dialog>
      )}
    </>
  );
}

function QrPicture({ code, isLarge = false }: { readonly code: QrCode; readonly isLarge?: boolean }): ReactElement {
  const side = code.size + 2 * quietZone;
  return (
    <svg
      role="img"
      aria-label="QR code of the link"
      viewBox={`0 0 ${side} ${side}`}
      shapeRendering="crispEdges"
      className={styles.qr}
      data-large={isLarge || undefined}
    >
      <path fill="#fff" d={`M0 0h${side}v${side}H0z`} />
      <path fill="#000" d={qrPath(code)} />
    </svg>
  );
}
