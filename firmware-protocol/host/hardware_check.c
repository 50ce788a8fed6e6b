/* Runs the IMU driver against a chip made of its datasheet, and the battery curve. Prints what is wrong; 0 where nothing is. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../reference-firmware/gaitkeeper/src/gk_lipo.h"
#include "../reference-firmware/gaitkeeper/src/gk_lsm6.h"
#include "../reference-firmware/gaitkeeper/src/gk_packet.h"

static int wrong;
#define CHECK(condition) \
  do { \
    if (!(condition)) { \
      printf("%s:%d: not so: %s\n", __FILE__, __LINE__, #condition); \
      wrong++; \
    } \
  } while (0)

#define FIFO_WORDS 2048u

/* The chip: registers, and a FIFO of 16-bit words whose oldest are overwritten when it's full. */
typedef struct {
  uint8_t regs[128];
  uint16_t words[FIFO_WORDS];
  uint32_t first, count, pattern;
  bool overrun;
  bool dead;
  bool half; /* low byte of a word already read */
} chip;

static bool chip_write(void *bus, uint8_t reg, uint8_t value) {
  chip *c = bus;
  if (c->dead) return false;
  c->regs[reg] = value;
  if (reg == 0x0a && (value & 0x07u) == 0u) c->first = c->count = c->pattern = c->overrun = 0;
  return true;
}

static bool chip_read(void *bus, uint8_t reg, uint8_t *out, size_t length) {
  chip *c = bus;
  if (c->dead) return false;
  c->regs[0x3a] = (uint8_t)c->count;
  c->regs[0x3b] = (uint8_t)((c->count >> 8 & 0x07u) | (c->overrun ? 0x40u : 0u) | (c->count == 0u ? 0x10u : 0u));
  c->regs[0x3c] = (uint8_t)c->pattern;
  c->regs[0x3d] = 0;
  for (size_t i = 0; i < length; i++) {
    if (reg < 0x3e) {
      out[i] = c->regs[reg + i];
      continue;
    }
    out[i] = (uint8_t)(c->half ? c->words[c->first] >> 8 : c->words[c->first]);
    if (c->half) {
      c->first = (c->first + 1u) % FIFO_WORDS;
      c->count--;
      c->pattern = (c->pattern + 1u) % 6u;
      c->overrun = false;
    }
    c->half = !c->half;
  }
  return true;
}

static void chip_word(chip *c, uint16_t word) {
  if (c->count == FIFO_WORDS) {
    c->first = (c->first + 1u) % FIFO_WORDS;
    c->pattern = (c->pattern + 1u) % 6u;
    c->count--;
    c->overrun = true;
  }
  c->words[(c->first + c->count++) % FIFO_WORDS] = word;
}

/* Takes sample number i: gyroscope first, then accelerometer; then the pulse. */
static void take(chip *c, gk_lsm6 *imu, uint32_t i, bool interrupt) {
  for (uint16_t axis = 0; axis < 3; axis++) chip_word(c, (uint16_t)(-(int)(i & 0x3fffu) - axis));
  for (uint16_t axis = 0; axis < 3; axis++) chip_word(c, (uint16_t)((i & 0x3fffu) + axis));
  if (interrupt) gk_lsm6_stamp(imu, 1000000u + 4808u * (uint64_t)i);
}

static uint32_t drain(gk_lsm6 *imu, uint32_t from, uint32_t *lost) {
  int16_t counts[6];
  uint64_t taken_us;
  while (gk_lsm6_next(imu, counts, &taken_us)) {
    uint32_t jump = gk_lsm6_lost(imu);
    *lost += jump;
    from += jump;
    CHECK(counts[0] == (int16_t)(from & 0x3fffu) && counts[2] == counts[0] + 2);
    CHECK(counts[3] == -counts[0] && counts[5] == counts[3] - 2);
    CHECK(taken_us == 1000000u + 4808u * (uint64_t)from);
    from++;
  }
  return from;
}

