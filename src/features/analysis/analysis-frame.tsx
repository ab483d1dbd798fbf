import { type ReactElement, type ReactNode, type RefObject, useEffect, useRef } from 'react';
import type { AnalysisRequest, AnalysisResult } from '../../protocol/analysis.ts';
import type { Analyses, Analysis, AnalysisKind } from '../../runs/analyses.ts';
import type { Run } from '../../runs/run.ts';
import { Banner } from '../../ui/banner.tsx';
import { Button } from '../../ui/button.tsx';
import { Progress } from '../../ui/progress.tsx';
import styles from './analyses-panel.module.css';
import { analysisNames, momentText, progressText } from './analysis-text.ts';
import type { ScheduleDesk } from './make-schedule-button.tsx';

/** What every analysis is told and can do. */
export interface AnalysisDesk {
  /** The run that the page shows. */
  readonly run: Run | null;
  readonly analyses: Analyses;
  /** Why no analysis can start now. */
  readonly blocked: string | undefined;
  readonly onRun: (request: AnalysisRequest) => void;
  readonly onCancel: () => void;
  /** Where results become schedules. */
  readonly schedule: ScheduleDesk;
}

/** What was asked, beside the answer to it. */
export interface Asked<Kind extends AnalysisKind> {
  readonly request: Extract<AnalysisRequest, { kind: Kind }>;
  readonly afterEpochs: number;
}

export interface AnalysisFrameProps<Kind extends AnalysisKind> {
  readonly kind: Kind;
  readonly desk: AnalysisDesk;
  /** One sentence: what it answers. */
  readonly question: ReactNode;
  readonly settings?: ReactNode;
  /** null: the settings have a problem, which their field says. */
  readonly request: AnalysisRequest | null;
  readonly children: (result: Extract<AnalysisResult, { kind: Kind }>, asked: Asked<Kind>) => ReactNode;
}

/** One analysis: its question, its settings, Run, progress with Cancel, and the result of the run that is shown. */
export function AnalysisFrame<Kind extends AnalysisKind>(props: AnalysisFrameProps<Kind>): ReactElement {
  const { kind, desk, question, settings, request, children } = props;
  const analysis = desk.analyses[kind];
  const shown = analysis !== undefined && analysis.runId === desk.run?.id ? analysis : null;
  const blocked = desk.blocked ?? (request === null ? 'Correct the marked setting first.' : undefined);
  const element = useRef<HTMLDivElement>(null);
  useResultInView(element, shown);
  const run = (): void => {
    if (request !== null) desk.onRun(request);
  };
  return (
    <div ref={element} className={styles.frame}>
      <p className={styles.question}>{question}</p>
      <div className={styles.controls}>
        {settings}
        <Button icon="play" className={styles.run} disabledReason={blocked} onClick={run}>
          Run
        </Button>
      </div>
      {shown === null && desk.blocked !== undefined && <p className={styles.note}>{desk.blocked}</p>}
      {shown !== null && (
        <Answer key={shown.id} analysis={shown} desk={desk} blocked={blocked} onAgain={run}>
          {(result) =>
            isOf(kind, result) && isAbout(kind, shown.request)
              ? children(result, { request: shown.request, afterEpochs: shown.afterEpochs })
              : null
          }
        </Answer>
      )}
    </div>
  );
}

/** Brings a result into view when it comes, for a reader who still is where it was asked for. */
function useResultInView(element: RefObject<HTMLDivElement | null>, analysis: Analysis | null): void {
  const awaited = useRef<string | null>(null);
  const id = analysis?.id ?? null;
  const isOver = analysis === null || analysis.outcome !== null;
  useEffect(() => {
    const frame = element.current;
    if (isOver && id !== null && awaited.current === id && frame?.contains(document.activeElement) === true) {
      frame.lastElementChild?.scrollIntoView({ block: 'nearest' });
    }
    awaited.current = isOver ? null : id;
  }, [element, id, isOver]);
}

function isOf<Kind extends AnalysisKind>(
  kind: Kind,
  result: AnalysisResult,
): result is Extract<AnalysisResult, { kind: Kind }> {
  return result.kind === kind;
}

function isAbout<Kind extends AnalysisKind>(
  kind: Kind,
  request: AnalysisRequest,
): request is Extract<AnalysisRequest, { kind: Kind }> {
  return request.kind === kind;
}

interface AnswerProps {
  readonly analysis: Analysis;
  readonly desk: AnalysisDesk;
  readonly blocked: string | undefined;
  readonly onAgain: () => void;
  readonly children: (result: AnalysisResult) => ReactNode;
}

function Answer({ analysis, desk, blocked, onAgain, children }: AnswerProps): ReactElement {
  const { request, outcome } = analysis;
  const name = analysisNames[request.kind];
  if (outcome === null) return <UnderWay name={name} analysis={analysis} onCancel={desk.onCancel} />;
  if (!outcome.ok && outcome.cancelled) return <p className={styles.note}>{outcome.message}</p>;
  if (!outcome.ok) {
    return (
      <Banner
        severity="error"
        fact={`${name} ended without a result.`}
        action={
          <Button size="small" disabledReason={blocked} onClick={onAgain}>
            Run again
          </Button>
        }
      >
        {outcome.message}
      </Banner>
    );
  }
  return (
    <div className={styles.result} role="group" aria-label={`Result of ${name}`}>
      {children(outcome.result)}
      {desk.run && <p className={styles.note}>{momentText(analysis, desk.run)}</p>}
    </div>
  );
}

function UnderWay(props: {
  readonly name: string;
  readonly analysis: Analysis;
  readonly onCancel: () => void;
}): ReactElement {
  const { name, analysis, onCancel } = props;
  const waiting = analysis.isCancelling ? 'It ends with the measurement that is under way.' : undefined;
  return (
    <Progress
      label={`Progress of ${name}`}
      value={analysis.done}
      max={Math.max(1, analysis.total)}
      text={progressText(analysis)}
      aside={
        <Button size="small" disabledReason={waiting} onClick={onCancel}>
          Cancel
        </Button>
      }
    />
  );
}
