#include "gk_device.h"

#include <string.h>

#include "gk_sha256.h"

void gk_device_init(gk_device *device, const gk_hooks *hooks, const gk_storage *storage, const uint8_t *key,
                    uint8_t boot_count) {
  memset(device, 0, sizeof *device);
  device->hooks = hooks;
  device->boot_count = (uint8_t)(boot_count % GK_BOOT_COUNT_MODULO);
  device->config = GK_CONFIG(GK_RATE_104, GK_ACC_16_G, GK_GYR_2000_DPS);
  device->battery.percent = 100;
  memcpy(device->key, key, GK_KEY_BYTES);
  gk_ring_init(&device->ring, storage);
}

void gk_device_linked(gk_device *device, uint16_t mtu) { device->mtu = mtu; }

void gk_device_unlinked(gk_device *device, uint64_t now_us) {
  device->mtu = 0;
  device->session = false;
  device->resending = false;
  device->unlinked_since_us = now_us;
}

void gk_device_battery(gk_device *device, gk_battery battery) { device->battery = battery; }

/* ---- live packets ---- */

static uint8_t samples_a_packet(const gk_device *device) {
  uint8_t fit = device->mtu == 0u ? GK_MAX_SAMPLES_SENT : gk_samples_for_mtu(device->mtu);
  uint8_t wanted = device->wanted_samples == 0u ? GK_MAX_SAMPLES_SENT : device->wanted_samples;
  uint8_t samples = fit < wanted ? fit : wanted;
  return samples == 0u ? 1u : samples;
}

static uint8_t flags_now(const gk_device *device) {
  uint8_t flags = (uint8_t)(device->boot_count << 4);
  if (device->first_after_start) flags |= GK_FLAG_FIRST_AFTER_START;
  if (device->overrun) flags |= GK_FLAG_FIFO_OVERRUN;
  if (device->battery.percent < GK_LOW_PERCENT) flags |= GK_FLAG_BATTERY_LOW;
  return flags;
}

/* Ends the packet being filled: into the ring always, onto the air where there is a link. */
static void end_packet(gk_device *device) {
  gk_block *block = &device->filling;
  uint8_t bytes[GK_MAX_VALUE_BYTES];
  if (block->count == 0u) return;
  block->period_2us = device->period_2us;
  gk_ring_add(&device->ring, block);
  if (device->mtu >= GK_MIN_MTU) {
    gk_imu_header header = {GK_PACKET_TYPE_IMU, block->count,      device->seq++, block->first_index,
                            block->device_us,   block->period_2us, block->config, flags_now(device)};
    size_t length = gk_encode_imu(&header, block->counts, bytes, sizeof bytes);
    /* A packet the radio didn't take (or that a new MTU is too small for) is lost live, told by seq, and held by the ring. */
    if (length <= device->mtu - 3u && device->hooks->notify(device->hooks->hardware, GK_TO_IMU, bytes, length)) {
      device->live_since_poll = true;
    }
    device->first_after_start = false;
    device->overrun = false;
  }
  block->count = 0;
}

static uint16_t nominal_period_2us(uint8_t config) {
  uint32_t rate = gk_rate_hz(config);
  return (uint16_t)((500000u + rate / 2u) / rate);
}

/* The sample period by the device's own clock, over windows of at least 64 samples. */
static void measure_period(gk_device *device, uint64_t taken_us) {
  uint32_t samples = device->next_index - device->window_index;
  if (!device->window_open) {
    device->window_open = true;
  } else if (samples < 64u) {
    return;
  } else {
    uint64_t period_2us = (taken_us - device->window_us + samples) / (2u * (uint64_t)samples);
    uint16_t nominal = nominal_period_2us(device->config);
    /* Times that make no sense (a clock set anew) must not go out as a period. */
    if (period_2us > nominal / 2u && period_2us < 2u * (uint32_t)nominal) device->period_2us = (uint16_t)period_2us;
  }
  device->window_index = device->next_index;
  device->window_us = taken_us;
}

