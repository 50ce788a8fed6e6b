/**
 * Where each number of a sensor's time line lies in its one Float64Array. Every packet needs nearly all of them: as fields of
 * objects each would lie elsewhere in memory, and with a thousand walkers every one would have to be fetched anew. NaN stands
 * for what is not known.
 */
export const N = {
  /** Counters and period of the sensor (packet-index.ts): its boots, the period as announced and as measured [s]. */
  boot: 0,
  announcedS: 1,
  periodS: 2,
  /** The newest packet: index and device time of its first sample, its samples, when it came. */
  refIndex: 3,
  refDeviceS: 4,
  refCount: 5,
  refReceivedS: 6,
  /** The oldest and the newest packet that the period is measured against. */
  oldestIndex: 7,
  oldestS: 8,
  newestS: 9,
  /** Where the packet that was looked at last belongs. */
  placedIndex: 10,
  placedDeviceS: 11,
  placedStep: 12,
  /** Order (packet-order.ts): first index delivered, the one that is due, packets that wait, how long a hole is waited for [s]. */
  first: 13,
  next: 14,
  held: 15,
  patienceS: 16,
  /** The line (device-timeline.ts): when the next sample is due and when the last one was taken [s], the rate that blocks say. */
  nextS: 17,
  lastS: 18,
  rateHz: 19,
  /** Packet counters heard so far: first, and last + 1. */
  firstSeq: 20,
  nextSeq: 21,
  holdSinceS: 22,
  /** Clock (clock-fit.ts): received - device = offset + skew * (device - origin). */
  originS: 23,
  offsetS: 24,
  skew: 25,
  /** Closed buckets, and where the first of them lies; the one that fills: its begin, its minimum, its packets. */
  closed: 26,
  firstAt: 27,
  openFrom: 28,
  openAt: 29,
  openDelay: 30,
  openPackets: 31,
  packets: 32,
  /** From here on, every bucket was late [device time from the origin]. */
  lateFrom: 33,
  size: 34,
} as const;
