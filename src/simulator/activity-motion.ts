import type { SensorSite } from '../domain/sites.ts';
import { radFromDeg } from '../domain/units.ts';
import type { Pose } from './body-pose.ts';
import { hump, smoothStep } from './curves.ts';
import type { Activity, ActivitySpan } from './footfall.ts';
import { type Random } from './random.ts';
import { multiply, rotationFromVector, type Vec3 } from './rotation.ts';

/** A shift by [m] (world) and a turn by a rotation vector [rad] (body) that an activity adds to the standing pose. */
interface Shift {
  x: number;
  y: number;
  z: number;
  rx: number;
  ry: number;
  rz: number;
}
/** Time over which an activity sets in and ends [s]. */
const FADE_S = 2;

/**
 * What the body does beside walking, as a motion added to the standing pose: sway, restless feet, a car's vibration and bends,
 * pedals. Each of it moves the sensors as walking might, and none of it is a step.
 */
export class ActivityMotion {
  readonly #site: SensorSite;
  readonly #spans: readonly ActivitySpan[];
  readonly #random: Random;
  readonly #shift: Shift = { x: 0, y: 0, z: 0, rx: 0, ry: 0, rz: 0 };
  readonly #a = new Float64Array(9);
  readonly #b = new Float64Array(9);
  readonly #waves: Readonly<Record<Activity, readonly Wave[]>>;
  readonly #fidgets = new Map<number, readonly Fidget[]>();
  readonly #roads = new Map<number, number>();
  readonly #road: Random;
  #cursor = 0;

  /** @param random the walk's own stream: what all sites share (a car's ride) and what is theirs are drawn below it */
  constructor(site: SensorSite, spans: readonly ActivitySpan[], random: Random) {
    this.#site = site;
    this.#spans = spans;
    this.#random = random.fork(`activity:${site}`);
    this.#road = random.fork('road');
    const pelvis = site === 'pelvis';
    const own = (hz: readonly [number, number], m: number, rad: number, n: number) =>
      drawWaves(this.#random, hz, m, rad, n);
    this.#waves = {
      standing: pelvis ? own([0.1, 0.9], 0.004, radFromDeg(0.35), 5) : [],
      sitting: pelvis ? own([0.05, 0.4], 0.002, radFromDeg(0.3), 4) : [],
      fidgeting: pelvis ? own([0.1, 1.2], 0.012, radFromDeg(2), 6) : [],
      car: drawWaves(this.#road, [1, 2.2], 0.004, radFromDeg(0.3), 4).concat(
        own([8, 22], 0.00006, radFromDeg(0.015), 6),
      ),
      bicycle: drawWaves(this.#road, [6, 18], 0.0002, radFromDeg(0.05), 6).concat(
        own([0.1, 0.5], 0.01, radFromDeg(1), 3),
      ),
    };
  }

