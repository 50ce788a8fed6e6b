/* Bytes of the Gaitkeeper sensor protocol (docs/protocol.md). Plain C99: no heap, no I/O, any byte order of the machine. */
#ifndef GK_PACKET_H
#define GK_PACKET_H

#include <stddef.h>
#include <stdint.h>

#include "gk_wire.h"

#ifdef __cplusplus
extern "C" {
#endif

/* One packet's header in the machine's own numbers. */
typedef struct {
  uint8_t type; /* GK_PACKET_TYPE_IMU or GK_PACKET_TYPE_IMU_RESENT */
  uint8_t count;
  uint16_t seq;
  uint32_t sample_index;
  uint32_t device_us;
  uint16_t period_2us;
  uint8_t config;
  uint8_t flags;
} gk_imu_header;

/* Why bytes are no packet. The order is that of the checks, here and in the TypeScript decoder. */
typedef enum {
  GK_GOOD = 0,
  GK_TOO_SHORT,
  GK_BAD_VERSION,
  GK_BAD_TYPE,
  GK_BAD_COUNT,
  GK_BAD_LENGTH,
  GK_BAD_PERIOD,
  GK_BAD_CONFIG
} gk_verdict;

void gk_put_u16(uint8_t *at, uint16_t value);
void gk_put_u32(uint8_t *at, uint32_t value);
uint16_t gk_get_u16(const uint8_t *at);
uint32_t gk_get_u32(const uint8_t *at);

/* Nominal rate of a config byte [Hz], 0 where its rate code is unknown. */
uint16_t gk_rate_hz(uint8_t config);

/* Samples one notification of an ATT MTU carries; 0 where not even one fits. */
uint8_t gk_samples_for_mtu(uint16_t mtu);

/* Writes header and samples (6 counts each) to out; gives the length, 0 where the header is not sendable or room is short. */
size_t gk_encode_imu(const gk_imu_header *header, const int16_t *counts, uint8_t *out, size_t room);

/* Reads a packet. counts must hold 6 * GK_MAX_SAMPLES_READ. */
gk_verdict gk_decode_imu(const uint8_t *bytes, size_t length, gk_imu_header *header, int16_t *counts);

/* Writes a note of type GK_PACKET_TYPE_GONE or GK_PACKET_TYPE_RESEND_DONE (GK_BACKFILL_NOTE_BYTES). */
void gk_encode_note(uint8_t type, uint16_t counter, uint32_t first_index, uint32_t count, uint8_t *out);

#ifdef __cplusplus
}
#endif
#endif
