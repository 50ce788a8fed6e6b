import type { WornSite } from './body-motion.ts';

/** A mount that gives way: turns by `deg` about the part's own x axis (its front-to-back line) within `overS`. */
export interface Slip {
  readonly site: WornSite;
  readonly atS: number;
  readonly deg: number;
  /** 0.3 s for a slip; minutes for a creep. */
  readonly overS: number;
}

/** What goes wrong with sensors and radio. The defaults are those of good sensors on a good day. */
export interface Faults {
  /** 'ideal': no bias, gain error or noise; counts and ranges stay. */
  readonly sensors: 'realistic' | 'ideal';
  /** 'aligned': the sensor's axes are the body part's. */
  readonly mounting: 'random' | 'aligned';
  /** Share of packets lost. */
  readonly loss: number;
  /** Mean extra delay of a packet [s]. */
  readonly jitterS: number;
  /** Share of packets that arrive after their successor, and that arrive twice. */
  readonly reorder: number;
  readonly duplicate: number;
  /** Sensor clocks differ from the walk's by up to so much [ppm]. */
  readonly clockPpm: number;
  /** Radio silence: nothing that is sent then ever arrives. */
  readonly outages: readonly { readonly site: WornSite; readonly fromS: number; readonly toS: number }[];
  /** The sensor starts anew: its counters and clock begin again after some 1.5 s of silence. */
  readonly reboots: readonly { readonly site: WornSite; readonly atS: number }[];
  readonly batteryDeaths: readonly { readonly site: WornSite; readonly atS: number }[];
  readonly slips: readonly Slip[];
  /** The two shoe sensors are declared the wrong way round; the truth keeps to the feet. */
  readonly swappedFeet: boolean;
}

/** Good sensors on a good day: what real ones always have. */
export const MILD_FAULTS: Faults = {
  sensors: 'realistic',
  mounting: 'random',
  loss: 0.0005,
  jitterS: 0.004,
  reorder: 0,
  duplicate: 0,
  clockPpm: 40,
  outages: [],
  reboots: [],
  batteryDeaths: [],
  slips: [],
  swappedFeet: false,
};

/** No faults at all: what the decoder's own rounding leaves. */
export const NO_FAULTS: Faults = { ...MILD_FAULTS, sensors: 'ideal', loss: 0, jitterS: 0, clockPpm: 0 };

/** A bad day: everything a user may meet in one walk, short of a sensor's death. */
export const ROUGH_FAULTS: Faults = {
  ...MILD_FAULTS,
  loss: 0.03,
  jitterS: 0.025,
  reorder: 0.01,
  duplicate: 0.01,
  clockPpm: 100,
};

/** How long a sensor is away when it reboots [s]. */
export const REBOOT_S = 1.5;
