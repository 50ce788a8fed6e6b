/* The newest samples, kept for a resend: a ring of 256-byte blocks in RAM or in flash.
 * Flash erases many blocks at once (a 4096-byte sector holds 16), so a full ring forgets that many of the oldest together. */
#ifndef GK_RING_H
#define GK_RING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "gk_packet.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Samples of one packet as they were sent. */
typedef struct {
  uint32_t first_index;
  uint32_t device_us;
  uint16_t period_2us;
  uint8_t config;
  uint8_t count;
  int16_t counts[6u * GK_MAX_SAMPLES_SENT];
} gk_block;

#define GK_BLOCK_BYTES 256u

/* Where the blocks lie. Every function gives false where the memory fails. */
typedef struct {
  void *memory;
  uint32_t blocks;           /* a multiple of blocks_per_erase, at least twice that */
  uint32_t blocks_per_erase; /* 1 for RAM */
  bool (*erase)(void *memory, uint32_t first_block);
  bool (*write)(void *memory, uint32_t block, const uint8_t *bytes);
  bool (*read)(void *memory, uint32_t block, uint8_t *bytes);
} gk_storage;

typedef struct {
  const gk_storage *storage;
  uint32_t written; /* blocks ever written; block k lies at k modulo storage->blocks */
  uint32_t oldest;  /* first block still held */
  uint32_t next_index;
  uint32_t oldest_index;
  uint32_t failures; /* blocks that memory did not take */
} gk_ring;

/* Storage in RAM: memory is blocks * GK_BLOCK_BYTES bytes. */
gk_storage gk_ram_storage(uint8_t *memory, uint32_t blocks);

void gk_ring_init(gk_ring *ring, const gk_storage *storage);
void gk_ring_add(gk_ring *ring, const gk_block *block);

/* Samples held from index `from` on, counting holes between them. */
uint32_t gk_ring_held(const gk_ring *ring);

/* Number of the first held block that ends after index `index`; ring->written where there is none. */
uint32_t gk_ring_find(const gk_ring *ring, uint32_t index);

/* Reads block `number` (as gk_ring_find gives it); false where it is not held or memory fails. */
bool gk_ring_read(const gk_ring *ring, uint32_t number, gk_block *block);

#ifdef __cplusplus
}
#endif
#endif
