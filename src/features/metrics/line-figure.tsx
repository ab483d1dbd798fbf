import type { ReactElement } from 'react';
import { ChartFrame } from '../../ui/chart-frame.tsx';
import { EpochChart } from '../../ui/epoch-chart.tsx';
import type { ChartAxis } from './chart-axis.ts';
import { type FigureModel, figureTable, type HeadValue, headValue } from './figures.ts';

/** One figure of lines over the epochs. */
export function LineFigure({ model, axis }: { readonly model: FigureModel; readonly axis: ChartAxis }): ReactElement {
  const value = headValue(model, axis.cursorEpoch);
  return (
    <ChartFrame
      label={model.label}
      {...(model.unit === undefined ? {} : { unit: model.unit })}
      reading={value && <Reading {...value} unit={model.unit} />}
      summary={model.summary}
      table={() => figureTable(model)}
      cursorEpoch={axis.cursorEpoch}
      fileName={axis.fileName}
      isLinked
    >
      <EpochChart
        {...axis}
        label={`${model.label} by epoch`}
        size={model.size}
        series={model.series}
        yDomain={model.yDomain}
        yScale={model.yScale}
        yFormat={model.yFormat}
        valueFormat={model.valueFormat}
        directLabels={model.directLabels}
        {...(model.unit === undefined ? {} : { unit: model.unit })}
      />
    </ChartFrame>
  );
}

/** A promise is thinner than what was measured, as its line is. */
function Reading({ text, isPromised, unit }: HeadValue & { readonly unit: string | undefined }): ReactElement {
  const words = unit === undefined ? text : `${text} ${unit}`;
  return isPromised ? <span title="Promised by the schedule">{words}</span> : <b>{words}</b>;
}
