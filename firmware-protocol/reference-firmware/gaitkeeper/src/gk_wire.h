/* Made from firmware-protocol/protocol-v1.json by `npm run protocol:generate`. Change the table, not this file. */
#ifndef GK_WIRE_H
#define GK_WIRE_H

#define GK_PROTOCOL_VERSION 1

/* GATT: as text, and in the byte order of the air (last byte first). */
#define GK_UUID_SERVICE "6b8d0001-c3a1-4e5f-9d27-47a16e0b5c18"
#define GK_UUID_SERVICE_BYTES {0x18, 0x5c, 0x0b, 0x6e, 0xa1, 0x47, 0x27, 0x9d, 0x5f, 0x4e, 0xa1, 0xc3, 0x01, 0x00, 0x8d, 0x6b}
#define GK_UUID_IMU "6b8d0002-c3a1-4e5f-9d27-47a16e0b5c18"
#define GK_UUID_IMU_BYTES {0x18, 0x5c, 0x0b, 0x6e, 0xa1, 0x47, 0x27, 0x9d, 0x5f, 0x4e, 0xa1, 0xc3, 0x02, 0x00, 0x8d, 0x6b}
#define GK_UUID_BACKFILL "6b8d0003-c3a1-4e5f-9d27-47a16e0b5c18"
#define GK_UUID_BACKFILL_BYTES {0x18, 0x5c, 0x0b, 0x6e, 0xa1, 0x47, 0x27, 0x9d, 0x5f, 0x4e, 0xa1, 0xc3, 0x03, 0x00, 0x8d, 0x6b}
#define GK_UUID_CONTROL "6b8d0004-c3a1-4e5f-9d27-47a16e0b5c18"
#define GK_UUID_CONTROL_BYTES {0x18, 0x5c, 0x0b, 0x6e, 0xa1, 0x47, 0x27, 0x9d, 0x5f, 0x4e, 0xa1, 0xc3, 0x04, 0x00, 0x8d, 0x6b}
#define GK_UUID_LOG "6b8d0005-c3a1-4e5f-9d27-47a16e0b5c18"
#define GK_UUID_LOG_BYTES {0x18, 0x5c, 0x0b, 0x6e, 0xa1, 0x47, 0x27, 0x9d, 0x5f, 0x4e, 0xa1, 0xc3, 0x05, 0x00, 0x8d, 0x6b}

/* longest notification a sensor sends: one 251-byte radio packet */
#define GK_MAX_VALUE_BYTES 244u
/* samples in one notification of 244 bytes */
#define GK_MAX_SAMPLES_SENT 19u
/* samples a reader accepts: what an attribute of 512 bytes can hold */
#define GK_MAX_SAMPLES_READ 41u
/* smallest ATT MTU that carries one sample; below it start is answered with mtu_too_small */
#define GK_MIN_MTU 31u
/* each side's nonce of a session */
#define GK_NONCE_BYTES 8u
/* first bytes of HMAC-SHA256 at the end of a control write */
#define GK_MAC_BYTES 8u
/* per-device key; all zeros = not provisioned */
#define GK_KEY_BYTES 16u
/* set in the opcode of an answer */
#define GK_ANSWER_BIT 128u
/* boots counted in the high nibble of flags */
#define GK_BOOT_COUNT_MODULO 16u
/* in the advertisement: of one without a number of its own */
#define GK_COMPANY_ID 65535u
/* low nibble of ver_type in the advertisement */
#define GK_ADVERT_TYPE 5u

/* Low nibble of the first byte of a notification on imu or backfill; the high nibble is the version. */
#define GK_PACKET_TYPE_IMU 1u /* live samples */
#define GK_PACKET_TYPE_IMU_RESENT 2u /* the same layout, sent again from the ring buffer (backfill only) */
#define GK_PACKET_TYPE_GONE 3u /* asked-for samples before oldest_index were overwritten (backfill only) */
#define GK_PACKET_TYPE_RESEND_DONE 4u /* a resend has ended (backfill only) */

