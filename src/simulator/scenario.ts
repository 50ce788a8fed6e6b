import type { Side } from '../domain/sites.ts';
import { radFromDeg } from '../domain/units.ts';
import type { Activity } from './footfall.ts';
import { asHipDrop, asLimping, asPronator, type Person } from './person.ts';
import type { Random } from './random.ts';

/** What a virtual walker can do. The last five are no walking: nothing may be found in them. */
export const SCENARIOS = [
  'healthy',
  'pronator',
  'hip_drop',
  'fatigue',
  'mixed',
  'slow',
  'fast',
  'slope',
  'camber',
  'stairs',
  'turns',
  'stops',
  'limping',
  'standing',
  'sitting',
  'fidgeting',
  'car',
  'bicycle',
] as const;
/** One of {@link SCENARIOS}. */
export type ScenarioName = (typeof SCENARIOS)[number];

/** How a step is run: with a flight from one foot to the other. */
export interface Running {
  readonly speedMps: number;
  readonly strideTimeS: number;
  /** Share of the stride that a foot is on the ground: under 0.5. */
  readonly stanceShare: number;
  /** Pitch of the foot at contact [rad]; below 0 the ball lands first. Left out: a runner's who strikes with the heel. */
  readonly pitchIcRad?: number;
}

/** What the walker does next: one step, or something else for a while (a step that closes the feet comes by itself). */
export type Command =
  | {
      readonly kind: 'step';
      /** Speed over the person's own. */
      readonly speed: number;
      /** Change of heading in this step [rad], left +. */
      readonly turnRad: number;
      /** Rise of the tread [m]; 0 on level ground and on slopes, which have their own height. */
      readonly riseM: number;
      /** The step is run, at a speed and cadence of its own. */
      readonly run?: Running;
    }
  | { readonly kind: 'rest'; readonly activity: Activity; readonly seconds: number };

/** Rise over run of the ground, along world x and y. */
export interface Ground {
  readonly gradientX: number;
  readonly gradientY: number;
}
const LEVEL: Ground = { gradientX: 0, gradientY: 0 };

/** One scenario: who walks, where, and what comes after what. */
export interface Scenario {
  readonly person: Person;
  readonly ground: Ground;
  readonly script: Iterator<Command, never>;
}

type Script = Generator<Command, never, undefined>;

const step = (speed = 1, turnRad = 0, riseM = 0): Command => ({ kind: 'step', speed, turnRad, riseM });
const rest = (seconds: number, activity: Activity = 'standing'): Command => ({ kind: 'rest', activity, seconds });

/** A way that bends a little, as ways do. */
function* straight(random: Random, steps: number, speed = 1, bendRad = radFromDeg(0.35)): Generator<Command, void> {
  let bend = 0;
  for (let i = 0; i < steps; i++) {
    bend = 0.9 * bend + random.normal(0, bendRad * 0.43);
    yield step(speed, bend);
  }
}

/** Turns about in 4 to 6 slow, short steps. */
function* turnAbout(random: Random, speed = 1, way = random.chance(0.5) ? 1 : -1): Generator<Command, void> {
  const steps = 4 + Math.floor(3 * random.next());
  const weights = Array.from({ length: steps }, (_, i) => Math.sin((Math.PI * (i + 0.7)) / (steps + 0.4)));
  const sum = weights.reduce((a, b) => a + b, 0);
  for (const weight of weights) yield step(0.55 * speed, (way * Math.PI * weight) / sum);
}

function* steady(random: Random, speed = 1, standS = 4): Script {
  yield rest(standS);
  for (;;) yield* straight(random, 100, speed);
}

function* outAndBack(random: Random, speed: number, stepsOneWay: () => number): Script {
  yield rest(4);
  for (;;) {
    yield* straight(random, stepsOneWay(), speed, radFromDeg(0.2));
    yield* turnAbout(random, speed);
  }
}

function* stops(random: Random): Script {
  yield rest(4);
  for (;;) {
    yield* straight(random, 6 + Math.floor(24 * random.next()));
    yield rest(random.uniform(2, 12));
  }
}

