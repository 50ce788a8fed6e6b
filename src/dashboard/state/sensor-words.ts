import type { ReadyList, Sensor } from '../api/types.ts';
import { t, tMaybe } from '../i18n/language.svelte.ts';
import { fixed, shortDate, signed, timeOfDay, withUnit } from '../i18n/numbers.ts';

/** What one word says of a sensor, and in which tone. */
export interface SensorWord {
  readonly tone: 'ok' | 'no' | 'err' | 'quiet';
  readonly text: string;
}

/** How a sensor stands, in a word. */
export function sensorWord(sensor: Sensor): SensorWord {
  switch (sensor.state) {
    case 'streaming':
      return (sensor.loss_share ?? 0) > 0.05
        ? { tone: 'no', text: t('sensor.link.weak') }
        : { tone: 'ok', text: t('sensor.state.streaming') };
    case 'ready':
      return { tone: 'ok', text: t('sensor.state.ready') };
    case 'silent':
      return { tone: 'no', text: t('sensor.state.silent') };
    case 'lost':
      return { tone: 'err', text: t('sensor.state.lost') };
    case 'reconnecting':
      return { tone: 'no', text: t('sensor.state.reconnecting') };
    case 'connecting':
      return { tone: 'quiet', text: t('sensor.state.connecting') };
    case 'refused':
      return { tone: 'err', text: t('sensor.state.refused') };
    case 'quarantined':
      return { tone: 'err', text: t('sensor.state.quarantined') };
    case 'off':
      return { tone: 'quiet', text: t('sensor.state.off') };
    case 'seen':
      return { tone: 'quiet', text: t('sensor.state.seen') };
  }
}

/** Strong, good or weak, with the figure. */
export function signalText(rssiDbm: number | null): string {
  if (rssiDbm === null) return '–';
  const word =
    rssiDbm >= -65 ? t('sensor.link.strong') : rssiDbm >= -78 ? t('sensor.link.good') : t('sensor.link.weak');
  return `${word} · ${withUnit(rssiDbm, 'dBm')}`;
}

/** `99.2 % at 104 Hz` */
export function arrivingText(sensor: Sensor): string {
  if (sensor.rate_hz === null) return '–';
  const share = sensor.loss_share === null ? null : 100 * (1 - sensor.loss_share);
  return t('sensor.arriving', { share: share === null ? '–' : fixed(share, 1), rate: fixed(sensor.rate_hz) });
}

/** `A · 25 Nov 14:05`: what the last check of the fit said. */
export function fitText({ fit }: Sensor): string {
  if (fit === null) return t('sensor.fit.none');
  if (fit.slipped_at !== null) return t('sensor.fit.slipped');
  return t('sensor.fit.at', { grade: fit.grade, when: `${shortDate(fit.at)} ${timeOfDay(fit.at)}` });
}

/** `± 6 ms · 14 ppm`: how surely the sensor's clock is known, and how it runs. */
export function clockText({ clock }: Sensor): string {
  if (clock === null) return '–';
  const error = fixed(clock.error_ms, clock.error_ms < 1 ? 1 : 0);
  return clock.drift_ppm === null
    ? t('sensor.clock.at', { error })
    : t('sensor.clock.drift', { error, drift: signed(clock.drift_ppm, 0) });
}

/** A line of the check before a walk, in the wearer's language where the catalogue has it. */
export const readyText = (check: ReadyList['checks'][number]): string =>
  (check.kind === null ? undefined : tMaybe(`ready.${check.kind}`, check.data)) ?? check.text;

/** Whether a sensor can be walked with. */
export const isReady = (sensor: Sensor): boolean => sensor.paired && ['ready', 'streaming'].includes(sensor.state);