  /** The span that holds a time and makes this site move. */
  spanAt(tS: number): ActivitySpan | undefined {
    const spans = this.#spans;
    let i = Math.min(this.#cursor, spans.length - 1);
    while (i > 0 && spans[i]!.fromS > tS) i--;
    while (i >= 0 && i + 1 < spans.length && spans[i + 1]!.fromS <= tS) i++;
    this.#cursor = Math.max(0, i);
    const span = spans[i];
    if (span === undefined || tS < span.fromS || tS >= span.toS) return undefined;
    return span.activity === 'standing' && this.#site !== 'pelvis' ? undefined : span;
  }

  /** Adds the activity to a pose of the standing body. */
  addTo(span: ActivitySpan, tS: number, pose: Pose): void {
    const shift = this.#shiftAt(span, tS);
    // A walk that begins in an activity has been at it for a while.
    const fadeIn = span.fromS <= 0 ? 1 : smoothStep((tS - span.fromS) / FADE_S);
    const share = fadeIn * smoothStep((span.toS - tS) / FADE_S);
    pose.position[0] = pose.position[0]! + share * shift.x;
    pose.position[1] = pose.position[1]! + share * shift.y;
    pose.position[2] = pose.position[2]! + share * shift.z;
    rotationFromVector(share * shift.rx, share * shift.ry, share * shift.rz, this.#b);
    this.#a.set(pose.rotation);
    multiply(this.#a, this.#b, pose.rotation);
  }

  #shiftAt(span: ActivitySpan, tS: number): Shift {
    const shift = this.#shift;
    shift.x = shift.y = shift.z = shift.rx = shift.ry = shift.rz = 0;
    for (const wave of this.#waves[span.activity]) addWave(wave, tS, shift);
    switch (span.activity) {
      case 'sitting':
        this.#addFidgets(tS, 0.04, shift);
        break;
      case 'fidgeting':
        this.#addFidgets(tS, 0.35, shift);
        break;
      case 'car':
        this.#addRide(tS, 3, 9, shift);
        if (this.#site === 'right_foot') this.#addFidgets(tS, 0.15, shift);
        break;
      case 'bicycle':
        this.#addRide(tS, 0.6, 5, shift);
        this.#addPedals(tS, shift);
        break;
      default:
        break;
    }
    return shift;
  }

  /** Small movements now and then: a heel lifts, a foot slides, toes tap. `share` of the seconds hold one. */
  #addFidgets(tS: number, share: number, shift: Shift): void {
    for (let second = Math.floor(tS) - 1; second <= Math.floor(tS); second++) {
      for (const fidget of this.#fidgetsOf(second, share)) {
        const u = (tS - fidget.fromS) / fidget.lengthS;
        if (u <= 0 || u >= 1) continue;
        const k = hump(u) * (fidget.taps > 0 ? Math.sin(Math.PI * fidget.taps * u) ** 2 : 1);
        shift.ry += k * fidget.pitchRad;
        shift.rx += k * fidget.rollRad;
        shift.rz += k * fidget.yawRad;
        shift.x += k * fidget.slideM;
        shift.z += k * fidget.liftM;
      }
    }
  }

  #fidgetsOf(second: number, share: number): readonly Fidget[] {
    const known = this.#fidgets.get(second);
    if (known !== undefined) return known;
    if (this.#fidgets.size > 16)
      for (const key of this.#fidgets.keys()) if (key < second - 4) this.#fidgets.delete(key);
    const random = this.#random.fork(`fidget:${second}`);
    const list = random.chance(share) ? [drawFidget(random, second, this.#site === 'pelvis' ? 0.25 : 1)] : [];
    this.#fidgets.set(second, list);
    return list;
  }

  /** A vehicle's way: pulls away, brakes and bends, smooth over `everyS` seconds. Shared by all sites. */
  #addRide(tS: number, most: number, everyS: number, shift: Shift): void {
    // Double integrals of random accelerations would run away; a sum of slow waves has the same accelerations and stays.
    for (let k = 0; k < 4; k++) {
      const w = (2 * Math.PI) / (everyS * (1 + 0.7 * k));
      const size = (0.35 * most) / (w * w);
      shift.x += size * Math.sin(w * tS + this.#roadPhase(k));
      shift.y += 0.6 * size * Math.sin(1.13 * w * tS + this.#roadPhase(10 + k));
    }
    shift.rz += 0.5 * Math.sin(0.21 * tS + this.#roadPhase(20));
  }

  #roadPhase(key: number): number {
    let phase = this.#roads.get(key);
    if (phase === undefined) {
      phase = this.#road.fork(`phase:${key}`).uniform(0, 2 * Math.PI);
      this.#roads.set(key, phase);
    }
    return phase;
  }

  /** 75 turns a minute; the feet go round on 17 cm cranks, half a turn apart, and tip with them. */
  #addPedals(tS: number, shift: Shift): void {
    const turn = 2 * Math.PI * 1.25 * tS + 0.3 * Math.sin(0.4 * tS);
    if (this.#site === 'pelvis') {
      shift.rx += radFromDeg(2) * Math.sin(turn);
      shift.y += 0.008 * Math.sin(turn);
      return;
    }
    const phase = turn + (this.#site === 'left_foot' ? Math.PI : 0);
    shift.x += 0.17 * Math.cos(phase);
    shift.z += 0.3 - 0.17 * Math.sin(phase);
    shift.ry += radFromDeg(12 + 16 * Math.sin(phase - 0.7));
  }
}

interface Fidget {
  readonly fromS: number;
  readonly lengthS: number;
  readonly taps: number;
  readonly pitchRad: number;
  readonly rollRad: number;
  readonly yawRad: number;
  readonly slideM: number;
  readonly liftM: number;
}

function drawFidget(random: Random, second: number, strong: number): Fidget {
  const lengthS = random.uniform(0.5, 1.5);
  const taps = random.chance(0.3) ? Math.floor(lengthS * random.uniform(2, 4)) : 0;
  const slides = taps === 0 ? strong : 0;
  return {
    fromS: second + random.next() * 0.5,
    lengthS,
    taps,
    pitchRad: strong * radFromDeg(random.uniform(-6, 18)),
    rollRad: slides * radFromDeg(random.normal(0, 5)),
    yawRad: slides * radFromDeg(random.normal(0, 8)),
    slideM: slides * random.normal(0, 0.04),
    liftM: slides * random.uniform(0, 0.03),
  };
}

interface Wave {
  readonly radps: number;
  readonly phase: number;
  readonly move: Vec3;
  readonly turn: Vec3;
}

function drawWaves(random: Random, hz: readonly [number, number], m: number, rad: number, n: number): Wave[] {
  const each = 1 / Math.sqrt(n);
  const way = (size: number): Vec3 => [
    size * each * random.normal(),
    size * each * random.normal(),
    size * each * random.normal(),
  ];
  return Array.from({ length: n }, () => ({
    radps: 2 * Math.PI * random.uniform(hz[0], hz[1]),
    phase: random.uniform(0, 2 * Math.PI),
    move: way(m),
    turn: way(rad),
  }));
}

function addWave(wave: Wave, tS: number, shift: Shift): void {
  const s = Math.sin(wave.radps * tS + wave.phase);
  shift.x += wave.move[0] * s;
  shift.y += wave.move[1] * s;
  shift.z += wave.move[2] * s;
  shift.rx += wave.turn[0] * s;
  shift.ry += wave.turn[1] * s;
  shift.rz += wave.turn[2] * s;
}