/* Low nibble of the flags byte. Bits not listed are sent as 0 and ignored. */
#define GK_FLAG_FIRST_AFTER_START 1u /* first packet since start or a new configuration */
#define GK_FLAG_FIFO_OVERRUN 2u /* the IMU's buffer overran before this packet: sample_index jumps */
#define GK_FLAG_BATTERY_LOW 4u /* less than about 10 % left */

/* First byte of a control write. */
#define GK_OPCODE_HELLO 1u /* opens a session: exchange of nonces */
#define GK_OPCODE_START 2u /* begin to stream */
#define GK_OPCODE_STOP 3u /* stop streaming; the ring buffer stays */
#define GK_OPCODE_CONFIGURE 4u /* set rate, ranges and samples a packet */
#define GK_OPCODE_IDENTIFY 5u /* blink for so many seconds; 0 ends it */
#define GK_OPCODE_TIME_PING 6u /* say your clock */
#define GK_OPCODE_RESEND 7u /* send samples again on backfill */
#define GK_OPCODE_STATUS 8u /* battery, buffer and configuration */
#define GK_OPCODE_LOG_FIRST 64u /* 0x40 to 0x4f are kept for log download */
#define GK_OPCODE_UPDATE_FIRST 80u /* 0x50 to 0x5f are kept for firmware update */

/* Second byte of an answer. */
#define GK_STATUS_OK 0u /* done */
#define GK_STATUS_UNKNOWN_OPCODE 1u /* this firmware does not know the command */
#define GK_STATUS_BAD_LENGTH 2u /* the write is shorter or longer than its command */
#define GK_STATUS_BAD_ARGUMENT 3u /* a value is out of range */
#define GK_STATUS_BAD_MAC 4u /* wrong key, or bytes were changed */
#define GK_STATUS_STALE_COUNTER 5u /* the counter is not above the last one: a replayed write */
#define GK_STATUS_NO_HELLO 6u /* this link has no session yet */
#define GK_STATUS_BUSY 7u /* a resend is under way */
#define GK_STATUS_SENSOR_FAILED 8u /* the IMU does not answer */
#define GK_STATUS_BATTERY_LOW 9u /* too little charge to begin */
#define GK_STATUS_MTU_TOO_SMALL 10u /* the link cannot carry one sample */

/* Bits of state in the answer to status. */
#define GK_STATUS_BIT_STREAMING 1u /* samples are being sent */
#define GK_STATUS_BIT_SENSOR_FAILED 2u /* the IMU does not answer */
#define GK_STATUS_BIT_CHARGING 4u /* on external power */
#define GK_STATUS_BIT_RESENDING 8u /* a resend is under way */

/* Rate codes: low nibble of the config byte. */
#define GK_RATE_26 1u
#define GK_RATE_52 2u
#define GK_RATE_104 3u
#define GK_RATE_208 4u
#define GK_RATE_416 5u
#define GK_RATE_25 8u
#define GK_RATE_50 9u
#define GK_RATE_100 10u
#define GK_RATE_200 11u
#define GK_RATE_400 12u
/* Nominal rate [Hz] by rate code; 0: no such code. */
#define GK_RATE_HZ_BY_CODE {0u, 26u, 52u, 104u, 208u, 416u, 0u, 0u, 25u, 50u, 100u, 200u, 400u, 0u, 0u, 0u}

/* Range codes: bits 4 and 5 (acc), 6 and 7 (gyr) of the config byte. */
#define GK_ACC_2_G 0u /* 0.061 mg a count */
#define GK_ACC_4_G 1u /* 0.122 mg a count */
#define GK_ACC_8_G 2u /* 0.244 mg a count */
#define GK_ACC_16_G 3u /* 0.488 mg a count */
#define GK_GYR_250_DPS 0u /* 8.75 mdeg/s a count */
#define GK_GYR_500_DPS 1u /* 17.5 mdeg/s a count */
#define GK_GYR_1000_DPS 2u /* 35 mdeg/s a count */
#define GK_GYR_2000_DPS 3u /* 70 mdeg/s a count */
#define GK_CONFIG(rate, acc, gyr) ((uint8_t)((rate) | ((acc) << 4) | ((gyr) << 6)))