void gk_device_sample(gk_device *device, const int16_t counts[6], uint64_t taken_us) {
  gk_block *block = &device->filling;
  if (!device->streaming) return;
  measure_period(device, taken_us);
  if (block->count == 0u) {
    block->first_index = device->next_index;
    block->device_us = (uint32_t)taken_us;
    block->config = device->config;
  }
  memcpy(block->counts + 6u * block->count, counts, 6u * sizeof counts[0]);
  block->count++;
  device->next_index++;
  if (block->count >= samples_a_packet(device)) end_packet(device);
}

void gk_device_overrun(gk_device *device, uint32_t lost) {
  if (!device->streaming || lost == 0u) return;
  end_packet(device);
  device->next_index += lost;
  device->overrun = true;
}

/* ---- control ---- */

static void answer(gk_device *device, uint8_t opcode, uint8_t status, uint16_t counter, const uint8_t *given,
                   size_t length) {
  uint8_t bytes[20];
  bytes[GK_CONTROL_ANSWER_OPCODE_AT] = (uint8_t)(opcode | GK_ANSWER_BIT);
  bytes[GK_CONTROL_ANSWER_STATUS_AT] = status;
  gk_put_u16(bytes + GK_CONTROL_ANSWER_COUNTER_AT, counter);
  if (length > 0u) memcpy(bytes + GK_CONTROL_ANSWER_BYTES, given, length);
  device->hooks->notify(device->hooks->hardware, GK_TO_CONTROL, bytes, GK_CONTROL_ANSWER_BYTES + length);
}

static void mac(const gk_device *device, const char label[4], const uint8_t *body, size_t length, uint8_t out[32]) {
  uint8_t message[4 + 2 * GK_NONCE_BYTES + 20];
  size_t at = 4 + 2 * GK_NONCE_BYTES;
  memcpy(message, label, 4);
  memcpy(message + 4, device->host_nonce, GK_NONCE_BYTES);
  memcpy(message + 4 + GK_NONCE_BYTES, device->device_nonce, GK_NONCE_BYTES);
  if (length > 0u) memcpy(message + at, body, length);
  gk_hmac_sha256(device->key, GK_KEY_BYTES, message, at + length, out);
}

static void hello(gk_device *device, const uint8_t *bytes, uint16_t counter) {
  uint8_t given[GK_HELLO_GIVEN_BYTES], full[32];
  memcpy(device->host_nonce, bytes + GK_HELLO_WRITE_HOST_NONCE_AT, GK_NONCE_BYTES);
  device->hooks->random(device->hooks->hardware, device->device_nonce, GK_NONCE_BYTES);
  device->session = true;
  device->last_counter = 0;
  mac(device, "GKH1", NULL, 0, full);
  memcpy(given + GK_HELLO_GIVEN_DEVICE_NONCE_AT, device->device_nonce, GK_NONCE_BYTES);
  memcpy(given + GK_HELLO_GIVEN_MAC_AT, full, GK_MAC_BYTES);
  answer(device, GK_OPCODE_HELLO, GK_STATUS_OK, counter, given, sizeof given);
}

static uint8_t start(gk_device *device) {
  if (device->mtu < GK_MIN_MTU) return GK_STATUS_MTU_TOO_SMALL;
  if (device->battery.percent < GK_START_PERCENT && !device->battery.charging) return GK_STATUS_BATTERY_LOW;
  if (!device->streaming) {
    device->sensor_failed = !device->hooks->configure(device->hooks->hardware, device->config) ||
                            !device->hooks->sample(device->hooks->hardware, true);
    if (device->sensor_failed) return GK_STATUS_SENSOR_FAILED;
    device->period_2us = nominal_period_2us(device->config);
    device->window_open = false;
    device->streaming = true;
  }
  device->first_after_start = true;
  return GK_STATUS_OK;
}

static void stop(gk_device *device) {
  if (!device->streaming) return;
  end_packet(device);
  device->hooks->sample(device->hooks->hardware, false);
  device->streaming = false;
}

static uint8_t configure(gk_device *device, uint8_t config, uint8_t samples) {
  if (gk_rate_hz(config) == 0u || samples > GK_MAX_SAMPLES_SENT) return GK_STATUS_BAD_ARGUMENT;
  end_packet(device);
  if (!device->hooks->configure(device->hooks->hardware, config)) return GK_STATUS_BAD_ARGUMENT;
  device->config = config;
  device->wanted_samples = samples;
  device->period_2us = nominal_period_2us(config);
  device->window_open = false;
  device->first_after_start = true;
  return GK_STATUS_OK;
}

