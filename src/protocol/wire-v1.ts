/** Version 1 of Gaitkeeper's own sensor protocol, in numbers. Little-endian throughout. */
export const PROTOCOL_VERSION = 1;

/** GATT service and characteristics, lower case without dashes. */
export const GATT = {
  service: '6b8d0001c3a14e5f9d2747a16e0b5c18',
  imu: '6b8d0002c3a14e5f9d2747a16e0b5c18',
  backfill: '6b8d0003c3a14e5f9d2747a16e0b5c18',
  control: '6b8d0004c3a14e5f9d2747a16e0b5c18',
} as const;

/** Low nibble of a packet's first byte; the high nibble is the version. */
export const PACKET_TYPE = { imu: 1, imu_resent: 2, gone: 3, resend_done: 4 } as const;

/** Control writes. Numbers 0x40 to 0x4f are kept for log download, 0x50 to 0x5f for firmware update. */
export const OPCODE = {
  hello: 0x01,
  start: 0x02,
  stop: 0x03,
  configure: 0x04,
  identify: 0x05,
  time_ping: 0x06,
  resend: 0x07,
  status: 0x08,
} as const;

/** Set in the opcode of an answer. */
export const ANSWER_BIT = 0x80;

/** How a control write was answered. */
export const STATUS = {
  ok: 0,
  unknown_opcode: 1,
  bad_length: 2,
  bad_argument: 3,
  bad_mac: 4,
  stale_counter: 5,
  no_hello: 6,
  busy: 7,
  not_streaming: 8,
  sensor_failed: 9,
  battery_low: 10,
} as const;

/** Rate code (low nibble of the config byte) -> nominal rate [Hz]. */
export const RATE_HZ: Readonly<Record<number, number>> = {
  1: 26,
  2: 52,
  3: 104,
  4: 208,
  5: 416,
  8: 25,
  9: 50,
  10: 100,
  11: 200,
  12: 400,
};

/** Range code (bits 4, 5 of the config byte) -> full scale [g] and [mg] a count. */
export const ACC_RANGE_G = [2, 4, 8, 16] as const;
export const ACC_MG_PER_COUNT = [0.061, 0.122, 0.244, 0.488] as const;
/** Range code (bits 6, 7 of the config byte) -> full scale [deg/s] and [mdeg/s] a count. */
export const GYR_RANGE_DPS = [250, 500, 1000, 2000] as const;
export const GYR_MDPS_PER_COUNT = [8.75, 17.5, 35, 70] as const;

/** Flags of an IMU packet. The boot count (modulo 16) rides in the high nibble. */
export const FLAG = { first_after_start: 0x01, fifo_overrun: 0x02, battery_low: 0x04 } as const;

/** IMU packet: header, then count times acc x y z, gyr x y z as int16. */
export const IMU_PACKET = {
  headerBytes: 16,
  sampleBytes: 12,
  maxSamples: 41,
  maxSamplesInNotification: 19,
  offset: { ver_type: 0, count: 1, seq: 2, sample_index: 4, device_us: 8, period_2us: 12, config: 14, flags: 15 },
} as const;
