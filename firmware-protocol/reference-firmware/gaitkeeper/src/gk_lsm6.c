#include "gk_lsm6.h"

#include <string.h>

#include "gk_packet.h"

enum {
  FIFO_CTRL3 = 0x08,
  FIFO_CTRL5 = 0x0a,
  DRDY_PULSE_CFG = 0x0b,
  INT1_CTRL = 0x0d,
  WHO_AM_I = 0x0f,
  CTRL1_XL = 0x10,
  CTRL2_G = 0x11,
  CTRL3_C = 0x12,
  TAP_SRC = 0x1c,
  FIFO_STATUS1 = 0x3a,
  FIFO_DATA_OUT = 0x3e,
  TAP_CFG = 0x58,
  TAP_THS_6D = 0x59,
  INT_DUR2 = 0x5a,
  WAKE_UP_THS = 0x5b
};
#define IDENTITY 0x6a
#define BOTH_UNDECIMATED 0x09u /* gyroscope first, accelerometer second */
#define MODE_CONTINUOUS 0x06u
#define PULSED 0x80u
#define GYRO_READY 0x02u
#define BLOCK_UPDATE_AND_INCREMENT 0x44u
#define OVER_RUN 0x40u
#define EMPTY 0x10u
#define WORDS_A_SAMPLE 6u
/* Tap detection (ST application note AN5130, single tap): 416 Hz, 4 g; every axis, latched until read; a threshold of a quarter of
 * full scale, so that lifting the shoe is none. */
#define TAP_ACC 0x68u
#define TAP_ALL_AXES_LATCHED 0x8fu
#define TAP_THRESHOLD 0x08u
#define TAP_SHOCK_AND_QUIET 0x06u
#define SINGLE_TAP 0x20u

/* Output rate codes of the chip; 0: it has no such rate. */
static uint8_t rate_code(uint16_t hz) {
  switch (hz) {
    case 26:
      return 2;
    case 52:
      return 3;
    case 104:
      return 4;
    case 208:
      return 5;
    case 416:
      return 6;
    default:
      return 0;
  }
}

static bool put(const gk_lsm6 *imu, uint8_t reg, uint8_t value) { return imu->bus->write(imu->bus->bus, reg, value); }

bool gk_lsm6_init(gk_lsm6 *imu, const gk_lsm6_bus *bus) {
  uint8_t identity = 0;
  memset(imu, 0, sizeof *imu);
  imu->bus = bus;
  return bus->read(bus->bus, WHO_AM_I, &identity, 1) && identity == IDENTITY &&
         put(imu, CTRL3_C, BLOCK_UPDATE_AND_INCREMENT) && put(imu, DRDY_PULSE_CFG, PULSED) &&
         put(imu, INT1_CTRL, GYRO_READY);
}

/* The FIFO is emptied by its bypass mode (0); stamps of samples that are dropped with it are dropped too. */
static bool empty(gk_lsm6 *imu) {
  if (!put(imu, FIFO_CTRL5, 0)) return false;
  imu->taken = imu->stamped;
  imu->lost = 0;
  return true;
}

bool gk_lsm6_configure(gk_lsm6 *imu, uint8_t config) {
  uint8_t rate = rate_code(gk_rate_hz(config));
  if (rate == 0u) return false;
  bool running = imu->running;
  if (running && !gk_lsm6_run(imu, false)) return false;
  imu->config = config;
  imu->period_us = (1000000u + gk_rate_hz(config) / 2u) / gk_rate_hz(config);
  return !running || gk_lsm6_run(imu, true);
}

bool gk_lsm6_run(gk_lsm6 *imu, bool on) {
  static const uint8_t acc_scale[4] = {0, 2, 3, 1}; /* the chip orders them 2, 16, 4, 8 g */
  if (imu->watching && !put(imu, TAP_CFG, 0)) return false;
  imu->watching = false;
  if (!on) {
    imu->running = false;
    return put(imu, CTRL1_XL, 0) && put(imu, CTRL2_G, 0) && empty(imu);
  }
  uint8_t rate = rate_code(gk_rate_hz(imu->config));
  uint8_t acc = (uint8_t)((uint32_t)rate << 4 | (uint32_t)acc_scale[(imu->config >> 4) & 3u] << 2);
  uint8_t gyr = (uint8_t)((uint32_t)rate << 4 | ((imu->config >> 6) & 3u) << 2);
  imu->running = rate != 0u && empty(imu) && put(imu, FIFO_CTRL3, BOTH_UNDECIMATED) &&
                 put(imu, FIFO_CTRL5, (uint8_t)((uint32_t)rate << 3 | MODE_CONTINUOUS)) && put(imu, CTRL1_XL, acc) &&
                 put(imu, CTRL2_G, gyr);
  return imu->running;
}