/* Begins every packet of type imu and imu_resent; count samples follow and nothing else. */
#define GK_IMU_HEADER_BYTES 16u
#define GK_IMU_HEADER_VER_TYPE_AT 0u /* u8: version << 4 | packet_type */
#define GK_IMU_HEADER_COUNT_AT 1u /* u8: samples that follow, 1 to 41 */
#define GK_IMU_HEADER_SEQ_AT 2u /* u16: packets sent since boot, wraps; of resent packets: since the resend began */
#define GK_IMU_HEADER_SAMPLE_INDEX_AT 4u /* u32: samples taken since boot before the first of this packet, wraps; lost samples are counted too */
#define GK_IMU_HEADER_DEVICE_US_AT 8u /* u32 [us]: device clock at the first sample, wraps after 71.6 minutes */
#define GK_IMU_HEADER_PERIOD_2US_AT 12u /* u16 [2 us]: measured time between samples, never 0 */
#define GK_IMU_HEADER_CONFIG_AT 14u /* u8: rate code | acc range code << 4 | gyr range code << 6 */
#define GK_IMU_HEADER_FLAGS_AT 15u /* u8: flag bits | boot count << 4 */

/* One sample in counts; the scales follow from config. */
#define GK_IMU_SAMPLE_BYTES 12u
#define GK_IMU_SAMPLE_ACC_X_AT 0u /* i16 [count]: specific force */
#define GK_IMU_SAMPLE_ACC_Y_AT 2u /* i16 [count]: specific force */
#define GK_IMU_SAMPLE_ACC_Z_AT 4u /* i16 [count]: specific force */
#define GK_IMU_SAMPLE_GYR_X_AT 6u /* i16 [count]: angular rate, right-handed */
#define GK_IMU_SAMPLE_GYR_Y_AT 8u /* i16 [count]: angular rate, right-handed */
#define GK_IMU_SAMPLE_GYR_Z_AT 10u /* i16 [count]: angular rate, right-handed */

/* A packet of type gone or resend_done. */
#define GK_BACKFILL_NOTE_BYTES 12u
#define GK_BACKFILL_NOTE_VER_TYPE_AT 0u /* u8: version << 4 | packet_type */
#define GK_BACKFILL_NOTE_ZERO_AT 1u /* u8: sent as 0, ignored */
#define GK_BACKFILL_NOTE_COUNTER_AT 2u /* u16: counter of the resend it answers */
#define GK_BACKFILL_NOTE_FIRST_INDEX_AT 4u /* u32: gone: oldest sample still held; resend_done: first sample sent */
#define GK_BACKFILL_NOTE_COUNT_AT 8u /* u32: gone: samples held from there on; resend_done: samples sent */

/* The one write without a MAC. It ends an older session of the link. */
#define GK_HELLO_WRITE_BYTES 11u
#define GK_HELLO_WRITE_OPCODE_AT 0u /* u8: hello */
#define GK_HELLO_WRITE_COUNTER_AT 1u /* u16: echoed in the answer */
#define GK_HELLO_WRITE_HOST_NONCE_AT 3u /* bytes8: random, new for each session */

/* Begins every other control write; then the command's arguments, then 8 bytes of MAC. At most 20 bytes: fits any link. */
#define GK_CONTROL_WRITE_BYTES 3u
#define GK_CONTROL_WRITE_OPCODE_AT 0u /* u8: what to do */
#define GK_CONTROL_WRITE_COUNTER_AT 1u /* u16: above the last one of this session; starts at 1, no wrap: say hello again */

/* Arguments of configure. The answer repeats what is now set. */
#define GK_CONFIGURE_ARGS_BYTES 2u
#define GK_CONFIGURE_ARGS_CONFIG_AT 0u /* u8: as in imu_header */
#define GK_CONFIGURE_ARGS_SAMPLES_AT 1u /* u8: samples a packet, 1 to 19; 0: as many as fit */

/* Arguments of identify. */
#define GK_IDENTIFY_ARGS_BYTES 1u
#define GK_IDENTIFY_ARGS_SECONDS_AT 0u /* u8 [s]: how long to blink */

/* Arguments of time_ping. */
#define GK_TIME_PING_ARGS_BYTES 4u
#define GK_TIME_PING_ARGS_TOKEN_AT 0u /* u32: the host's own, repeated in the answer */

