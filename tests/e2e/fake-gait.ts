import type { CurveSummary, LiveFrame, LiveRecord, Timeline, Walk } from '../../src/api/contract.ts';

/** Made-up gait for looking at the page: it describes nobody, and no test of accuracy uses it. */
type Side = 'left' | 'right';
type Stride = Extract<LiveRecord['record'], { type: 'stride' }>;

/** Seconds of one stride, and the share of it on the ground. */
const STRIDE_S = 1.13;
const STANCE = 0.61;

/** A repeatable wobble in -1..1. */
export function wobble(seed: number): number {
  const x = Math.sin(seed * 127.1 + 311.7) * 43758.5453;
  return 2 * (x - Math.floor(x)) - 1;
}

const ramp = (minute: number, from: number, over: number) => Math.min(1, Math.max(0, (minute - from) / over));

/** Roll-in of a made-up walk: the right shoe rolls in more from minute 46 on. */
export function rollIn(side: Side, atS: number): number {
  const minute = atS / 60;
  const slow = 0.25 * Math.sin(minute / 7 + (side === 'left' ? 0 : 2)) + 0.12 * Math.sin(minute / 2.3);
  return side === 'left' ? 8.1 + 0.3 * ramp(minute, 55, 30) + slow : 9 + 1.7 * ramp(minute, 46, 35) + slow;
}

/** Pelvic dip of the same walk. */
export function dip(side: Side, atS: number): number {
  const minute = atS / 60;
  return (
    (side === 'left' ? 4.4 : 4.9 + 1.2 * ramp(minute, 55, 30)) + 0.18 * Math.sin(minute / 4 + (side === 'left' ? 1 : 0))
  );
}

const phaseOf = (side: Side, atS: number): number => (((atS / STRIDE_S + (side === 'left' ? 0 : 0.5)) % 1) + 1) % 1;

/** Roll-in angle through stance: outer edge at contact, most inward at a third, back before toe-off. */
export function stanceCurve(share: number, excursion: number): number {
  const up = Math.min(1, share / 0.34);
  const down = Math.max(0, (share - 0.45) / 0.55);
  return -0.35 * excursion + excursion * (0.5 - 0.5 * Math.cos(Math.PI * up)) - 0.95 * excursion * down ** 1.6;
}

/** A sensor of the frame, as a test wants it to be. */
export interface FakeSensorState {
  readonly id: string;
  readonly site: 'left_foot' | 'right_foot' | 'pelvis';
  readonly state: string;
  readonly motionDps: number;
  readonly heardMsAgo: number | null;
  readonly loss: number;
  readonly battery: number;
}

/** The frame of a made-up walk at one time. */
export function frameAt(options: {
  walkId: string | null;
  timeS: number;
  walking: boolean;
  sensors: readonly FakeSensorState[];
  pausedSinceS?: number | null;
  pausedSteps?: number;
  runningSinceS?: number | null;
}): LiveFrame {
  const { timeS, walking, runningSinceS = null } = options;
  const running = runningSinceS !== null;
  const worn = (site: string) => options.sensors.some((s) => s.site === site);
  const learned = timeS > 900;
  const foot = (side: Side) => {
    if (!worn(side === 'left' ? 'left_foot' : 'right_foot')) return null;
    const phase = phaseOf(side, timeS);
    const stance = phase < STANCE;
    const angle = !walking
      ? 0
      : stance
        ? stanceCurve(phase / STANCE, rollIn(side, timeS))
        : -4 * Math.sin((Math.PI * (phase - STANCE)) / (1 - STANCE));
    const pitch = !walking
      ? 0
      : stance
        ? phase < 0.08
          ? 18 * (1 - phase / 0.08)
          : phase > 0.4
            ? -160 * (phase - 0.4)
            : 0
        : 25 * Math.sin((phase - STANCE) * 9) - 20;
    return { time_s: timeS, eversion_deg: angle, pitch_deg: pitch, in_stance: stance, provisional: timeS < 8 };
  };
  const roll = (side: Side) => {
    const known = worn(side === 'left' ? 'left_foot' : 'right_foot') && timeS > 14;
    return {
      value: known && !running ? rollIn(side, timeS) : null,
      strides: Math.floor(timeS / STRIDE_S),
      start_level: timeS > 200 ? (side === 'left' ? 8.15 : 9.05) : null,
      start_sd: timeS > 200 ? 0.6 : null,
      start_strides: learned ? 600 : Math.max(0, Math.floor((timeS - 180) / STRIDE_S)),
    };
  };
  const drop = (side: Side) => ({
    value: worn('pelvis') && !running && timeS > 14 ? dip(side, timeS) : null,
    strides: Math.floor(timeS / STRIDE_S),
  });
  const stance = (side: Side) => ({
    value: timeS > 6 && !running ? STRIDE_S * STANCE + (side === 'left' ? 0.004 : -0.003) : null,
    strides: Math.floor(timeS / STRIDE_S),
  });
  return {
    walk_id: options.walkId,
    time_s: timeS,
    steps: options.walkId === null ? 0 : Math.floor((2 * timeS) / STRIDE_S),
    paused_since_s: options.pausedSinceS ?? null,
    paused_steps: options.pausedSteps ?? 0,
    running_since_s: runningSinceS,
    cadence_spm: walking ? (running ? 166 : 120 / STRIDE_S) : null,
    walking_speed_mps: walking && !running && timeS > 5 ? 1.19 : null,
    feet: { left: foot('left'), right: foot('right') },
    pelvis: worn('pelvis')
      ? {
          time_s: timeS,
          roll_deg: walking ? 4.6 * Math.sin((2 * Math.PI * timeS) / STRIDE_S) : 0.2,
          tilt_deg: 6,
          provisional: false,
        }
      : null,
    roll_in: { left: roll('left'), right: roll('right') },
    pelvic_drop: { left: drop('left'), right: drop('right') },
    stance_time_s: { left: stance('left'), right: stance('right') },
    sensors: options.sensors.map((s) => ({
      id: s.id,
      site: s.site,
      state: s.state,
      motion_dps: s.motionDps,
      last_heard_ms_ago: s.heardMsAgo,
      loss_share: s.loss,
      rate_hz: 104,
      battery_pct: s.battery,
    })),
  };
}

