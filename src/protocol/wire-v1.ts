// Made from firmware-protocol/protocol-v1.json by `npm run protocol:generate`. Change the table, not this file.

/** Version of Gaitkeeper's own sensor protocol that this file describes. All numbers are little-endian. */
export const PROTOCOL_VERSION = 1;

/** GATT service and its characteristics, lower case without dashes. */
export const GATT = {
  service: '6b8d0001c3a14e5f9d2747a16e0b5c18',
  imu: '6b8d0002c3a14e5f9d2747a16e0b5c18',
  backfill: '6b8d0003c3a14e5f9d2747a16e0b5c18',
  control: '6b8d0004c3a14e5f9d2747a16e0b5c18',
  log: '6b8d0005c3a14e5f9d2747a16e0b5c18',
} as const;

/** Standard GATT services and characteristics that the product reads. */
export const STANDARD_GATT = {
  battery_service: '180f',
  battery_level: '2a19',
  device_information: '180a',
  model_number: '2a24',
  serial_number: '2a25',
  firmware_revision: '2a26',
  hardware_revision: '2a27',
  manufacturer_name: '2a29',
} as const;

/**
 * Limits of the protocol:
 * - max_value_bytes: longest notification a sensor sends: one 251-byte radio packet
 * - max_samples_sent: samples in one notification of 244 bytes
 * - max_samples_read: samples a reader accepts: what an attribute of 512 bytes can hold
 * - min_mtu: smallest ATT MTU that carries one sample; below it start is answered with mtu_too_small
 * - nonce_bytes: each side's nonce of a session
 * - mac_bytes: first bytes of HMAC-SHA256 at the end of a control write
 * - key_bytes: per-device key; all zeros = not provisioned
 * - answer_bit: set in the opcode of an answer
 * - boot_count_modulo: boots counted in the high nibble of flags
 * - company_id: in the advertisement: of one without a number of its own
 * - advert_type: low nibble of ver_type in the advertisement
 */
export const LIMIT = {
  max_value_bytes: 244,
  max_samples_sent: 19,
  max_samples_read: 41,
  min_mtu: 31,
  nonce_bytes: 8,
  mac_bytes: 8,
  key_bytes: 16,
  answer_bit: 128,
  boot_count_modulo: 16,
  company_id: 65535,
  advert_type: 5,
} as const;

/** Low nibble of the first byte of a notification on imu or backfill; the high nibble is the version. */
export const PACKET_TYPE = {
  /** live samples */
  imu: 1,
  /** the same layout, sent again from the ring buffer (backfill only) */
  imu_resent: 2,
  /** asked-for samples before oldest_index were overwritten (backfill only) */
  gone: 3,
  /** a resend has ended (backfill only) */
  resend_done: 4,
} as const;

/** Low nibble of the flags byte. Bits not listed are sent as 0 and ignored. */
export const FLAG = {
  /** first packet since start or a new configuration */
  first_after_start: 1,
  /** the IMU's buffer overran before this packet: sample_index jumps */
  fifo_overrun: 2,
  /** less than about 10 % left */
  battery_low: 4,
} as const;

/** First byte of a control write. */
export const OPCODE = {
  /** opens a session: exchange of nonces */
  hello: 1,
  /** begin to stream */
  start: 2,
  /** stop streaming; the ring buffer stays */
  stop: 3,
  /** set rate, ranges and samples a packet */
  configure: 4,
  /** blink for so many seconds; 0 ends it */
  identify: 5,
  /** say your clock */
  time_ping: 6,
  /** send samples again on backfill */
  resend: 7,
  /** battery, buffer and configuration */
  status: 8,
  /** 0x40 to 0x4f are kept for log download */
  log_first: 64,
  /** 0x50 to 0x5f are kept for firmware update */
  update_first: 80,
} as const;

/** Second byte of an answer. */
export const STATUS = {
  /** done */
  ok: 0,
  /** this firmware does not know the command */
  unknown_opcode: 1,
  /** the write is shorter or longer than its command */
  bad_length: 2,
  /** a value is out of range */
  bad_argument: 3,
  /** wrong key, or bytes were changed */
  bad_mac: 4,
  /** the counter is not above the last one: a replayed write */
  stale_counter: 5,
  /** this link has no session yet */
  no_hello: 6,
  /** a resend is under way */
  busy: 7,
  /** the IMU does not answer */
  sensor_failed: 8,
  /** too little charge to begin */
  battery_low: 9,
  /** the link cannot carry one sample */
  mtu_too_small: 10,
} as const;

