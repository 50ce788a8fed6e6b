/* Says what the C codec makes of a line: `decode HEX` or `encode TYPE SEQ INDEX US PERIOD CONFIG FLAGS COUNT COUNTS...`. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../reference-firmware/gaitkeeper/src/gk_packet.h"

static const char *const verdicts[] = {"good",
                                       "shorter than a header",
                                       "another protocol version",
                                       "unknown packet type",
                                       "sample count out of range",
                                       "length does not match the sample count",
                                       "sample period is zero",
                                       "unknown rate code"};

static void decode(const char *hex) {
  uint8_t bytes[8192];
  size_t length = strspn(hex, "0123456789abcdef") / 2u;
  for (size_t i = 0; i < length; i++) {
    char pair[3] = {hex[2u * i], hex[2u * i + 1u], 0};
    bytes[i] = (uint8_t)strtoul(pair, NULL, 16);
  }
  /* The exact length on the heap, so that the sanitizer sees a read past the end. */
  uint8_t *exact = malloc(length > 0u ? length : 1u);
  if (exact == NULL) abort();
  memcpy(exact, bytes, length);
  gk_imu_header header;
  int16_t counts[6u * GK_MAX_SAMPLES_READ];
  gk_verdict verdict = gk_decode_imu(exact, length, &header, counts);
  free(exact);
  if (verdict != GK_GOOD) {
    printf("reject %s\n", verdicts[verdict]);
    return;
  }
  printf("good %u %u %" PRIu32 " %" PRIu32 " %u %u %u %u", header.type, header.seq, header.sample_index,
         header.device_us, header.period_2us, header.config, header.flags, header.count);
  for (size_t i = 0; i < 6u * (size_t)header.count; i++) printf(" %d", counts[i]);
  printf("\n");
}

static void encode(char *words) {
  unsigned long field[8] = {0};
  int16_t counts[6u * 256u];
  size_t n = 0;
  char *word = strtok(words, " \n");
  for (size_t i = 0; i < 8u && word != NULL; i++, word = strtok(NULL, " \n")) field[i] = strtoul(word, NULL, 10);
  for (; word != NULL && n < sizeof counts / sizeof counts[0]; word = strtok(NULL, " \n")) {
    counts[n++] = (int16_t)strtol(word, NULL, 10);
  }
  gk_imu_header header = {(uint8_t)field[0],  (uint8_t)field[7],  (uint16_t)field[1], (uint32_t)field[2],
                          (uint32_t)field[3], (uint16_t)field[4], (uint8_t)field[5],  (uint8_t)field[6]};
  uint8_t out[1024];
  size_t length = n == 6u * (size_t)header.count ? gk_encode_imu(&header, counts, out, sizeof out) : 0;
  for (size_t i = 0; i < length; i++) printf("%02x", out[i]);
  printf("\n");
}

int main(void) {
  static char line[32768];
  while (fgets(line, sizeof line, stdin) != NULL) {
    if (strncmp(line, "decode ", 7) == 0) {
      decode(line + 7);
    } else if (strncmp(line, "encode ", 7) == 0) {
      encode(line + 7);
    } else {
      printf("what?\n");
    }
  }
  return 0;
}