static uint8_t resend(gk_device *device, uint16_t counter, uint32_t *from, uint32_t *count) {
  const gk_ring *ring = &device->ring;
  if (*count == 0u) return GK_STATUS_BAD_ARGUMENT;
  if (device->resending) return GK_STATUS_BUSY;
  device->tell_gone = false;
  uint32_t early = ring->oldest_index - *from;
  if (early != 0u && early < 0x80000000u) {
    device->tell_gone = true;
    *count = *count > early ? *count - early : 0u;
    *from = ring->oldest_index;
  }
  uint32_t ready = ring->next_index - *from;
  if (ready >= 0x80000000u) ready = 0;
  if (*count > ready) *count = ready;
  device->resending = true;
  device->resend_counter = counter;
  device->resend_seq = 0;
  device->resend_from = *from;
  device->resend_first = *from;
  device->resend_left = *count;
  device->resend_sent = 0;
  return GK_STATUS_OK;
}

static uint8_t state_bits(const gk_device *device) {
  uint8_t state = 0;
  if (device->streaming) state |= GK_STATUS_BIT_STREAMING;
  if (device->sensor_failed) state |= GK_STATUS_BIT_SENSOR_FAILED;
  if (device->battery.charging) state |= GK_STATUS_BIT_CHARGING;
  if (device->resending) state |= GK_STATUS_BIT_RESENDING;
  return state;
}

static void give_status(const gk_device *device, uint8_t *given) {
  gk_put_u16(given + GK_STATUS_GIVEN_BATTERY_MV_AT, device->battery.millivolts);
  given[GK_STATUS_GIVEN_BATTERY_PCT_AT] = device->battery.percent;
  given[GK_STATUS_GIVEN_STATE_AT] = state_bits(device);
  gk_put_u32(given + GK_STATUS_GIVEN_OLDEST_INDEX_AT, device->ring.oldest_index);
  gk_put_u32(given + GK_STATUS_GIVEN_NEXT_INDEX_AT, device->next_index);
  given[GK_STATUS_GIVEN_CONFIG_AT] = device->config;
  given[GK_STATUS_GIVEN_SAMPLES_AT] = samples_a_packet(device);
  given[GK_STATUS_GIVEN_BOOT_COUNT_AT] = device->boot_count;
  given[GK_STATUS_GIVEN_ZERO_AT] = 0;
}

/* Bytes of a command's arguments; -1 where the opcode is unknown. */
static int argument_bytes(uint8_t opcode) {
  switch (opcode) {
    case GK_OPCODE_START:
    case GK_OPCODE_STOP:
    case GK_OPCODE_STATUS:
      return 0;
    case GK_OPCODE_CONFIGURE:
      return GK_CONFIGURE_ARGS_BYTES;
    case GK_OPCODE_IDENTIFY:
      return GK_IDENTIFY_ARGS_BYTES;
    case GK_OPCODE_TIME_PING:
      return GK_TIME_PING_ARGS_BYTES;
    case GK_OPCODE_RESEND:
      return GK_RESEND_ARGS_BYTES;
    default:
      return -1;
  }
}