/* Arguments of resend. The answer repeats the range that will be sent. */
#define GK_RESEND_ARGS_BYTES 8u
#define GK_RESEND_ARGS_FROM_INDEX_AT 0u /* u32: first sample wanted */
#define GK_RESEND_ARGS_COUNT_AT 4u /* u32: samples wanted, at least 1 */

/* Begins every answer; what the command gives follows where status is ok. */
#define GK_CONTROL_ANSWER_BYTES 4u
#define GK_CONTROL_ANSWER_OPCODE_AT 0u /* u8: opcode of the write with the answer bit set */
#define GK_CONTROL_ANSWER_STATUS_AT 1u /* u8: how it went */
#define GK_CONTROL_ANSWER_COUNTER_AT 2u /* u16: counter of the write */

/* Given by hello. */
#define GK_HELLO_GIVEN_BYTES 16u
#define GK_HELLO_GIVEN_DEVICE_NONCE_AT 0u /* bytes8: random, new for each session */
#define GK_HELLO_GIVEN_MAC_AT 8u /* bytes8: shows that the device holds the key */

/* Given by start. */
#define GK_START_GIVEN_BYTES 6u
#define GK_START_GIVEN_NEXT_INDEX_AT 0u /* u32: index of the next sample to be taken */
#define GK_START_GIVEN_CONFIG_AT 4u /* u8: as in imu_header */
#define GK_START_GIVEN_SAMPLES_AT 5u /* u8: samples a packet */

/* Given by time_ping. */
#define GK_TIME_PING_GIVEN_BYTES 10u
#define GK_TIME_PING_GIVEN_TOKEN_AT 0u /* u32: the host's own */
#define GK_TIME_PING_GIVEN_DEVICE_US_AT 4u /* u32 [us]: device clock when the write came */
#define GK_TIME_PING_GIVEN_DEVICE_WRAPS_AT 8u /* u16 [2^32 us]: how often device_us has wrapped since boot */

/* Given by status. */
#define GK_STATUS_GIVEN_BYTES 16u
#define GK_STATUS_GIVEN_BATTERY_MV_AT 0u /* u16 [mV]: cell voltage */
#define GK_STATUS_GIVEN_BATTERY_PCT_AT 2u /* u8 [%]: charge */
#define GK_STATUS_GIVEN_STATE_AT 3u /* u8: status_bit bits */
#define GK_STATUS_GIVEN_OLDEST_INDEX_AT 4u /* u32: oldest sample still held */
#define GK_STATUS_GIVEN_NEXT_INDEX_AT 8u /* u32: index of the next sample to be taken */
#define GK_STATUS_GIVEN_CONFIG_AT 12u /* u8: as in imu_header */
#define GK_STATUS_GIVEN_SAMPLES_AT 13u /* u8: samples a packet */
#define GK_STATUS_GIVEN_BOOT_COUNT_AT 14u /* u8: boots, modulo 16 */
#define GK_STATUS_GIVEN_ZERO_AT 15u /* u8: sent as 0, ignored */

/* Manufacturer-specific data of the advertisement: what a sensor says of itself before anybody has a link to it. Anybody can send the same: shown, never believed. */
#define GK_ADVERT_STATUS_BYTES 8u
#define GK_ADVERT_STATUS_COMPANY_ID_AT 0u /* u16: 0xffff, as of one without a number of its own */
#define GK_ADVERT_STATUS_VER_TYPE_AT 2u /* u8: version << 4 | 5 */
#define GK_ADVERT_STATUS_BATTERY_PCT_AT 3u /* u8 [%]: charge; 255: not measured yet */
#define GK_ADVERT_STATUS_FIRMWARE_MAJOR_AT 4u /* u8: version of the firmware */
#define GK_ADVERT_STATUS_FIRMWARE_MINOR_AT 5u /* u8: its second number */
#define GK_ADVERT_STATUS_TAPS_AT 6u /* u8: firm taps felt since boot, wraps: the card that jumps */
#define GK_ADVERT_STATUS_STATE_AT 7u /* u8: status_bit bits, as in status_given */

#endif
