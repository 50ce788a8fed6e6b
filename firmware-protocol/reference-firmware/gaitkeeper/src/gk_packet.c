#include "gk_packet.h"

static const uint16_t rate_hz_by_code[16] = GK_RATE_HZ_BY_CODE;

void gk_put_u16(uint8_t *at, uint16_t value) {
  at[0] = (uint8_t)(value & 0xffu);
  at[1] = (uint8_t)(value >> 8);
}

void gk_put_u32(uint8_t *at, uint32_t value) {
  gk_put_u16(at, (uint16_t)(value & 0xffffu));
  gk_put_u16(at + 2, (uint16_t)(value >> 16));
}

uint16_t gk_get_u16(const uint8_t *at) { return (uint16_t)(at[0] | ((uint16_t)at[1] << 8)); }

uint32_t gk_get_u32(const uint8_t *at) { return gk_get_u16(at) | ((uint32_t)gk_get_u16(at + 2) << 16); }

uint16_t gk_rate_hz(uint8_t config) { return rate_hz_by_code[config & 0x0fu]; }

uint8_t gk_samples_for_mtu(uint16_t mtu) {
  if (mtu < GK_MIN_MTU) return 0;
  uint16_t fit = (uint16_t)((mtu - 3u - GK_IMU_HEADER_BYTES) / GK_IMU_SAMPLE_BYTES);
  return (uint8_t)(fit < GK_MAX_SAMPLES_SENT ? fit : GK_MAX_SAMPLES_SENT);
}

size_t gk_encode_imu(const gk_imu_header *header, const int16_t *counts, uint8_t *out, size_t room) {
  size_t length = GK_IMU_HEADER_BYTES + (size_t)header->count * GK_IMU_SAMPLE_BYTES;
  if (header->count < 1u || header->count > GK_MAX_SAMPLES_READ || length > room) return 0;
  if (header->period_2us == 0u || gk_rate_hz(header->config) == 0u) return 0;
  out[GK_IMU_HEADER_VER_TYPE_AT] = (uint8_t)((GK_PROTOCOL_VERSION << 4) | (header->type & 0x0fu));
  out[GK_IMU_HEADER_COUNT_AT] = header->count;
  gk_put_u16(out + GK_IMU_HEADER_SEQ_AT, header->seq);
  gk_put_u32(out + GK_IMU_HEADER_SAMPLE_INDEX_AT, header->sample_index);
  gk_put_u32(out + GK_IMU_HEADER_DEVICE_US_AT, header->device_us);
  gk_put_u16(out + GK_IMU_HEADER_PERIOD_2US_AT, header->period_2us);
  out[GK_IMU_HEADER_CONFIG_AT] = header->config;
  out[GK_IMU_HEADER_FLAGS_AT] = header->flags;
  for (size_t i = 0; i < 6u * (size_t)header->count; i++) {
    gk_put_u16(out + GK_IMU_HEADER_BYTES + 2u * i, (uint16_t)counts[i]);
  }
  return length;
}

static int16_t signed16(uint16_t value) {
  /* Without relying on how the compiler narrows a value above INT16_MAX. */
  return (int16_t)(value < 0x8000u ? (int32_t)value : (int32_t)value - 0x10000);
}

gk_verdict gk_decode_imu(const uint8_t *bytes, size_t length, gk_imu_header *header, int16_t *counts) {
  if (length < 1u) return GK_TOO_SHORT;
  uint8_t ver_type = bytes[GK_IMU_HEADER_VER_TYPE_AT];
  if (ver_type >> 4 != GK_PROTOCOL_VERSION) return GK_BAD_VERSION;
  header->type = ver_type & 0x0fu;
  if (header->type != GK_PACKET_TYPE_IMU && header->type != GK_PACKET_TYPE_IMU_RESENT) return GK_BAD_TYPE;
  if (length < GK_IMU_HEADER_BYTES) return GK_TOO_SHORT;
  header->count = bytes[GK_IMU_HEADER_COUNT_AT];
  if (header->count < 1u || header->count > GK_MAX_SAMPLES_READ) return GK_BAD_COUNT;
  if (length != GK_IMU_HEADER_BYTES + (size_t)header->count * GK_IMU_SAMPLE_BYTES) return GK_BAD_LENGTH;
  header->seq = gk_get_u16(bytes + GK_IMU_HEADER_SEQ_AT);
  header->sample_index = gk_get_u32(bytes + GK_IMU_HEADER_SAMPLE_INDEX_AT);
  header->device_us = gk_get_u32(bytes + GK_IMU_HEADER_DEVICE_US_AT);
  header->period_2us = gk_get_u16(bytes + GK_IMU_HEADER_PERIOD_2US_AT);
  if (header->period_2us == 0u) return GK_BAD_PERIOD;
  header->config = bytes[GK_IMU_HEADER_CONFIG_AT];
  if (gk_rate_hz(header->config) == 0u) return GK_BAD_CONFIG;
  header->flags = bytes[GK_IMU_HEADER_FLAGS_AT];
  for (size_t i = 0; i < 6u * (size_t)header->count; i++) {
    counts[i] = signed16(gk_get_u16(bytes + GK_IMU_HEADER_BYTES + 2u * i));
  }
  return GK_GOOD;
}

void gk_encode_note(uint8_t type, uint16_t counter, uint32_t first_index, uint32_t count, uint8_t *out) {
  out[GK_BACKFILL_NOTE_VER_TYPE_AT] = (uint8_t)((GK_PROTOCOL_VERSION << 4) | (type & 0x0fu));
  out[GK_BACKFILL_NOTE_ZERO_AT] = 0;
  gk_put_u16(out + GK_BACKFILL_NOTE_COUNTER_AT, counter);
  gk_put_u32(out + GK_BACKFILL_NOTE_FIRST_INDEX_AT, first_index);
  gk_put_u32(out + GK_BACKFILL_NOTE_COUNT_AT, count);
}