/** Strides and steps of a made-up walk in a span of time. */
export function recordsBetween(
  fromS: number,
  toS: number,
  silentRight: readonly [number, number] | null = null,
): LiveRecord['record'][] {
  const out: LiveRecord['record'][] = [];
  for (const side of ['left', 'right'] as const) {
    const shift = side === 'left' ? 0 : STRIDE_S / 2;
    for (let n = Math.max(0, Math.ceil((fromS - shift) / STRIDE_S)); shift + n * STRIDE_S < toS; n++) {
      const icS = shift + n * STRIDE_S;
      if (side === 'right' && silentRight !== null && icS >= silentRight[0] && icS < silentRight[1]) continue;
      out.push({ type: 'step', side, ic_s: icS, step_time_s: n === 0 ? null : STRIDE_S / 2, known_at_s: icS + 0.2 });
      out.push(strideAt(side, icS, n));
    }
  }
  return out.sort((a, b) => a.known_at_s - b.known_at_s);
}

function strideAt(side: Side, icS: number, n: number): Stride {
  const noise = wobble(n + (side === 'left' ? 0 : 5000));
  const stanceS = STRIDE_S * STANCE + 0.012 * noise + (side === 'left' ? 0.004 : -0.003);
  return {
    type: 'stride',
    side,
    ic_s: icS,
    fc_s: icS + stanceS,
    next_ic_s: icS + STRIDE_S,
    mid_stance_s: icS + 0.3,
    next_mid_stance_s: icS + 0.3 + STRIDE_S,
    stride_time_s: STRIDE_S + 0.01 * noise,
    stance_time_s: stanceS,
    swing_time_s: STRIDE_S - stanceS,
    stride_length_m: 1.34 + 0.02 * noise,
    walking_speed_mps: 1.19 + 0.03 * noise,
    foot_clearance_m: 0.16,
    foot_progression_deg: 7,
    pitch_ic_deg: 21,
    pitch_fc_deg: -62,
    eversion_at_ic_deg: -3,
    eversion_peak_deg: rollIn(side, icS) - 3,
    eversion_excursion_deg: rollIn(side, icS) + noise,
    eversion_peak_velocity_dps: 180,
    eversion_peak_at_pct_stance: 33,
    pelvic_drop_deg: dip(side, icS) + 0.6 * noise,
    pelvic_drop_excursion_deg: dip(side, icS) + 0.6 * noise,
    turning: n % 97 > 93,
    quality: 0.9,
    reasons: {},
    known_at_s: icS + STRIDE_S + 0.2,
  };
}

