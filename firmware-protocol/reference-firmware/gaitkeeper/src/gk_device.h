/* The sensor as a machine without hardware: samples and control writes go in, notifications come out through hooks.
 * Everything the firmware decides is decided here, so that it can be tested on any computer. */
#ifndef GK_DEVICE_H
#define GK_DEVICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "gk_packet.h"
#include "gk_ring.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef enum { GK_TO_IMU, GK_TO_BACKFILL, GK_TO_CONTROL } gk_characteristic;

/* The thin layer below. `hardware` is handed back untouched. */
typedef struct {
  void *hardware;
  /* false: the radio can't take it now (or nobody listens) */
  bool (*notify)(void *hardware, gk_characteristic to, const uint8_t *bytes, size_t length);
  /* Sets rate and ranges of the IMU; false where the chip can't or doesn't answer. */
  bool (*configure)(void *hardware, uint8_t config);
  /* Begins (true) or ends sampling; false where the IMU doesn't answer. */
  bool (*sample)(void *hardware, bool on);
  void (*identify)(void *hardware, bool on);
  void (*random)(void *hardware, uint8_t *out, size_t length);
} gk_hooks;

/* Battery as the hardware layer measures it, told whenever it changes. */
typedef struct {
  uint16_t millivolts;
  uint8_t percent;
  bool charging;
} gk_battery;

/* Below this no walk is begun; an nRF52840 and its IMU run down to about 3.3 V. */
#define GK_START_PERCENT 3u
#define GK_LOW_PERCENT 10u
/* A stream without a link goes on this long, so that a lost link can be filled in; then the battery comes first. */
#define GK_UNLINKED_US (30ull * 60u * 1000000u)

typedef struct {
  const gk_hooks *hooks;
  gk_ring ring;
  uint8_t key[GK_KEY_BYTES];
  gk_battery battery;
  uint8_t boot_count;
  uint8_t config;
  uint8_t wanted_samples; /* 0: as many as fit */
  bool streaming;
  bool sensor_failed;
  bool first_after_start;
  bool overrun;
  /* link and session */
  uint16_t mtu; /* 0: no link */
  bool session;
  uint16_t last_counter;
  uint8_t host_nonce[GK_NONCE_BYTES];
  uint8_t device_nonce[GK_NONCE_BYTES];
  uint64_t unlinked_since_us;
  /* packetiser */
  uint16_t seq;
  uint32_t next_index;
  gk_block filling;
  uint32_t window_index; /* where the sample period was last measured */
  uint64_t window_us;
  bool window_open;
  uint16_t period_2us;
  /* resend under way */
  bool resending;
  bool tell_gone;
  uint16_t resend_counter;
  uint16_t resend_seq;
  uint32_t resend_from;
  uint32_t resend_left;
  uint32_t resend_sent;
  uint32_t resend_first;
  bool live_since_poll;
  uint64_t identify_until_us;
  bool identifying;
  uint8_t taps; /* firm taps felt since boot, wraps */
} gk_device;

/* A device after power-on. key: GK_KEY_BYTES, all zeros where none was set. */
void gk_device_init(gk_device *device, const gk_hooks *hooks, const gk_storage *storage, const uint8_t *key,
                    uint8_t boot_count);

/* A central has connected (again when the MTU changes), or the link is gone. */
void gk_device_linked(gk_device *device, uint16_t mtu);
void gk_device_unlinked(gk_device *device, uint64_t now_us);

/* Bytes written to the control characteristic; the answer goes out through notify. */
void gk_device_control(gk_device *device, const uint8_t *bytes, size_t length, uint64_t now_us);

/* One sample (acc x y z, gyr x y z in counts, axes of docs/protocol.md) with the time it was taken. */
void gk_device_sample(gk_device *device, const int16_t counts[6], uint64_t taken_us);

/* The IMU lost so many samples: indices jump. */
void gk_device_overrun(gk_device *device, uint32_t lost);

void gk_device_battery(gk_device *device, gk_battery battery);

/* Somebody tapped the sensor firmly. */
void gk_device_tapped(gk_device *device);

/* What it says of itself in its advertisement, before anybody has a link to it (manufacturer-specific data). */
void gk_device_advert(const gk_device *device, uint8_t firmware_major, uint8_t firmware_minor,
                      uint8_t out[GK_ADVERT_STATUS_BYTES]);

/* Call every few milliseconds: sends at most one packet of a resend, and none right after a live one. */
void gk_device_poll(gk_device *device, uint64_t now_us);

#ifdef __cplusplus
}
#endif
#endif