int main(void) {
  static chip c;
  static gk_lsm6 imu;
  const gk_lsm6_bus bus = {&c, chip_write, chip_read};
  uint32_t lost = 0, at;

  CHECK(!gk_lsm6_init(&imu, &bus)); /* nothing answers as an LSM6DS3TR-C */
  c.regs[0x0f] = 0x6a;
  CHECK(gk_lsm6_init(&imu, &bus));
  CHECK(c.regs[0x0b] == 0x80 && c.regs[0x0d] == 0x02 && c.regs[0x12] == 0x44);

  CHECK(!gk_lsm6_configure(&imu, GK_CONFIG(GK_RATE_100, GK_ACC_16_G, GK_GYR_2000_DPS))); /* the chip has no 100 Hz */
  CHECK(gk_lsm6_configure(&imu, GK_CONFIG(GK_RATE_208, GK_ACC_16_G, GK_GYR_2000_DPS)));
  CHECK(gk_lsm6_run(&imu, true));
  CHECK(c.regs[0x10] == 0x54 && c.regs[0x11] == 0x5c && c.regs[0x0a] == 0x2e && c.regs[0x08] == 0x09);

  /* Read at any pace, every sample comes once with its own time. */
  at = 0;
  for (uint32_t i = 0; i < 3000u; i++) {
    take(&c, &imu, i, true);
    if (i % 7u == 0u || i % 300u == 299u) at = drain(&imu, at, &lost);
  }
  at = drain(&imu, at, &lost);
  CHECK(at == 3000u && lost == 0u);

  /* A loop that is late for longer than the FIFO lasts: what is lost is counted, what is there has the right time. */
  for (uint32_t i = 3000; i < 3500u; i++) take(&c, &imu, i, true);
  at = drain(&imu, at, &lost);
  CHECK(at == 3500u);
  CHECK(lost == 500u - 341u);

  /* An interrupt that was missed: the sample takes the next time after the last one. */
  take(&c, &imu, 3500, false);
  at = drain(&imu, at, &lost);
  take(&c, &imu, 3501, true);
  at = drain(&imu, at, &lost);
  CHECK(at == 3502u && lost == 500u - 341u);

  /* New ranges in mid-stream: nothing old is left over. */
  take(&c, &imu, 3502, true);
  CHECK(gk_lsm6_configure(&imu, GK_CONFIG(GK_RATE_104, GK_ACC_8_G, GK_GYR_500_DPS)));
  CHECK(c.regs[0x10] == 0x4c && c.regs[0x11] == 0x44 && c.regs[0x0a] == 0x26);
  lost = 0;
  CHECK(drain(&imu, 0, &lost) == 0u && lost == 0u);
  CHECK(gk_lsm6_run(&imu, false) && c.regs[0x10] == 0 && c.regs[0x11] == 0);

  /* Between walks it watches for taps, one at a time; sampling ends that. */
  CHECK(!gk_lsm6_tapped(&imu));
  CHECK(gk_lsm6_watch_taps(&imu) && c.regs[0x10] == 0x68 && c.regs[0x58] == 0x8f && c.regs[0x5b] == 0);
  CHECK(!gk_lsm6_tapped(&imu));
  c.regs[0x1c] = 0x40; /* some other event */
  CHECK(!gk_lsm6_tapped(&imu));
  c.regs[0x1c] = 0x60;
  CHECK(gk_lsm6_tapped(&imu));
  c.regs[0x1c] = 0;
  CHECK(!gk_lsm6_tapped(&imu));
  CHECK(gk_lsm6_run(&imu, true) && c.regs[0x58] == 0 && c.regs[0x10] == 0x4c);
  CHECK(!gk_lsm6_watch_taps(&imu) && c.regs[0x10] == 0x4c); /* not while it samples */
  c.regs[0x1c] = 0x60;
  CHECK(!gk_lsm6_tapped(&imu));

  c.dead = true;
  CHECK(!gk_lsm6_run(&imu, true));
  CHECK(!gk_lsm6_init(&imu, &bus));

  CHECK(gk_lipo_percent(0) == 0 && gk_lipo_percent(3300) == 0 && gk_lipo_percent(4150) == 100);
  CHECK(gk_lipo_percent(65535) == 100 && gk_lipo_percent(3700) == 25 && gk_lipo_percent(3550) == 7);
  for (uint16_t mv = 3000; mv < 4300; mv++) CHECK(gk_lipo_percent(mv) <= gk_lipo_percent((uint16_t)(mv + 1u)));

  if (wrong == 0) printf("all right\n");
  return wrong == 0 ? 0 : 1;
}