/** Timeline of a made-up walk. */
export function timelineOf(durationS: number, binS: number, silentRight: readonly [number, number] | null): Timeline {
  const from = Array.from({ length: Math.ceil(durationS / binS) }, (_, i) => i * binS);
  const column = (side: Side, make: (atS: number, noise: number) => number) =>
    from.map((s, i) => {
      const middle = s + binS / 2;
      const off = side === 'right' && silentRight !== null && middle >= silentRight[0] && middle < silentRight[1];
      const sat = durationS > 100 * 60 && middle > 96 * 60 && middle < 100 * 60;
      return off || sat ? null : make(middle, wobble(i + (side === 'left' ? 0 : 999)));
    });
  const both = (make: (side: Side, atS: number, noise: number) => number) => ({
    left: column('left', (s, n) => make('left', s, n)),
    right: column('right', (s, n) => make('right', s, n)),
  });
  return {
    bin_s: binS,
    from_s: from,
    fields: {
      eversion_excursion_deg: both((side, s, n) => rollIn(side, s) + 0.25 * n),
      pelvic_drop_excursion_deg: both((side, s, n) => dip(side, s) + 0.15 * n),
      stance_time_s: both((side, s, n) => 0.664 + s * 6e-7 + (side === 'left' ? 0.003 : 0) + 0.004 * n),
      stride_time_s: both((_, s, n) => 1.1 + s * 4e-6 + 0.006 * n),
      stride_length_m: both((_, s, n) => 1.36 - s * 5e-6 + 0.01 * n),
      walking_speed_mps: both((_, s, n) => 1.22 - s * 7e-6 + 0.015 * n),
      foot_clearance_m: both((_, _s, n) => 0.16 + 0.002 * n),
      swing_time_s: both((_, _s, n) => 0.44 + 0.003 * n),
    },
    strides: { left: from.map(() => 26), right: from.map(() => 26) },
    turning: from.map((_, i) => (i % 61 === 40 ? 20 : 1)),
    running: from.map(() => 0),
  };
}

/** Curves of ten minutes. */
export function curvesOf(atS: number): CurveSummary {
  const points = Array.from({ length: 51 }, (_, i) => i / 50);
  const item = (
    kind: 'eversion_over_stance' | 'obliquity_over_cycle',
    side: Side,
    make: (share: number) => number,
  ) => ({
    kind,
    side,
    strides: 486,
    median_deg: points.map(make),
    p10_deg: points.map((p) => make(p) - 1.6),
    p90_deg: points.map((p) => make(p) + 1.6),
  });
  return {
    items: (['left', 'right'] as const).flatMap((side) => [
      item('eversion_over_stance', side, (p) => stanceCurve(p, rollIn(side, atS))),
      item(
        'obliquity_over_cycle',
        side,
        (p) => (side === 'left' ? 1 : -1) * dip(side, atS) * 0.8 * Math.sin(2 * Math.PI * p),
      ),
    ]),
  };
}

/** A finished made-up walk. */
export function finishedWalk(id: string, startedAt: string, durationS: number, extra: Partial<Walk> = {}): Walk {
  const count = Math.floor(durationS / STRIDE_S);
  const medians = (side: Side) => ({
    eversion_excursion_deg: rollIn(side, durationS / 2),
    pelvic_drop_excursion_deg: dip(side, durationS / 2),
    stance_time_s: side === 'left' ? 0.672 : 0.663,
    stride_time_s: side === 'left' ? 1.128 : 1.129,
    swing_time_s: side === 'left' ? 0.456 : 0.466,
    stride_length_m: side === 'left' ? 1.352 : 1.347,
    walking_speed_mps: 1.2,
    foot_clearance_m: 0.158,
  });
  return {
    id,
    profile_id: 'p1',
    state: 'finished',
    source: 'live',
    started_at: startedAt,
    ended_at: new Date(Date.parse(startedAt) + durationS * 1000).toISOString(),
    duration_s: durationS,
    title: '',
    tags: { shoes: 'Blue trainers', insoles: 'out', luggage_kg: 6, ground: 'pavement' },
    sensors: [],
    raw_removed: false,
    generation: 1,
    paused_since_s: null,
    summary: {
      type: 'walk',
      duration_s: durationS,
      sites: ['left_foot', 'right_foot', 'pelvis'],
      steps: 2 * count,
      strides: 2 * count,
      distance_m: count * 1.35,
      cadence_spm: 106.2,
      walking_speed_mps: 1.2,
      left: { strides: count, valid_strides: Math.floor(count * 0.96), medians: medians('left') },
      right: { strides: count, valid_strides: Math.floor(count * 0.95), medians: medians('right') },
      metrics: {},
      pauses: durationS > 3000 ? [{ from_s: 74 * 60, to_s: 82 * 60, is_break: true }] : [],
      gaps: durationS > 3000 ? [{ site: 'right_foot', from_s: 33 * 60, to_s: 36 * 60 }] : [],
      sensors: [],
      reasons: {},
      known_at_s: durationS,
    },
    ...extra,
  };
}
