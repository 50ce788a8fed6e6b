import type { SensorNotification, SensorSlot } from '../domain/notification.ts';
import type { SensorSite } from '../domain/sites.ts';
import { DEG_PER_RAD } from '../domain/units.ts';
import { sensorModel } from '../protocol/models/index.ts';
import { readWalkSamples, walkSamples } from '../protocol/models/walk-samples.ts';
import type { PacketDecoder, SensorModel } from '../protocol/sensor-model.ts';
import { SensorTimeline } from '../timeline/sensor-timeline.ts';
import type { TimelineOutput } from '../timeline/timeline-output.ts';
import { CSV_HEADER } from './csv-table.ts';

/** Sensors are at most this far apart in a recording [s]. */
const WINDOW_S = 5;

interface Row {
  readonly timeS: number;
  readonly order: number;
  readonly text: string;
}

interface Channel {
  readonly site: SensorSite;
  readonly model: SensorModel;
  readonly decoder: PacketDecoder;
  readonly timeline: SensorTimeline;
}

/**
 * Writes a walk in the CSV interchange form: rows in the order of time, a missing sample is a missing row. Rows that came
 * from a CSV keep their numbers digit for digit; samples of sensors get their time on the walk's clock from the time line,
 * and five decimals.
 */
export class CsvWriter {
  readonly #channels = new Map<number, Channel>();
  #rows: Row[] = [];
  #order = 0;
  #newestS = -Infinity;
  #oldestS = Infinity;

  /** @throws where a slot names a model that is not known */
  constructor(slots: readonly SensorSlot[]) {
    for (const { slot, site, model: id } of slots) {
      const model = sensorModel(id);
      const timeline = new SensorTimeline({ site, clock: model.clock, nominalRateHz: model.nominalRateHz });
      this.#channels.set(slot, { site, model, decoder: model.createDecoder(), timeline });
    }
  }

  /** First line of the file. */
  start(): string {
    return `${CSV_HEADER}\n`;
  }

  /** Takes a notification; gives the lines that are due, which may be none. */
  push(notification: SensorNotification): string {
    const channel = this.#channels.get(notification.slot);
    if (channel === undefined) return '';
    const rows = channel.model === walkSamples ? readWalkSamples(notification.bytes) : undefined;
    if (rows !== undefined) {
      const { timesS, accMps2, gyr } = rows;
      const scale = rows.gyrUnit === 'deg/s' ? 1 : DEG_PER_RAD;
      for (let i = 0; i < timesS.length; i++) {
        const values = [...accMps2.subarray(3 * i, 3 * i + 3), ...gyr.subarray(3 * i, 3 * i + 3).map((v) => v * scale)];
        this.#add(timesS[i]!, `${timesS[i]!},${channel.site},${values.join(',')}\n`);
      }
    } else {
      const result = channel.decoder.decode(notification.bytes);
      if (result.ok && result.packet !== undefined)
        channel.timeline.push(result.packet, notification.receivedS, (output) => this.#block(output));
    }
    return this.#release(WINDOW_S);
  }

  /** The lines that were still held. */
  end(): string {
    for (const { timeline } of this.#channels.values()) timeline.flush((output) => this.#block(output));
    return this.#release(0);
  }

  #block(output: TimelineOutput): void {
    if (output.type !== 'block') return;
    const { site, startS, rateHz, accMps2, gyrRadps } = output.block;
    for (let i = 0; 3 * i < accMps2.length; i++) {
      let text = `${(startS + i / rateHz).toFixed(6)},${site}`;
      for (let j = 3 * i; j < 3 * i + 3; j++) text += `,${accMps2[j]!.toFixed(5)}`;
      for (let j = 3 * i; j < 3 * i + 3; j++) text += `,${(gyrRadps[j]! * DEG_PER_RAD).toFixed(5)}`;
      this.#add(startS + i / rateHz, `${text}\n`);
    }
  }

  #add(timeS: number, text: string): void {
    this.#rows.push({ timeS, order: this.#order++, text });
    if (timeS > this.#newestS) this.#newestS = timeS;
    if (timeS < this.#oldestS) this.#oldestS = timeS;
  }

  #release(windowS: number): string {
    const untilS = windowS === 0 ? Infinity : this.#newestS - windowS;
    // Sorting now and then is cheaper than keeping order with every row.
    if (windowS > 0 && this.#oldestS > untilS - windowS) return '';
    this.#rows.sort((a, b) => a.timeS - b.timeS || a.order - b.order);
    let count = 0;
    while (count < this.#rows.length && this.#rows[count]!.timeS <= untilS) count++;
    const due = this.#rows.splice(0, count);
    this.#oldestS = this.#rows[0]?.timeS ?? Infinity;
    return due.map((row) => row.text).join('');
  }
}