bool gk_lsm6_watch_taps(gk_lsm6 *imu) {
  imu->watching = !imu->running && put(imu, CTRL1_XL, TAP_ACC) && put(imu, TAP_THS_6D, TAP_THRESHOLD) &&
                  put(imu, INT_DUR2, TAP_SHOCK_AND_QUIET) && put(imu, WAKE_UP_THS, 0) &&
                  put(imu, TAP_CFG, TAP_ALL_AXES_LATCHED);
  return imu->watching;
}

bool gk_lsm6_tapped(gk_lsm6 *imu) {
  uint8_t source = 0;
  return imu->watching && imu->bus->read(imu->bus->bus, TAP_SRC, &source, 1) && (source & SINGLE_TAP) != 0u;
}

void gk_lsm6_stamp(gk_lsm6 *imu, uint64_t now_us) {
  imu->stamps[imu->stamped % GK_LSM6_STAMPS] = now_us;
  imu->stamped = imu->stamped + 1u;
}

uint32_t gk_lsm6_lost(gk_lsm6 *imu) {
  uint32_t lost = imu->lost;
  imu->lost = 0;
  return lost;
}

bool gk_lsm6_next(gk_lsm6 *imu, int16_t counts[6], uint64_t *taken_us) {
  uint8_t status[4], bytes[2u * WORDS_A_SAMPLE];
  if (!imu->running || !imu->bus->read(imu->bus->bus, FIFO_STATUS1, status, sizeof status)) return false;
  uint32_t stamped = imu->stamped;
  uint32_t words = status[0] | ((uint32_t)(status[1] & 0x07u) << 8);
  if ((status[1] & OVER_RUN) != 0u && words == 0u) words = 2048u; /* a full FIFO's count has one bit more than it shows */
  uint32_t pattern = status[2] | ((uint32_t)(status[3] & 0x03u) << 8);
  if ((status[1] & EMPTY) != 0u || words < WORDS_A_SAMPLE) return false;
  /* An overrun may leave the FIFO in the middle of a sample: go to its beginning. */
  for (; pattern % WORDS_A_SAMPLE != 0u && words > WORDS_A_SAMPLE; pattern++, words--) {
    if (!imu->bus->read(imu->bus->bus, FIFO_DATA_OUT, bytes, 2)) return false;
  }
  /* What was stamped and isn't in the FIFO was lost; one pulse may be of a sample that is just being stored. */
  uint32_t waiting = stamped - imu->taken;
  uint32_t held = words / WORDS_A_SAMPLE;
  if (waiting > held + 1u) {
    imu->taken += waiting - held;
    imu->lost += waiting - held;
    waiting = held;
  }
  if (!imu->bus->read(imu->bus->bus, FIFO_DATA_OUT, bytes, sizeof bytes)) return false;
  for (size_t i = 0; i < 3u; i++) {
    uint16_t gyr = gk_get_u16(bytes + 2u * i);
    uint16_t acc = gk_get_u16(bytes + 6u + 2u * i);
    counts[i] = (int16_t)(acc < 0x8000u ? (int32_t)acc : (int32_t)acc - 0x10000);
    counts[3u + i] = (int16_t)(gyr < 0x8000u ? (int32_t)gyr : (int32_t)gyr - 0x10000);
  }
  if (waiting > 0u) {
    imu->last_us = imu->stamps[imu->taken % GK_LSM6_STAMPS];
    imu->taken++;
  } else {
    imu->last_us += imu->period_us; /* a missed interrupt */
  }
  *taken_us = imu->last_us;
  return true;
}
