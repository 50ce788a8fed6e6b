import { radFromDeg } from '../domain/units.ts';
import type { Pose } from './body-pose.ts';
import { hump, Quintic, smoothStep } from './curves.ts';
import type { BodyNode } from './footfall.ts';
import type { Person } from './person.ts';
import { multiply, rotationFromVector, type Vec3 } from './rotation.ts';

/** Accelerations of the pelvis at 1.27 m/s [m/s²], as the recordings show them: amplitude and phase of each harmonic of the stride. */
const VERTICAL = [
  { harmonic: 2, mps2: 2.5, phaseRad: radFromDeg(-45) },
  { harmonic: 4, mps2: 0.7, phaseRad: radFromDeg(-60) },
] as const;
/** The trunk is pushed away from the standing foot: to the right in left stance (phase 0 = left contact). */
const LATERAL = [
  { harmonic: 1, mps2: 0.55, phaseRad: radFromDeg(80) },
  { harmonic: 3, mps2: 0.5, phaseRad: radFromDeg(40) },
] as const;
const FORWARD_MPS2 = 1.35;
const JOLT_HZ = 11;
const JOLT_DECAY_S = 0.035;
const WOBBLE_DECAY_S = 0.11;

interface Piece {
  readonly fromS: number;
  readonly toS: number;
  readonly x: Quintic;
  readonly y: Quintic;
  readonly z: Quintic;
  readonly heading: Quintic;
  readonly phase: Quintic;
  readonly sizeFrom: number;
  readonly sizeTo: number;
}

/**
 * The pelvis: goes along the path between the feet and swings about it with the phase of the steps. Forward acceleration
 * leads the vertical one by some 108 deg (braking just after contact), the left hip is forward at left contact, the hip of
 * the swinging leg sinks in each stance (pelvis-pipeline.md 0.1).
 */
export class PelvisMotion {
  readonly #person: () => Person;
  readonly #nodes: readonly BodyNode[];
  readonly #heightM: number;
  #cursor = 0;
  readonly #pieces = new Map<number, Piece>();
  readonly #a = new Float64Array(9);
  readonly #b = new Float64Array(9);

  constructor(person: () => Person, nodes: readonly BodyNode[]) {
    this.#person = person;
    this.#nodes = nodes;
    this.#heightM = person().legLengthM * 1.06;
  }

  /** Pose of the pelvis' bones. */
  poseAt(tS: number, out: Pose): void {
    this.#pose(tS, out, false);
  }

  /** Pose of the skin and belt over them, which wobbles after each contact. */
  skinPoseAt(tS: number, out: Pose): void {
    this.#pose(tS, out, true);
  }