/* Does what an authentic write says; gives the status and fills `given`. */
static uint8_t act(gk_device *device, uint8_t opcode, const uint8_t *args, uint16_t counter, uint64_t now_us,
                   uint8_t *given, size_t *length) {
  uint8_t status = GK_STATUS_OK;
  switch (opcode) {
    case GK_OPCODE_START:
      status = start(device);
      gk_put_u32(given + GK_START_GIVEN_NEXT_INDEX_AT, device->next_index);
      given[GK_START_GIVEN_CONFIG_AT] = device->config;
      given[GK_START_GIVEN_SAMPLES_AT] = samples_a_packet(device);
      *length = GK_START_GIVEN_BYTES;
      break;
    case GK_OPCODE_STOP:
      stop(device);
      break;
    case GK_OPCODE_CONFIGURE:
      status = configure(device, args[GK_CONFIGURE_ARGS_CONFIG_AT], args[GK_CONFIGURE_ARGS_SAMPLES_AT]);
      given[GK_CONFIGURE_ARGS_CONFIG_AT] = device->config;
      given[GK_CONFIGURE_ARGS_SAMPLES_AT] = samples_a_packet(device);
      *length = GK_CONFIGURE_ARGS_BYTES;
      break;
    case GK_OPCODE_IDENTIFY:
      device->identifying = args[GK_IDENTIFY_ARGS_SECONDS_AT] > 0u;
      device->identify_until_us = now_us + 1000000u * (uint64_t)args[GK_IDENTIFY_ARGS_SECONDS_AT];
      device->hooks->identify(device->hooks->hardware, device->identifying);
      break;
    case GK_OPCODE_TIME_PING:
      memcpy(given + GK_TIME_PING_GIVEN_TOKEN_AT, args + GK_TIME_PING_ARGS_TOKEN_AT, 4);
      gk_put_u32(given + GK_TIME_PING_GIVEN_DEVICE_US_AT, (uint32_t)now_us);
      gk_put_u16(given + GK_TIME_PING_GIVEN_DEVICE_WRAPS_AT, (uint16_t)(now_us >> 32));
      *length = GK_TIME_PING_GIVEN_BYTES;
      break;
    case GK_OPCODE_RESEND: {
      uint32_t from = gk_get_u32(args + GK_RESEND_ARGS_FROM_INDEX_AT);
      uint32_t count = gk_get_u32(args + GK_RESEND_ARGS_COUNT_AT);
      status = resend(device, counter, &from, &count);
      gk_put_u32(given + GK_RESEND_ARGS_FROM_INDEX_AT, from);
      gk_put_u32(given + GK_RESEND_ARGS_COUNT_AT, count);
      *length = GK_RESEND_ARGS_BYTES;
      break;
    }
    default:
      give_status(device, given);
      *length = GK_STATUS_GIVEN_BYTES;
      break;
  }
  if (status != GK_STATUS_OK) *length = 0;
  return status;
}

void gk_device_control(gk_device *device, const uint8_t *bytes, size_t length, uint64_t now_us) {
  uint8_t given[16], full[32];
  size_t given_length = 0;
  uint8_t opcode = length > 0u ? bytes[GK_CONTROL_WRITE_OPCODE_AT] : 0u;
  if (length < GK_CONTROL_WRITE_BYTES) {
    answer(device, opcode, GK_STATUS_BAD_LENGTH, 0, NULL, 0);
    return;
  }
  uint16_t counter = gk_get_u16(bytes + GK_CONTROL_WRITE_COUNTER_AT);
  if (opcode == GK_OPCODE_HELLO && length == GK_HELLO_WRITE_BYTES) {
    hello(device, bytes, counter);
    return;
  }
  uint8_t status = GK_STATUS_OK;
  int arguments = argument_bytes(opcode);
  if (opcode == GK_OPCODE_HELLO) {
    status = GK_STATUS_BAD_LENGTH;
  } else if (arguments < 0) {
    status = GK_STATUS_UNKNOWN_OPCODE;
  } else if (length != GK_CONTROL_WRITE_BYTES + (size_t)arguments + GK_MAC_BYTES) {
    status = GK_STATUS_BAD_LENGTH;
  } else if (!device->session) {
    status = GK_STATUS_NO_HELLO;
  } else {
    size_t body = length - GK_MAC_BYTES;
    uint8_t difference = 0;
    mac(device, "GKC1", bytes, body, full);
    /* All bytes are compared, so that the time it takes tells nothing. */
    for (size_t i = 0; i < GK_MAC_BYTES; i++) difference |= (uint8_t)(full[i] ^ bytes[body + i]);
    if (difference != 0u) {
      status = GK_STATUS_BAD_MAC;
    } else if (counter <= device->last_counter) {
      status = GK_STATUS_STALE_COUNTER;
    } else {
      device->last_counter = counter;
      status = act(device, opcode, bytes + GK_CONTROL_WRITE_BYTES, counter, now_us, given, &given_length);
    }
  }
  answer(device, opcode, status, counter, given, given_length);
}

/* ---- resend ---- */

static bool send_note(gk_device *device, uint8_t type, uint32_t first_index, uint32_t count) {
  uint8_t bytes[GK_BACKFILL_NOTE_BYTES];
  gk_encode_note(type, device->resend_counter, first_index, count, bytes);
  return device->hooks->notify(device->hooks->hardware, GK_TO_BACKFILL, bytes, sizeof bytes);
}

