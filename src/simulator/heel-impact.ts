import type { Footfall } from './footfall.ts';
import type { FootState } from './foot-shape.ts';
import { add, scale } from './rotation.ts';

/** How long the shoe's shudder after contact is followed [s], and its time constant. */
const RING_S = 0.13;
const RING_DECAY_S = 0.014;

/**
 * What a contact adds to the point at rest that met the ground: half a sine of deceleration brings it to rest, the shoe's foam rings after it.
 * @param sinceS time since the contact [s]
 */
export function addImpact(at: Footfall, sinceS: number, state: FootState): void {
  if (sinceS > RING_S) return;
  if (sinceS < at.impactS) {
    const phase = (Math.PI * sinceS) / at.impactS;
    const share = 0.5 * (1 + Math.cos(phase));
    const travelled = 0.5 * (sinceS + (at.impactS / Math.PI) * Math.sin(phase)) - 0.5 * at.impactS;
    state.position = add(state.position, scale(at.impactMps, travelled));
    state.velocity = scale(at.impactMps, share);
    state.acceleration = scale(at.impactMps, (-0.5 * Math.PI * Math.sin(phase)) / at.impactS);
  }
  const w = 2 * Math.PI * at.ringHz;
  const decay = at.ringM * Math.exp(-sinceS / RING_DECAY_S);
  // (1 - cos)² starts with its first three derivatives zero.
  const c = Math.cos(w * sinceS);
  const s = Math.sin(w * sinceS);
  const g = (1 - c) * (1 - c);
  const g1 = 2 * w * s * (1 - c);
  const g2 = 2 * w * w * (c - c * c + s * s);
  const k = 1 / RING_DECAY_S;
  state.position = add(state.position, [0, 0, -decay * g]);
  state.velocity = add(state.velocity, [0, 0, -decay * (g1 - k * g)]);
  state.acceleration = add(state.acceleration, [0, 0, -decay * (g2 - 2 * k * g1 + k * k * g)]);
}
