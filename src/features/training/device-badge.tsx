import type { ReactElement } from 'react';
import type { Environment, WebgpuProblem } from '../../protocol/training-event.ts';
import type { PrecisionMark } from '../../runs/run-precision.ts';
import { Tooltip } from '../../ui/tooltip.tsx';
import styles from './training.module.css';

export interface DeviceBadgeProps {
  /** null while the device is being tested. */
  readonly environment: Environment | null;
  /** Of a run that asks for half precision. */
  readonly precision: PrecisionMark | null;
  readonly msPerStep: number | null;
}

const problemWords: Readonly<Record<WebgpuProblem, string>> = {
  'no-api': 'This browser offers no WebGPU to workers.',
  'no-adapter': 'WebGPU is there, but the browser found no graphics adapter for it.',
  'no-device': 'The graphics adapter gave no device.',
  'wrong-result': 'The graphics adapter computed a wrong result in a small test, so it is not used.',
};

const backendNames: Readonly<Record<Environment['backend'], string>> = { webgpu: 'WebGPU', webgl: 'WebGL', cpu: 'CPU' };

/** Why training is slower than it could be, with the way out; empty if it is not. */
export function deviceAdvice(environment: Environment): string {
  if (environment.webgpuProblem !== undefined) {
    return `${problemWords[environment.webgpuProblem]} Training runs on ${backendNames[environment.backend]}, slower, with the same result. A current Chrome, Edge, Firefox or Safari with hardware acceleration turned on is faster.`;
  }
  if (environment.software) {
    return 'The WebGPU adapter is software: the processor does the work of a graphics card. Turn on hardware acceleration in the settings of the browser if the computer has one.';
  }
  return '';
}

/** Which device trains, and how fast. */
export function DeviceBadge({ environment, precision, msPerStep }: DeviceBadgeProps): ReactElement {
  const advice = environment ? deviceAdvice(environment) : '';
  const isHalf = precision === null || precision.name === 'f16';
  const known = advice === '' && isHalf ? 'good' : 'slow';
  const tone = environment === null ? 'unknown' : known;
  const second = msPerStep === null ? (environment?.adapter ?? 'testing the device') : `${formatMs(msPerStep)} a step`;
  const name = environment ? markedName(environment, precision) : null;
  return (
    <Tooltip text={[environment?.adapter, precision?.note.replace(/\.$/, ''), advice].filter(Boolean).join('. ')}>
      <button type="button" className={styles.device} aria-label={`Device: ${name ?? 'being tested'}`}>
        <i className={styles.lamp} data-tone={tone} />
        <span className={styles.deviceName}>{shortName(name ?? 'Device')}</span>
        <span className={styles.deviceFact}>{second}</span>
      </button>
    </Tooltip>
  );
}

function markedName(environment: Environment, precision: PrecisionMark | null): string {
  const name = deviceName(environment);
  return precision === null ? name : `${name}, ${precision.name}`;
}

/** What a run asked for in vain is in its explanation: there is little room. */
const shortName = (name: string): string => name.replace(', not f16', '');

function deviceName(environment: Environment): string {
  const name = backendNames[environment.backend];
  return environment.backend === 'webgpu' && environment.software ? `${name}, software` : name;
}

function formatMs(value: number): string {
  return value < 10 ? `${value.toFixed(1)} ms` : `${Math.round(value)} ms`;
}
