import { ApiError } from '../api/client.ts';
import type { HealthProblem, Problem, Sensor, SensorList } from '../api/types.ts';
import { serviceText, t } from '../i18n/language.svelte.ts';

/** Why the service refused, and what to do. */
export function refusalText(problem: Problem): string {
  const code = problem.type.split(':').at(-1) ?? '';
  return serviceText(`problem.${code}`, [problem.detail, problem.what_to_do].filter(Boolean).join(' '));
}

/** What to say of a failed call: what was expected and found, and what to do. */
export function problemText(error: unknown): string {
  if (!(error instanceof ApiError)) return t('error.unknown');
  return error.status === 0 ? t('error.away') : refusalText(error.problem);
}

/** What is not well with the service, and what to do. */
export const healthWords = (problem: HealthProblem): { readonly text: string; readonly whatToDo: string } => ({
  text: serviceText(`health.${problem.code}`, problem.text, problem.values),
  whatToDo: serviceText(`health.${problem.code}.do`, problem.what_to_do, problem.values),
});

/** Why a radio can't be used; null where it can. */
export const radioTrouble = ({ state, trouble }: SensorList['radios'][number]): string | null =>
  trouble === null ? null : serviceText(`radio.${state}`, trouble);

/** What troubles a sensor; null where nothing does. */
export const sensorTrouble = (sensor: Sensor): string | null =>
  sensor.trouble === null
    ? null
    : serviceText(`trouble.${wantsCode(sensor) ? 'wrong_key' : sensor.state}`, sensor.trouble);

/** Set aside because it holds another key than the one we know: the code of its label mends it. */
export const wantsCode = ({ state, trust }: Sensor): boolean => state === 'quarantined' && trust === 'wrong_key';
