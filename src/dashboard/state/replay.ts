import { allPages } from '../api/client.ts';
import { service } from '../api/service.ts';
import type { AnyRecord, Side, StrideRecord } from '../api/types.ts';

type CurveRecord = Extract<AnyRecord, { type: 'curve' }>;

/** One stride of the moment, with its measured curves. */
interface ReplayStride {
  readonly side: Side;
  readonly icS: number;
  readonly fcS: number | null;
  readonly nextIcS: number;
  readonly rollDeg: readonly number[] | null;
  readonly pelvisDeg: readonly number[] | null;
  readonly rollIn: number | null;
  readonly dip: number | null;
}

/** What is drawn at one time of the moment. Unknown stays null: between strides nothing is made up. */
export interface ReplayPose {
  readonly left: { eversionDeg: number | null; inStance: boolean | null } | null;
  readonly right: { eversionDeg: number | null; inStance: boolean | null } | null;
  readonly pelvisRollDeg: number | null;
  readonly rollIn: Readonly<Record<Side, number | null>>;
  readonly dip: Readonly<Record<Side, number | null>>;
}

const at = (curve: readonly number[], share: number): number => {
  const place = Math.min(Math.max(share, 0), 1) * (curve.length - 1);
  const i = Math.min(Math.floor(place), curve.length - 2);
  const low = curve[i] ?? 0;
  return low + ((curve[i + 1] ?? low) - low) * (place - i);
};

/** Some seconds of a walk, from the strides and curves measured there. */
export class ReplayMoment {
  readonly fromS: number;
  readonly toS: number;
  readonly #strides: readonly ReplayStride[];

  constructor(fromS: number, toS: number, strides: readonly StrideRecord[], curves: readonly CurveRecord[]) {
    this.fromS = fromS;
    this.toS = toS;
    const curve = (stride: StrideRecord, kind: CurveRecord['kind']) =>
      curves.find((c) => c.kind === kind && c.side === stride.side && Math.abs(c.ic_s - stride.ic_s) < 0.05)
        ?.values_deg ?? null;
    this.#strides = strides.map((s) => ({
      side: s.side,
      icS: s.ic_s,
      fcS: s.fc_s,
      nextIcS: s.next_ic_s,
      rollDeg: curve(s, 'eversion_over_stance'),
      pelvisDeg: curve(s, 'obliquity_over_cycle'),
      rollIn: s.eversion_excursion_deg,
      dip: s.pelvic_drop_excursion_deg,
    }));
  }

  get empty(): boolean {
    return this.#strides.length === 0;
  }

  pose(timeS: number): ReplayPose {
    const now = (side: Side) => this.#strides.find((s) => s.side === side && timeS >= s.icS && timeS < s.nextIcS);
    const foot = (side: Side): ReplayPose['left'] => {
      const stride = now(side);
      if (stride === undefined) return null;
      if (stride.fcS === null || stride.rollDeg === null) return { eversionDeg: null, inStance: null };
      if (timeS > stride.fcS) return { eversionDeg: 0, inStance: false };
      return { eversionDeg: at(stride.rollDeg, (timeS - stride.icS) / (stride.fcS - stride.icS)), inStance: true };
    };
    const l = now('left');
    const r = now('right');
    const withCurve = [l, r].find((s) => s?.pelvisDeg != null);
    return {
      left: foot('left'),
      right: foot('right'),
      pelvisRollDeg:
        withCurve?.pelvisDeg == null
          ? null
          : at(withCurve.pelvisDeg, (timeS - withCurve.icS) / (withCurve.nextIcS - withCurve.icS)),
      rollIn: { left: l?.rollIn ?? null, right: r?.rollIn ?? null },
      dip: { left: l?.dip ?? null, right: r?.dip ?? null },
    };
  }
}

/** Loads some seconds around a time. @throws ApiError */
export async function loadMoment(walkId: string, atS: number, spanS = 12): Promise<ReplayMoment> {
  const fromS = Math.max(0, atS - spanS / 2);
  const toS = fromS + spanS;
  const range = `from_s=${(fromS - 2).toFixed(2)}&to_s=${toS.toFixed(2)}`;
  const [strides, curves] = await Promise.all([
    service.strides(walkId, fromS - 2, toS),
    allPages<CurveRecord>(`/walks/${encodeURIComponent(walkId)}/curves?${range}`, 400),
  ]);
  return new ReplayMoment(fromS, toS, strides, curves);
}
