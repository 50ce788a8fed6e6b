import { SIDES, siteOfSide, type Side } from '../domain/sites.ts';
import { BodyMotion, type WornSite } from './body-motion.ts';
import { GaitPlan } from './gait-plan.ts';
import { SACRUM } from './pelvis-motion.ts';
import { drawPerson, type Person } from './person.ts';
import { Random } from './random.ts';
import type { Vec3 } from './rotation.ts';
import { openScenario, type Command, type ScenarioName } from './scenario.ts';
import { truthUntil, type Truth } from './truth.ts';

/** Motion is asked for up to so much before what the plan has decided [s]. */
const AHEAD_S = 3.5;

/** A walker without sensors: who it is, what it does, and what is true of it. Time begins at 0 and goes on as asked for. */
export class VirtualBody {
  readonly random: Random;
  readonly motion: BodyMotion;
  /** Where each site's sensor sits, in the foot's or pelvis' frame [m]. */
  readonly places: Readonly<Record<WornSite, Vec3>>;
  readonly #plan: GaitPlan;
  readonly #base: Person;
  readonly #seconds: number;
  #changes = 0;

  /**
   * @param seconds the walker stands at the end of so long a walk; Infinity: goes on for ever
   * @param script what is done, instead of what the scenario has
   */
  constructor(
    scenario: ScenarioName,
    seed: number,
    seconds: number,
    person: Partial<Person> = {},
    script?: () => Iterator<Command, never>,
  ) {
    this.random = new Random(`walk:${seed}`);
    this.#base = { ...drawPerson(this.random), ...person };
    this.#seconds = seconds;
    const named = openScenario(scenario, this.#base, this.random, seconds);
    const opened = script === undefined ? named : { ...named, script: script() };
    this.#plan = new GaitPlan(opened, this.random, seconds);
    this.motion = new BodyMotion(this.#plan, this.random);
    const shoe = (side: Side): Vec3 => {
      const draw = this.random.fork(`place:${side}`);
      const out = side === 'left' ? 1 : -1;
      return [draw.uniform(0.1, 0.15), out * draw.uniform(0.005, 0.04), draw.uniform(0.05, 0.08)];
    };
    this.places = { left_foot: shoe('left'), right_foot: shoe('right'), pelvis: SACRUM };
  }

  /** Who walks, as the scenario has it. */
  get person(): Person {
    return this.#plan.person;
  }

  /** From here on motion may be asked for before `tS`. */
  decideUntil(tS: number): void {
    this.#plan.planUntil(tS + AHEAD_S);
  }

  /** Goes over to another scenario with the next step that isn't planned yet (some 4 s ahead). */
  setScenario(name: ScenarioName): void {
    this.#changes++;
    const random = this.random.fork(`change:${this.#changes}`);
    this.#plan.change(openScenario(name, this.#base, random, this.#seconds, this.#plan.knownS));
  }

  /** true: closes the feet and stands until it's set to false. */
  setStanding(standing: boolean): void {
    this.#plan.hold(standing);
  }

  /** What truly happened until a time. */
  truth(untilS: number): Truth {
    this.decideUntil(untilS + 2);
    const place = { left: this.places.left_foot, right: this.places.right_foot };
    return truthUntil(untilS, this.motion.feet, this.motion.pelvis, place);
  }
}

/** The site of each foot as declared: its own, or the other's where the sensors were swapped. */
export const declaredSite = (site: WornSite, swapped: boolean): WornSite => {
  if (!swapped) return site;
  const side = SIDES.find((s) => siteOfSide(s) === site);
  return side === 'left' ? 'right_foot' : side === 'right' ? 'left_foot' : site;
};
