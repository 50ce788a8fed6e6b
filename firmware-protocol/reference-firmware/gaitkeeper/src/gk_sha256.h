/* SHA-256 (FIPS 180-4) and HMAC (RFC 2104), small rather than fast: one control write costs four blocks. */
#ifndef GK_SHA256_H
#define GK_SHA256_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
  uint32_t state[8];
  uint64_t length;
  uint8_t block[64];
} gk_sha256;

void gk_sha256_init(gk_sha256 *hash);
void gk_sha256_add(gk_sha256 *hash, const uint8_t *bytes, size_t length);
void gk_sha256_end(gk_sha256 *hash, uint8_t out[32]);

/* HMAC-SHA256; keys of at most 64 bytes (ours has 16). */
void gk_hmac_sha256(const uint8_t *key, size_t key_length, const uint8_t *message, size_t length, uint8_t out[32]);

#ifdef __cplusplus
}
#endif
#endif
