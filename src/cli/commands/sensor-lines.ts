import type { Sensor, SensorList } from '../../api/contract.ts';
import type { Terminal } from '../terminal.ts';

/** Prints a sensor list, a line each, with what is wrong below it. */
export async function printSensors(terminal: Terminal, list: SensorList, json: boolean): Promise<void> {
  if (json) {
    await terminal.out(`${JSON.stringify(list)}\n`);
    return;
  }
  for (const radio of list.radios) if (radio.trouble !== null) terminal.note(`${radio.kind}: ${radio.trouble}\n`);
  if (list.sensors.length === 0) terminal.note('No sensor heard yet. Wake it with a firm tap.\n');
  for (const sensor of list.sensors) await terminal.out(`${sensorLine(sensor)}\n`);
}

/** A sensor in one line: what it is, where it is worn, how it is; below it what is wrong and what its model can't do. */
export function sensorLine(s: Sensor): string {
  const parts = [
    s.id.padEnd(24),
    printable(s.name).padEnd(22),
    s.kind.padEnd(18),
    (s.site ?? (s.paired ? 'paired' : '–')).padEnd(11),
    s.state.padEnd(12),
    s.rssi_dbm === null ? '' : `${s.rssi_dbm} dBm`,
    s.battery_pct === null ? '' : `${Math.round(s.battery_pct)} %`,
    s.firmware === null ? '' : printable(s.firmware),
  ];
  const below = [s.trouble, s.limit, s.tested].filter((text) => text !== null);
  return [parts.join(' ').trimEnd(), ...below.map((text) => `    ${text}`)].join('\n');
}

/** How a sensor's clock and fit stand: lines of `sensors check`. */
export function sensorFacts(s: Sensor): string[] {
  const facts: string[] = [];
  if (s.clock !== null) {
    const drift = s.clock.drift_ppm === null ? '' : `, runs ${s.clock.drift_ppm.toFixed(0)} ppm fast`;
    facts.push(`${printable(s.name)}: clock known to ±${s.clock.error_ms.toFixed(1)} ms${drift}.`);
  }
  if (s.trust === 'authenticated') facts.push(`${printable(s.name)}: it proved that it holds its key.`);
  return facts;
}

/** A stranger's text on a terminal: no control characters. */
export const printable = (text: string): string => text.replace(/[^\x20-\x7e\u00a0-\uffff]/g, '?');
