import { memo, type ReactElement } from 'react';
import { IconButton } from './button.tsx';
import { chartPicture, chartPng } from './chart-file.ts';
import { Menu } from './menu.tsx';
import { saveFile } from './save-file.ts';

export interface ChartMenuProps {
  /** Title of the chart. */
  readonly label: string;
  readonly unit: string | undefined;
  /** Of the files, without their endings. */
  readonly fileName: string;
  /** The element that holds the drawing; null while it is not there. */
  readonly body: () => HTMLElement | null;
  /** The numbers as CSV. */
  readonly csv: () => string;
  /** While the table is shown there is no drawing. */
  readonly isTable: boolean;
  readonly className?: string | undefined;
}

/** Saves what a chart shows: as a picture in the colours of the theme, or as numbers. A menu is dear: `body` and `csv` keep their identity. */
export const ChartMenu = memo(function ChartMenu(props: ChartMenuProps): ReactElement {
  const { label, unit, fileName, body, csv, isTable, className } = props;
  const disabledReason = isTable ? 'Show the chart first: the table is no picture.' : undefined;
  const savePicture = async (format: 'svg' | 'png'): Promise<void> => {
    const element = body();
    const picture = element && chartPicture(element, unit === undefined ? label : `${label}, ${unit}`);
    if (picture === null) return;
    const content = format === 'svg' ? picture.svg : await chartPng(picture);
    saveFile({ name: `${fileName}.${format}`, type: format === 'svg' ? 'image/svg+xml' : 'image/png', content });
  };
  return (
    <Menu
      label={`Save the chart ${label}`}
      trigger={<IconButton icon="export" label="Save chart" variant="quiet" size="small" className={className} />}
      items={[
        { id: 'svg', label: 'Picture, SVG', disabledReason, onSelect: () => void savePicture('svg') },
        { id: 'png', label: 'Picture, PNG', disabledReason, onSelect: () => void savePicture('png') },
        {
          id: 'csv',
          label: 'Numbers, CSV',
          onSelect: () => saveFile({ name: `${fileName}.csv`, type: 'text/csv', content: csv() }),
        },
      ]}
    />
  );
});
