/* ST LSM6DS3TR-C through its FIFO, in plain C over two bus functions. Register numbers and bits: ST datasheet
 * DocID030071. Each data-ready pulse (INT1) is stamped in an interrupt; each sample read from the FIFO takes the oldest stamp,
 * so a loop that is late by a second still gives every sample its own time. */
#ifndef GK_LSM6_H
#define GK_LSM6_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
  void *bus;
  bool (*write)(void *bus, uint8_t reg, uint8_t value);
  bool (*read)(void *bus, uint8_t reg, uint8_t *out, size_t length);
} gk_lsm6_bus;

/* Stamps that can wait; the FIFO holds 341 samples. */
#define GK_LSM6_STAMPS 512u

typedef struct {
  const gk_lsm6_bus *bus;
  bool running;
  bool watching; /* for taps */
  uint8_t config;
  uint32_t period_us;
  volatile uint64_t stamps[GK_LSM6_STAMPS];
  volatile uint32_t stamped; /* written by the interrupt only */
  uint32_t taken;            /* written by the loop only */
  uint64_t last_us;
  uint32_t lost;             /* samples the FIFO lost since the last gk_lsm6_lost */
} gk_lsm6;

/* false where no LSM6DS3TR-C answers */
bool gk_lsm6_init(gk_lsm6 *imu, const gk_lsm6_bus *bus);

/* Rate and ranges of a config byte (docs/protocol.md); false where the chip has no such rate. Restarts a running FIFO. */
bool gk_lsm6_configure(gk_lsm6 *imu, uint8_t config);
bool gk_lsm6_run(gk_lsm6 *imu, bool on);

/* While it doesn't sample: the accelerometer alone watches for firm taps (a heel on the ground, a finger on the case).
 * gk_lsm6_run ends it. */
bool gk_lsm6_watch_taps(gk_lsm6 *imu);
/* Whether it was tapped since the last call. */
bool gk_lsm6_tapped(gk_lsm6 *imu);

/* Call from the data-ready interrupt. */
void gk_lsm6_stamp(gk_lsm6 *imu, uint64_t now_us);

/* Samples the FIFO lost since the last call: told before the samples that follow. */
uint32_t gk_lsm6_lost(gk_lsm6 *imu);

/* The next sample (acc x y z, gyr x y z, the chip's axes) and when it was taken; false where none is waiting. */
bool gk_lsm6_next(gk_lsm6 *imu, int16_t counts[6], uint64_t *taken_us);

#ifdef __cplusplus
}
#endif
#endif