function* stairs(random: Random): Script {
  yield rest(4);
  for (;;) {
    yield* straight(random, 12);
    for (let i = 0; i < 12; i++) yield step(0.5, 0, 0.165);
    yield* straight(random, 12);
    yield* turnAbout(random);
    yield* straight(random, 10);
    for (let i = 0; i < 12; i++) yield step(0.5, 0, -0.165);
    yield* straight(random, 14);
    yield* turnAbout(random);
  }
}

function* mixed(random: Random): Script {
  yield rest(5);
  for (;;) {
    const what = random.next();
    if (what < 0.55) yield* straight(random, 20 + Math.floor(60 * random.next()), random.uniform(0.75, 1.25));
    else if (what < 0.7) yield* turnAbout(random);
    else if (what < 0.85) {
      const corner = radFromDeg(random.uniform(60, 100)) * (random.chance(0.5) ? 1 : -1);
      for (let i = 0; i < 3; i++) yield step(0.8, corner / 3);
      yield* straight(random, 15);
    } else {
      yield rest(random.uniform(2, 15));
      yield* straight(random, 12);
    }
  }
}

function* only(activity: Activity): Script {
  for (;;) yield rest(60, activity);
}

/** Which side a one-sided scenario is about: drawn from the seed. */
const drawnSide = (random: Random): Side => (random.fork('side').chance(0.5) ? 'left' : 'right');

/**
 * A scenario as one person lives it.
 * @param seconds planned length: sets when the fatigue begins (after 40 % of the walk, at 30 minutes at the latest)
 * @param fromS when the scenario begins [s]
 */
export function openScenario(name: ScenarioName, person: Person, random: Random, seconds: number, fromS = 0): Scenario {
  const script = random.fork(`script:${name}`);
  const traits = random.fork(`traits:${name}`);
  const level = (who: Person, walk: Script): Scenario => ({ person: who, ground: LEVEL, script: walk });
  switch (name) {
    case 'healthy':
      return level(person, steady(script));
    case 'pronator':
      return level(asPronator(person, traits), steady(script));
    case 'hip_drop':
      return level(asHipDrop(person, traits, drawnSide(random)), steady(script));
    case 'fatigue':
      return level(asTiring(person, traits, drawnSide(random), seconds, fromS), steady(script));
    case 'mixed':
      return level(person, mixed(script));
    case 'slow':
      return level(person, steady(script, 0.62));
    case 'fast':
      return level(person, steady(script, 1.38));
    case 'slope':
      return { person, ground: { gradientX: 0.06, gradientY: 0 }, script: outAndBack(script, 1, () => 60) };
    case 'camber':
      return { person, ground: { gradientX: 0, gradientY: 0.02 }, script: outAndBack(script, 1, () => 80) };
    case 'stairs':
      return level(person, stairs(script));
    case 'turns':
      return level(
        person,
        outAndBack(script, 1, () => 10 + Math.floor(8 * script.next())),
      );
    case 'stops':
      return level(person, stops(script));
    case 'limping':
      return level(asLimping(person, drawnSide(random)), steady(script));
    case 'standing':
    case 'sitting':
    case 'fidgeting':
    case 'car':
    case 'bicycle':
      return level(person, only(name));
  }
}

/** Roll-in and drop grow slowly from an onset on: by 2 to 3 deg in an hour, more on one side. */
function asTiring(person: Person, random: Random, weakSide: Side, seconds: number, fromS: number): Person {
  if (person.change !== undefined) return person;
  const onsetS = Math.min(1800, 0.4 * seconds);
  const rollIn = random.uniform(2, 3);
  const drop = random.uniform(2, 3);
  const share = (side: Side, size: number) => radFromDeg(side === weakSide ? size : 0.6 * size);
  return {
    ...person,
    change: {
      onsetS: fromS + onsetS,
      rampS: Math.min(3600, Math.max(20, 0.5 * seconds)),
      rollIn: { left: share('left', rollIn), right: share('right', rollIn) },
      drop: { left: share('left', drop), right: share('right', drop) },
    },
  };
}