  /** Elevation of the left hip over the right one [rad]: the roll that the drop is read from. */
  rollAt(tS: number): number {
    const roll = this.#roll(tS, this.#indexAt(tS));
    return Math.asin(Math.cos(this.#tilt(tS, this.#indexAt(tS))) * Math.sin(roll));
  }

  #indexAt(tS: number): number {
    const nodes = this.#nodes;
    let i = Math.min(this.#cursor, nodes.length - 1);
    while (i > 0 && nodes[i]!.tS > tS) i--;
    while (i + 1 < nodes.length && nodes[i + 1]!.tS <= tS) i++;
    this.#cursor = Math.max(0, i);
    return nodes.length === 0 || nodes[0]!.tS > tS ? -1 : i;
  }

  #pose(tS: number, out: Pose, skin: boolean): void {
    const person = this.#person();
    const i = this.#indexAt(tS);
    const node = this.#nodes[Math.max(0, i)];
    let heading = node?.headingRad ?? 0;
    let x = node?.center[0] ?? 0;
    let y = node?.center[1] ?? 0;
    let z = node?.center[2] ?? 0;
    let phase = 0;
    let size = 0;
    let phaseRate = 2 * Math.PI;
    const piece = this.#pieceAt(i);
    if (piece !== undefined) {
      const t = tS - piece.fromS;
      x = piece.x.value(t);
      y = piece.y.value(t);
      z = piece.z.value(t);
      heading = piece.heading.value(t);
      phase = piece.phase.value(t);
      size = this.#size(piece, tS);
      phaseRate = STRIDE_RADPS;
    }
    let vertical = 0;
    let lateral = 0;
    let forward = 0;
    if (size > 0) {
      for (const wave of VERTICAL) vertical += swing(wave, phase, phaseRate);
      for (const wave of LATERAL) lateral += swing(wave, phase, phaseRate);
      forward = swing(
        { harmonic: 2, mps2: FORWARD_MPS2, phaseRad: VERTICAL[0].phaseRad + person.forwardLeadRad },
        phase,
        phaseRate,
      );
    }
    const jolt = this.#jolt(tS, i);
    const cos = Math.cos(heading);
    const sin = Math.sin(heading);
    out.position[0] = x + size * (cos * forward - sin * lateral) - 0.3 * jolt * cos;
    out.position[1] = y + size * (sin * forward + cos * lateral) - 0.3 * jolt * sin;
    out.position[2] = z + this.#heightM + size * vertical + jolt;
    const yaw = heading - size * person.rotationRad * Math.cos(phase);
    let tilt = this.#tilt(tS, i);
    let roll = this.#roll(tS, i);
    if (skin) {
      const [r, t] = this.#wobble(tS, i);
      roll += r;
      tilt += t;
    }
    rotationFromVector(0, 0, yaw, this.#a);
    rotationFromVector(0, tilt, 0, this.#b);
    multiply(this.#a, this.#b, out.rotation);
    rotationFromVector(roll, 0, 0, this.#b);
    this.#a.set(out.rotation);
    multiply(this.#a, this.#b, out.rotation);
  }

  /** Roll of the pelvis, left side up + [rad]. */
  #roll(tS: number, index: number): number {
    const piece = this.#pieceAt(index);
    if (piece === undefined) return 0;
    const phase = piece.phase.value(tS - piece.fromS);
    const wave = Math.sin(phase - radFromDeg(12)) + 0.3 * Math.sin(3 * phase - radFromDeg(60));
    const node = this.#nodes[index]!;
    const extra = node.dropRollRad * hump((tS - piece.fromS) / (piece.toS - piece.fromS));
    return this.#size(piece, tS) * this.#person().obliquityRad * wave + extra;
  }

  #tilt(tS: number, index: number): number {
    const piece = this.#pieceAt(index);
    const person = this.#person();
    if (piece === undefined) return person.meanTiltRad;
    const phase = piece.phase.value(tS - piece.fromS);
    return person.meanTiltRad + this.#size(piece, tS) * person.tiltRad * Math.cos(2 * phase - radFromDeg(40));
  }

  #size(piece: Piece, tS: number): number {
    return (
      piece.sizeFrom + (piece.sizeTo - piece.sizeFrom) * smoothStep((tS - piece.fromS) / (piece.toS - piece.fromS))
    );
  }

  /** Displacement of the jolt that each contact sends up the leg [m]: arrives some 20 ms later and dies out. */
  #jolt(tS: number, index: number): number {
    let sum = 0;
    for (let i = index; i > index - 2 && i >= 0; i--) {
      const node = this.#nodes[i]!;
      if (node.joltMps2 === 0) continue;
      const sinceS = tS - node.tS - 0.02;
      if (sinceS <= 0 || sinceS > 0.4) continue;
      const w = 2 * Math.PI * JOLT_HZ;
      sum += (node.joltMps2 / (w * w)) * Math.exp(-sinceS / JOLT_DECAY_S) * gentleSine(w * sinceS);
    }
    return -1.6 * sum;
  }

  /** What skin and belt turn by beside the bones after each contact: roll and tilt [rad]. */
  #wobble(tS: number, index: number): readonly [number, number] {
    let roll = 0;
    let tilt = 0;
    for (let i = index; i > index - 3 && i >= 0; i--) {
      const node = this.#nodes[i]!;
      const sinceS = tS - node.tS - 0.01;
      if (node.kind !== 'contact' || sinceS <= 0 || sinceS > 1.3) continue;
      const [r, t, hz] = node.wobble;
      const k = 1.5 * Math.exp(-sinceS / WOBBLE_DECAY_S) * gentleSine(2 * Math.PI * hz * sinceS);
      roll += k * r;
      tilt += k * t;
    }
    return [roll, tilt];
  }

  #pieceAt(index: number): Piece | undefined {
    const known = this.#pieces.get(index);
    if (known !== undefined) return known;
    const nodes = this.#nodes;
    const a = nodes[index];
    const b = nodes[index + 1];
    if (a === undefined || b === undefined || a.kind === 'end') return undefined;
    const before = a.kind === 'start' ? undefined : nodes[index - 1];
    const after = b.kind === 'end' ? undefined : nodes[index + 2];
    const T = b.tS - a.tS;
    const curve = (pick: (node: BodyNode) => number): Quintic => {
      const v0 = before === undefined ? 0 : (pick(b) - pick(before)) / (b.tS - before.tS);
      const v1 = after === undefined ? 0 : (pick(after) - pick(a)) / (after.tS - a.tS);
      return new Quintic(T, pick(a), v0, 0, pick(b), v1, 0);
    };
    const piece: Piece = {
      fromS: a.tS,
      toS: b.tS,
      x: curve((n) => n.center[0]),
      y: curve((n) => n.center[1]),
      z: curve((n) => n.center[2]),
      heading: curve((n) => n.headingRad),
      phase: curve((n) => n.phaseRad),
      sizeFrom: a.size,
      sizeTo: b.size,
    };
    if (this.#pieces.size > 64) for (const key of this.#pieces.keys()) if (key < index - 4) this.#pieces.delete(key);
    if (after !== undefined || b.kind === 'end') this.#pieces.set(index, piece);
    return piece;
  }
}

/** The waves are given as accelerations at this rate of the stride's phase [rad/s]; quicker steps shake more by themselves. */
const STRIDE_RADPS = (2 * Math.PI) / 1.07;

/** Displacement of which the second derivative is mps2 * cos(harmonic * phase + phaseRad). */
function swing(wave: { harmonic: number; mps2: number; phaseRad: number }, phase: number, phaseRate: number): number {
  const w = wave.harmonic * phaseRate;
  return (-wave.mps2 / (w * w)) * Math.cos(wave.harmonic * phase + wave.phaseRad);
}

/** A sine that starts with its first two derivatives zero. */
const gentleSine = (x: number): number => Math.sin(x) - 0.5 * Math.sin(2 * x);

/** Where a pelvis sensor sits over the sacrum, from the middle of the pelvis [m]. */
export const SACRUM: Vec3 = [-0.1, 0, 0.02];