/** Bits of state in the answer to status. */
export const STATUS_BIT = {
  /** samples are being sent */
  streaming: 1,
  /** the IMU does not answer */
  sensor_failed: 2,
  /** on external power */
  charging: 4,
  /** a resend is under way */
  resending: 8,
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

/** Full scale [g] by range code (bits 4 and 5 of the config byte). */
export const ACC_RANGE_G = [2, 4, 8, 16] as const;
/** Weight of one count [mg] by the same code. */
export const ACC_MG_PER_COUNT = [0.061, 0.122, 0.244, 0.488] as const;
/** Full scale [deg/s] by range code (bits 6 and 7 of the config byte). */
export const GYR_RANGE_DPS = [250, 500, 1000, 2000] as const;
/** Weight of one count [mdeg/s] by the same code. */
export const GYR_MDPS_PER_COUNT = [8.75, 17.5, 35, 70] as const;

/** Byte layouts: length and where each field stands. */
export const LAYOUT = {
  /** Begins every packet of type imu and imu_resent; count samples follow and nothing else. */
  imu_header: {
    bytes: 16,
    at: {
      /** u8: version << 4 | packet_type */
      ver_type: 0,
      /** u8: samples that follow, 1 to 41 */
      count: 1,
      /** u16: packets sent since boot, wraps; of resent packets: since the resend began */
      seq: 2,
      /** u32: samples taken since boot before the first of this packet, wraps; lost samples are counted too */
      sample_index: 4,
      /** u32 [us]: device clock at the first sample, wraps after 71.6 minutes */
      device_us: 8,
      /** u16 [2 us]: measured time between samples, never 0 */
      period_2us: 12,
      /** u8: rate code | acc range code << 4 | gyr range code << 6 */
      config: 14,
      /** u8: flag bits | boot count << 4 */
      flags: 15,
    },
  },
  /** One sample in counts; the scales follow from config. */
  imu_sample: {
    bytes: 12,
    at: {
      /** i16 [count]: specific force */
      acc_x: 0,
      /** i16 [count]: specific force */
      acc_y: 2,
      /** i16 [count]: specific force */
      acc_z: 4,
      /** i16 [count]: angular rate, right-handed */
      gyr_x: 6,
      /** i16 [count]: angular rate, right-handed */
      gyr_y: 8,
      /** i16 [count]: angular rate, right-handed */
      gyr_z: 10,
    },
  },
  /** A packet of type gone or resend_done. */
  backfill_note: {
    bytes: 12,
    at: {
      /** u8: version << 4 | packet_type */
      ver_type: 0,
      /** u8: sent as 0, ignored */
      zero: 1,
      /** u16: counter of the resend it answers */
      counter: 2,
      /** u32: gone: oldest sample still held; resend_done: first sample sent */
      first_index: 4,
      /** u32: gone: samples held from there on; resend_done: samples sent */
      count: 8,
    },
  },
  /** The one write without a MAC. It ends an older session of the link. */
  hello_write: {
    bytes: 11,
    at: {
      /** u8: hello */
      opcode: 0,
      /** u16: echoed in the answer */
      counter: 1,
      /** bytes8: random, new for each session */
      host_nonce: 3,
    },
  },
  /** Begins every other control write; then the command's arguments, then 8 bytes of MAC. At most 20 bytes: fits any link. */
  control_write: {
    bytes: 3,
    at: {
      /** u8: what to do */
      opcode: 0,
      /** u16: above the last one of this session; starts at 1, no wrap: say hello again */
      counter: 1,
    },
  },
  /** Arguments of configure. The answer repeats what is now set. */
  configure_args: {
    bytes: 2,
    at: {
      /** u8: as in imu_header */
      config: 0,
      /** u8: samples a packet, 1 to 19; 0: as many as fit */
      samples: 1,
    },
  },
  /** Arguments of identify. */
  identify_args: {
    bytes: 1,
    at: {
      /** u8 [s]: how long to blink */
      seconds: 0,
    },
  },
  /** Arguments of time_ping. */
  time_ping_args: {
    bytes: 4,
    at: {
      /** u32: the host's own, repeated in the answer */
      token: 0,
    },
  },
  /** Arguments of resend. The answer repeats the range that will be sent. */
  resend_args: {
    bytes: 8,
    at: {
      /** u32: first sample wanted */
      from_index: 0,
      /** u32: samples wanted, at least 1 */
      count: 4,
    },
  },
  /** Begins every answer; what the command gives follows where status is ok. */
  control_answer: {
    bytes: 4,
    at: {
      /** u8: opcode of the write with the answer bit set */
      opcode: 0,
      /** u8: how it went */
      status: 1,
      /** u16: counter of the write */
      counter: 2,
    },
  },
  /** Given by hello. */
  hello_given: {
    bytes: 16,
    at: {
      /** bytes8: random, new for each session */
      device_nonce: 0,
      /** bytes8: shows that the device holds the key */
      mac: 8,
    },
  },
  /** Given by start. */
  start_given: {
    bytes: 6,
    at: {
      /** u32: index of the next sample to be taken */
      next_index: 0,
      /** u8: as in imu_header */
      config: 4,
      /** u8: samples a packet */
      samples: 5,
    },
  },
  /** Given by time_ping. */
  time_ping_given: {
    bytes: 10,
    at: {
      /** u32: the host's own */
      token: 0,
      /** u32 [us]: device clock when the write came */
      device_us: 4,
      /** u16 [2^32 us]: how often device_us has wrapped since boot */
      device_wraps: 8,
    },
  },
  /** Given by status. */
  status_given: {
    bytes: 16,
    at: {
      /** u16 [mV]: cell voltage */
      battery_mv: 0,
      /** u8 [%]: charge */
      battery_pct: 2,
      /** u8: status_bit bits */
      state: 3,
      /** u32: oldest sample still held */
      oldest_index: 4,
      /** u32: index of the next sample to be taken */
      next_index: 8,
      /** u8: as in imu_header */
      config: 12,
      /** u8: samples a packet */
      samples: 13,
      /** u8: boots, modulo 16 */
      boot_count: 14,
      /** u8: sent as 0, ignored */
      zero: 15,
    },
  },
  /** Manufacturer-specific data of the advertisement: what a sensor says of itself before anybody has a link to it. Anybody can send the same: shown, never believed. */
  advert_status: {
    bytes: 8,
    at: {
      /** u16: 0xffff, as of one without a number of its own */
      company_id: 0,
      /** u8: version << 4 | 5 */
      ver_type: 2,
      /** u8 [%]: charge; 255: not measured yet */
      battery_pct: 3,
      /** u8: version of the firmware */
      firmware_major: 4,
      /** u8: its second number */
      firmware_minor: 5,
      /** u8: firm taps felt since boot, wraps: the card that jumps */
      taps: 6,
      /** u8: status_bit bits, as in status_given */
      state: 7,
    },
  },
} as const;
