import { type ReactElement, useState } from 'react';
import type { AnalysisResult } from '../../protocol/analysis.ts';
import { statisticsYaml } from '../../schedule/statistics-file.ts';
import { Button } from '../../ui/button.tsx';
import { codeSpans } from '../../ui/code-spans.tsx';
import { Combobox } from '../../ui/combobox.tsx';
import { Table } from '../../ui/table.tsx';
import styles from './analyses-panel.module.css';
import { type AnalysisDesk, AnalysisFrame } from './analysis-frame.tsx';
import { variantLines } from './analysis-results.ts';
import { buildPostTraining, leftOutText, postTrainingDefaults } from './analysis-settings.ts';
import { quantizedBlock, short } from './analysis-text.ts';
import { PostTrainingFields } from './post-training-fields.tsx';
import { keptState } from '../../ui/kept-state.ts';

const useChanged = keptState<Partial<ReturnType<typeof postTrainingDefaults>>>({});

export type DownloadText = (name: string, text: string, type: string) => void;

export interface PostTrainingTabProps {
  readonly desk: AnalysisDesk;
  /** Arguments of the schedule's quantizer for trained networks; null without one. */
  readonly declared: Readonly<Record<string, unknown>> | null;
  readonly onDownload: DownloadText;
}

/** Accuracy of the trained model in integers, for each way to cut the ranges. */
export function PostTrainingTab({ desk, declared, onDownload }: PostTrainingTabProps): ReactElement {
  const [changed, setChanged] = useChanged();
  const settings = { ...postTrainingDefaults(declared), ...changed };
  const built = buildPostTraining(settings, declared);
  const leftOut = leftOutText(settings);
  return (
    <AnalysisFrame
      kind="post-training"
      desk={{ ...desk, blocked: desk.blocked ?? quantizedBlock(desk.run) }}
      question={
        <>
          What does the trained model lose in integers? It is quantized as it is, once for each way to cut the ranges of
          its activations.{leftOut === undefined ? '' : ' '}
          {leftOut !== undefined && codeSpans(leftOut)}
        </>
      }
      request={built.ok ? built.request : null}
      settings={
        <PostTrainingFields
          settings={settings}
          problems={built.ok ? {} : built.problems}
          declared={declared}
          onChange={(change) => setChanged({ ...changed, ...change })}
        />
      }
    >
      {(result) => <Variants result={result} onDownload={onDownload} />}
    </AnalysisFrame>
  );
}

interface VariantsProps {
  readonly result: Extract<AnalysisResult, { kind: 'post-training' }>;
  readonly onDownload: DownloadText;
}

function Variants({ result, onDownload }: VariantsProps): ReactElement {
  return (
    <>
      <Table label="Accuracy after quantization">
        <thead>
          <tr>
            <th>ranges</th>
            <th data-num>accuracy</th>
            <th data-num>against float</th>
            <th data-num>loss</th>
          </tr>
        </thead>
        <tbody>
          {variantLines(result).map((line) => (
            <tr key={line.label}>
              <th scope="row">{line.label === 'float' ? 'float' : <code>{line.label}</code>}</th>
              <td data-num>{line.isBest ? <b>{line.accuracy}</b> : line.accuracy}</td>
              <td data-num>{line.difference}</td>
              <td data-num>{line.loss}</td>
            </tr>
          ))}
        </tbody>
      </Table>
      <LayerFacts result={result} />
      <div className={styles.tools}>
        <Button
          size="small"
          icon="export"
          disabledReason={result.statistics === null ? 'There are none: ranges were taken from each batch.' : undefined}
          onClick={() =>
            onDownload('acts_quantization_stats.yaml', statisticsYaml(result.statistics), 'application/yaml')
          }
        >
          Download statistics (YAML)
        </Button>
      </div>
    </>
  );
}

/** Bits, scale and zero point of each layer in one of the variants. */
function LayerFacts({ result }: { readonly result: VariantsProps['result'] }): ReactElement | null {
  const [chosen, setChosen] = useState<string | null>(null);
  const variant = result.variants.find(({ label }) => label === chosen) ?? result.variants[0];
  if (variant === undefined || variant.layers.length === 0) return null;
  return (
    <>
      <Combobox
        label="Layers of"
        className={styles.choice}
        value={variant.label}
        onChange={setChosen}
        options={result.variants.map(({ label }) => ({ value: label, label }))}
      />
      <Table label="Quantized layers">
        <thead>
          <tr>
            <th>layer</th>
            <th data-num>weight bits</th>
            <th data-num>activation bits</th>
            <th data-num title="Integer steps per unit; of the first channel where each has its own">
              scale
            </th>
            <th data-num>zero point</th>
          </tr>
        </thead>
        <tbody>
          {variant.layers.map(({ layer, bits, scale, zeroPoint }) => (
            <tr key={layer}>
              <th scope="row">{layer}</th>
              <td data-num>{bits.weights ?? '–'}</td>
              <td data-num>{bits.activations ?? '–'}</td>
              <td data-num>{scale === null ? '–' : short(scale)}</td>
              <td data-num>{zeroPoint === null ? '–' : short(zeroPoint)}</td>
            </tr>
          ))}
        </tbody>
      </Table>
    </>
  );
}
