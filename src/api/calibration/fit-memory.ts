import { Type } from 'typebox';
import { Check } from 'typebox/value';
import type { SensorStatus } from '../../ble/sensor-hub.ts';
import { SiteSchema } from '../../domain/records.ts';
import type { SensorSite } from '../../domain/sites.ts';
import type { Settings } from '../../store/walk-store.ts';
import { FIT_GRADES, FIT_REASONS, type FitGrade, type FitReason } from '../contract/calibration.ts';
import { words } from '../contract/common.ts';

/** What a calibration said of one sensor, as it was mounted then. */
export interface Fit {
  readonly site: SensorSite;
  readonly atMs: number;
  readonly grade: FitGrade;
  readonly reasons: readonly FitReason[];
  /** A walk since then saw it sit otherwise: what was said no longer holds. */
  readonly slippedAtMs?: number;
}

const KEY = 'calibrations';
const Moment = Type.Number({ minimum: 0, maximum: 8.64e15 });
/** A setting may have come with an export from elsewhere: it is checked when it is read. */
const StoredFits = Type.Unsafe<Record<string, Fit>>(
  Type.Record(
    Type.String(),
    Type.Object({
      site: SiteSchema,
      atMs: Moment,
      grade: words(FIT_GRADES),
      reasons: Type.Array(words(FIT_REASONS)),
      slippedAtMs: Type.Optional(Moment),
    }),
  ),
);

/** The last calibration of each mounting: one sensor at one site. Elsewhere, the sensor is as if it was never calibrated. */
export class FitMemory {
  readonly #settings: Settings;

  constructor(settings: Settings) {
    this.#settings = settings;
  }

  /** Of a sensor where it is worn now; undefined where it was never calibrated there. */
  of({ id, site }: Pick<SensorStatus, 'id' | 'site'>): Fit | undefined {
    const fit = this.#all()[id];
    return fit !== undefined && fit.site === site ? fit : undefined;
  }

  remember(sensorId: string, fit: Fit): void {
    this.#settings.set(null, KEY, { ...this.#all(), [sensorId]: fit });
  }

  /** It was seen to sit otherwise than before. */
  slipped(sensorId: string, site: SensorSite, atMs: number): void {
    const fit = this.of({ id: sensorId, site });
    if (fit !== undefined && fit.slippedAtMs === undefined) this.remember(sensorId, { ...fit, slippedAtMs: atMs });
  }

  #all(): Record<string, Fit> {
    const found = this.#settings.get(null, KEY);
    return Check(StoredFits, found) ? found : {};
  }
}
