import type { Sensor } from '../api/types.ts';
import { t } from '../i18n/language.svelte.ts';
import { fixed, withUnit } from '../i18n/numbers.ts';

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

/** Whether a sensor can be walked with. */
export const isReady = (sensor: Sensor): boolean => sensor.paired && ['ready', 'streaming'].includes(sensor.state);
