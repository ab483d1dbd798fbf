import type { ReactElement } from 'react';
import type { AnalysisRequest, AnalysisResult } from '../../protocol/analysis.ts';
import { Banner } from '../../ui/banner.tsx';
import { codeSpans } from '../../ui/code-spans.tsx';
import { Combobox } from '../../ui/combobox.tsx';
import { Table } from '../../ui/table.tsx';
import styles from './analyses-panel.module.css';
import { type AnalysisDesk, AnalysisFrame } from './analysis-frame.tsx';
import { costLines } from './analysis-results.ts';
import { countProblem, readCount } from './analysis-settings.ts';
import { short } from './analysis-text.ts';
import { SettingField } from './setting-field.tsx';
import { keptState } from '../../ui/kept-state.ts';

const useRemoval = keptState<ThinningFunction>('remove_filters');
const useSampleCount = keptState('1000');

type ThinningFunction = Extract<AnalysisRequest, { kind: 'thinning' }>['function'];

/** The model without its zero structures, measured beside the masked one. */
export function ThinningTab({ desk }: { readonly desk: AnalysisDesk }): ReactElement {
  const [removal, setRemoval] = useRemoval();
  const [text, setText] = useSampleCount();
  const samples = readCount(text);
  return (
    <AnalysisFrame
      kind="thinning"
      desk={desk}
      question="What do zero structures save when they are removed for good? A copy is thinned; the run keeps its weights."
      request={samples === null ? null : { kind: 'thinning', function: removal, samples }}
      settings={
        <>
          <Combobox
            label="Remove"
            value={removal}
            onChange={setRemoval}
            options={[
              { value: 'remove_filters', label: 'filters', note: 'remove_filters: outputs that are entirely zero' },
              { value: 'remove_channels', label: 'channels', note: 'remove_channels: inputs that nothing reads' },
              { value: 'contract_model', label: 'both', note: 'contract_model: filters and channels' },
            ]}
          />
          <SettingField
            label="Test samples"
            numeric
            value={text}
            problem={samples === null ? countProblem : undefined}
            onChange={setText}
          />
        </>
      }
    >
      {(result) => <Thinned result={result} />}
    </AnalysisFrame>
  );
}

function Thinned({ result }: { readonly result: Extract<AnalysisResult, { kind: 'thinning' }> }): ReactElement {
  const { removed, refusal, outputDifference } = result;
  return (
    <>
      {refusal !== null && (
        <Banner severity="warning" fact="Nothing was removed.">
          {codeSpans(refusal)}
        </Banner>
      )}
      {refusal === null && removed.length === 0 && (
        <Banner severity="info" fact="There is nothing to remove.">
          No structure of this kind is entirely zero. Prune whole filters or channels first, as{' '}
          <code>L1RankedStructureParameterPruner</code> does.
        </Banner>
      )}
      <Table label="Before and after thinning">
        <thead>
          <tr>
            <th>
              <span className="visually-hidden">what</span>
            </th>
            <th data-num>before</th>
            <th data-num>after</th>
            <th data-num>change</th>
          </tr>
        </thead>
        <tbody>
          {costLines(result).map((line) => (
            <tr key={line.what}>
              <th scope="row">{line.what}</th>
              <td data-num>{line.before}</td>
              <td data-num>
                <b>{line.after}</b>
              </td>
              <td data-num>{line.change}</td>
            </tr>
          ))}
        </tbody>
      </Table>
      {outputDifference !== undefined && removed.length > 0 && (
        <p className={styles.note}>
          Largest difference of an output of both models: {short(outputDifference)}. Filters whose bias was not zero
          leave a trace when they go.
        </p>
      )}
      {removed.length > 0 && (
        <ul className={styles.list} aria-label="Removed">
          {removed.map((line) => (
            <li key={line}>{line} removed</li>
          ))}
        </ul>
      )}
    </>
  );
}