/* Sends the next packet of a resend; everything stays as it is where the radio doesn't take it. */
static void send_again(gk_device *device) {
  const gk_ring *ring = &device->ring;
  gk_block block;
  uint8_t bytes[GK_MAX_VALUE_BYTES];
  /* Live samples go on while a resend runs: what it still wants may be overwritten meanwhile. */
  uint32_t late = ring->oldest_index - device->resend_from;
  if (late != 0u && late < 0x80000000u) {
    device->resend_left = device->resend_left > late ? device->resend_left - late : 0u;
    device->resend_from = ring->oldest_index;
    device->tell_gone = true;
  }
  if (device->tell_gone) {
    if (send_note(device, GK_PACKET_TYPE_GONE, ring->oldest_index, gk_ring_held(ring))) device->tell_gone = false;
    return;
  }
  if (device->resend_left > 0u && gk_ring_read(ring, gk_ring_find(ring, device->resend_from), &block)) {
    uint32_t skip = device->resend_from - block.first_index;
    if (skip >= 0x80000000u) { /* a hole: the IMU itself lost these */
      uint32_t hole = block.first_index - device->resend_from;
      device->resend_left = device->resend_left > hole ? device->resend_left - hole : 0u;
      device->resend_from = block.first_index;
      skip = 0;
    }
    uint32_t count = block.count - skip;
    uint8_t fit = gk_samples_for_mtu(device->mtu);
    if (count > device->resend_left) count = device->resend_left;
    if (count > fit) count = fit;
    if (count > 0u) {
      gk_imu_header header = {GK_PACKET_TYPE_IMU_RESENT,
                              (uint8_t)count,
                              device->resend_seq,
                              device->resend_from,
                              block.device_us + 2u * skip * block.period_2us,
                              block.period_2us,
                              block.config,
                              (uint8_t)(device->boot_count << 4)};
      size_t length = gk_encode_imu(&header, block.counts + 6u * skip, bytes, sizeof bytes);
      if (!device->hooks->notify(device->hooks->hardware, GK_TO_BACKFILL, bytes, length)) return;
      device->resend_seq++;
      device->resend_from += count;
      device->resend_left -= count;
      device->resend_sent += count;
      return;
    }
  }
  if (send_note(device, GK_PACKET_TYPE_RESEND_DONE, device->resend_first, device->resend_sent)) {
    device->resending = false;
  }
}

void gk_device_tapped(gk_device *device) { device->taps = (uint8_t)(device->taps + 1u); }

void gk_device_advert(const gk_device *device, uint8_t firmware_major, uint8_t firmware_minor,
                      uint8_t out[GK_ADVERT_STATUS_BYTES]) {
  gk_put_u16(out + GK_ADVERT_STATUS_COMPANY_ID_AT, (uint16_t)GK_COMPANY_ID);
  out[GK_ADVERT_STATUS_VER_TYPE_AT] = (uint8_t)(GK_PROTOCOL_VERSION << 4 | GK_ADVERT_TYPE);
  out[GK_ADVERT_STATUS_BATTERY_PCT_AT] = device->battery.millivolts == 0u ? 255u : device->battery.percent;
  out[GK_ADVERT_STATUS_FIRMWARE_MAJOR_AT] = firmware_major;
  out[GK_ADVERT_STATUS_FIRMWARE_MINOR_AT] = firmware_minor;
  out[GK_ADVERT_STATUS_TAPS_AT] = device->taps;
  out[GK_ADVERT_STATUS_STATE_AT] = state_bits(device);
}

void gk_device_poll(gk_device *device, uint64_t now_us) {
  if (device->identifying && now_us >= device->identify_until_us) {
    device->identifying = false;
    device->hooks->identify(device->hooks->hardware, false);
  }
  if (device->mtu == 0u && device->streaming && now_us - device->unlinked_since_us > GK_UNLINKED_US) stop(device);
  if (device->live_since_poll) {
    device->live_since_poll = false;
  } else if (device->resending && device->mtu >= GK_MIN_MTU) {
    send_again(device);
  }
}
