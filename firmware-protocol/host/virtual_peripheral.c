/* The sensor's own C code as a child process. Frames on stdin and stdout: u16 length (little-endian) of what follows,
 * u8 kind, payload. Every frame in is answered by what it caused and then by a frame '.', so that a test knows when it's done.
 *
 *   in   C u16 mtu            a central connected          out  I bytes   notification on imu
 *        D u64 now_us         the link is gone                  F bytes   notification on backfill
 *        W u64 now_us, bytes  write to control                  A bytes   notification on control
 *        S n x (u64 us, 6 x i16)  samples                       L u8      identify on or off
 *        O u32 lost           the IMU lost samples              G u8      configure the IMU
 *        P u64 now_us         poll                              M u8      sampling on or off
 *        B u16 mV, u8 %, u8 charging  battery                   .         done
 *        T u8 busy            the radio takes nothing while busy
 *        X u8 fails           the IMU doesn't answer
 *        N 8 bytes            the next nonce                V bytes   advertisement
 *        K                    somebody taps it: answered by its advertisement
 *        R u8 boot_count, u16 blocks, u16 blocks_per_erase, 16 bytes key   power on (must come first)
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../reference-firmware/gaitkeeper/src/gk_device.h"

typedef struct {
  bool radio_busy;
  bool imu_fails;
  uint8_t nonce[GK_NONCE_BYTES];
} bench;

static void put_frame(char kind, const uint8_t *bytes, size_t length) {
  uint8_t head[3];
  gk_put_u16(head, (uint16_t)(length + 1u));
  head[2] = (uint8_t)kind;
  fwrite(head, 1, sizeof head, stdout);
  if (length > 0u) fwrite(bytes, 1, length, stdout);
}

static bool notify(void *hardware, gk_characteristic to, const uint8_t *bytes, size_t length) {
  if (((bench *)hardware)->radio_busy) return false;
  put_frame("IFA"[to], bytes, length);
  return true;
}

static bool configure(void *hardware, uint8_t config) {
  put_frame('G', &config, 1);
  return !((bench *)hardware)->imu_fails;
}

static bool sample(void *hardware, bool on) {
  uint8_t byte = on;
  put_frame('M', &byte, 1);
  return !((bench *)hardware)->imu_fails;
}

static void identify(void *hardware, bool on) {
  uint8_t byte = on;
  (void)hardware;
  put_frame('L', &byte, 1);
}

static void nonce(void *hardware, uint8_t *out, size_t length) {
  for (size_t i = 0; i < length; i++) out[i] = ((bench *)hardware)->nonce[i % GK_NONCE_BYTES];
}

static uint64_t get_u64(const uint8_t *at) { return gk_get_u32(at) | ((uint64_t)gk_get_u32(at + 4) << 32); }

/* Flash behaves as flash does: only erased blocks can be written, and erasing takes a whole group. */
typedef struct {
  uint8_t *bytes;
  bool *erased;
  uint32_t per_erase;
} flash;

static bool flash_erase(void *memory, uint32_t first_block) {
  flash *chip = memory;
  memset(chip->bytes + (size_t)first_block * GK_BLOCK_BYTES, 0xff, (size_t)chip->per_erase * GK_BLOCK_BYTES);
  for (uint32_t i = 0; i < chip->per_erase; i++) chip->erased[first_block + i] = true;
  return first_block % chip->per_erase == 0u;
}

static bool flash_write(void *memory, uint32_t block, const uint8_t *bytes) {
  flash *chip = memory;
  if (!chip->erased[block]) return false;
  chip->erased[block] = false;
  memcpy(chip->bytes + (size_t)block * GK_BLOCK_BYTES, bytes, GK_BLOCK_BYTES);
  return true;
}

static bool flash_read(void *memory, uint32_t block, uint8_t *bytes) {
  memcpy(bytes, ((const flash *)memory)->bytes + (size_t)block * GK_BLOCK_BYTES, GK_BLOCK_BYTES);
  return true;
}

static int16_t signed16(uint16_t value) { return (int16_t)(value < 0x8000u ? (int32_t)value : (int32_t)value - 0x10000); }

int main(void) {
  static gk_device device;
  static bench bench_state;
  static gk_storage storage;
  static flash chip;
  static uint8_t frame[65536];
  const gk_hooks hooks = {&bench_state, notify, configure, sample, identify, nonce};
  bool powered = false;
  uint8_t head[2];
  while (fread(head, 1, 2, stdin) == 2u) {
    size_t length = gk_get_u16(head);
    if (length < 1u || fread(frame, 1, length, stdin) != length) return 1;
    const uint8_t *at = frame + 1;
    size_t left = length - 1u;
    char kind = (char)frame[0];
    if (kind == 'R' && left == 5u + GK_KEY_BYTES) {
      uint32_t blocks = gk_get_u16(at + 1);
      uint32_t per_erase = gk_get_u16(at + 3);
      if (per_erase == 0u || blocks < 2u * per_erase || blocks % per_erase != 0u) return 2;
      free(chip.bytes);
      free(chip.erased);
      chip.bytes = calloc(blocks, GK_BLOCK_BYTES);
      chip.erased = calloc(blocks, sizeof(bool));
      chip.per_erase = per_erase;
      if (chip.bytes == NULL || chip.erased == NULL) return 3;
      storage = (gk_storage){&chip, blocks, per_erase, flash_erase, flash_write, flash_read};
      gk_device_init(&device, &hooks, &storage, at + 5, at[0]);
      powered = true;
    } else if (!powered) {
      return 4;
    } else if (kind == 'C' && left == 2u) {
      gk_device_linked(&device, gk_get_u16(at));
    } else if (kind == 'D' && left == 8u) {
      gk_device_unlinked(&device, get_u64(at));
    } else if (kind == 'W' && left >= 8u) {
      gk_device_control(&device, at + 8, left - 8u, get_u64(at));
    } else if (kind == 'S' && left % 20u == 0u) {
      for (; left > 0u; at += 20, left -= 20u) {
        int16_t counts[6];
        for (size_t i = 0; i < 6u; i++) counts[i] = signed16(gk_get_u16(at + 8u + 2u * i));
        gk_device_sample(&device, counts, get_u64(at));
      }
    } else if (kind == 'O' && left == 4u) {
      gk_device_overrun(&device, gk_get_u32(at));
    } else if (kind == 'P' && left == 8u) {
      gk_device_poll(&device, get_u64(at));
    } else if (kind == 'B' && left == 4u) {
      gk_battery battery = {gk_get_u16(at), at[2], at[3] != 0u};
      gk_device_battery(&device, battery);
    } else if (kind == 'T' && left == 1u) {
      bench_state.radio_busy = at[0] != 0u;
    } else if (kind == 'X' && left == 1u) {
      bench_state.imu_fails = at[0] != 0u;
    } else if (kind == 'K' && left == 0u) {
      uint8_t advert[GK_ADVERT_STATUS_BYTES];
      gk_device_tapped(&device);
      gk_device_advert(&device, 1, 2, advert);
      put_frame('V', advert, sizeof advert);
    } else if (kind == 'N' && left == GK_NONCE_BYTES) {
      memcpy(bench_state.nonce, at, GK_NONCE_BYTES);
    } else {
      return 5;
    }
    put_frame('.', NULL, 0);
    fflush(stdout);
  }
  free(chip.bytes);
  free(chip.erased);
  return 0;
}
