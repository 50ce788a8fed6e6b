#include "gk_ring.h"

#include <string.h>

/* Blocks are stored byte by byte, so that a dump reads the same from any machine. */
enum { AT_INDEX = 0, AT_US = 4, AT_PERIOD = 8, AT_CONFIG = 10, AT_COUNT = 11, AT_COUNTS = 12 };

static bool ram_erase(void *memory, uint32_t first_block) {
  memset((uint8_t *)memory + (size_t)first_block * GK_BLOCK_BYTES, 0xff, GK_BLOCK_BYTES);
  return true;
}

static bool ram_write(void *memory, uint32_t block, const uint8_t *bytes) {
  memcpy((uint8_t *)memory + (size_t)block * GK_BLOCK_BYTES, bytes, GK_BLOCK_BYTES);
  return true;
}

static bool ram_read(void *memory, uint32_t block, uint8_t *bytes) {
  memcpy(bytes, (const uint8_t *)memory + (size_t)block * GK_BLOCK_BYTES, GK_BLOCK_BYTES);
  return true;
}

gk_storage gk_ram_storage(uint8_t *memory, uint32_t blocks) {
  gk_storage storage = {memory, blocks, 1, ram_erase, ram_write, ram_read};
  return storage;
}

void gk_ring_init(gk_ring *ring, const gk_storage *storage) {
  memset(ring, 0, sizeof *ring);
  ring->storage = storage;
}

/* What is held begins with the oldest block that can still be read. */
static void settle_oldest(gk_ring *ring) {
  gk_block block;
  while (ring->oldest != ring->written) {
    if (gk_ring_read(ring, ring->oldest, &block)) {
      ring->oldest_index = block.first_index;
      return;
    }
    ring->oldest++;
  }
  ring->oldest_index = ring->next_index;
}

void gk_ring_add(gk_ring *ring, const gk_block *block) {
  const gk_storage *storage = ring->storage;
  uint32_t place = ring->written % storage->blocks;
  uint8_t bytes[GK_BLOCK_BYTES];
  if (block->count < 1u || block->count > GK_MAX_SAMPLES_SENT) return;
  ring->next_index = block->first_index + block->count;
  if (place % storage->blocks_per_erase == 0u) {
    uint32_t kept = ring->written - ring->oldest;
    uint32_t room = storage->blocks - storage->blocks_per_erase;
    if (kept > room) {
      ring->oldest += kept - room;
      settle_oldest(ring);
    }
    if (!storage->erase(storage->memory, place)) ring->failures++;
  }
  memset(bytes, 0xff, sizeof bytes);
  gk_put_u32(bytes + AT_INDEX, block->first_index);
  gk_put_u32(bytes + AT_US, block->device_us);
  gk_put_u16(bytes + AT_PERIOD, block->period_2us);
  bytes[AT_CONFIG] = block->config;
  bytes[AT_COUNT] = block->count;
  for (size_t i = 0; i < 6u * (size_t)block->count; i++) {
    gk_put_u16(bytes + AT_COUNTS + 2u * i, (uint16_t)block->counts[i]);
  }
  if (!storage->write(storage->memory, place, bytes)) ring->failures++;
  ring->written++;
  if (ring->written - ring->oldest == 1u) ring->oldest_index = block->first_index;
}

uint32_t gk_ring_held(const gk_ring *ring) { return ring->next_index - ring->oldest_index; }

bool gk_ring_read(const gk_ring *ring, uint32_t number, gk_block *block) {
  uint8_t bytes[GK_BLOCK_BYTES];
  if (number - ring->oldest >= ring->written - ring->oldest) return false;
  if (!ring->storage->read(ring->storage->memory, number % ring->storage->blocks, bytes)) return false;
  block->first_index = gk_get_u32(bytes + AT_INDEX);
  block->device_us = gk_get_u32(bytes + AT_US);
  block->period_2us = gk_get_u16(bytes + AT_PERIOD);
  block->config = bytes[AT_CONFIG];
  block->count = bytes[AT_COUNT];
  /* Memory that failed to take a block reads as anything: it is not held. */
  if (block->count < 1u || block->count > GK_MAX_SAMPLES_SENT || gk_rate_hz(block->config) == 0u) return false;
  for (size_t i = 0; i < 6u * (size_t)block->count; i++) {
    uint16_t value = gk_get_u16(bytes + AT_COUNTS + 2u * i);
    block->counts[i] = (int16_t)(value < 0x8000u ? (int32_t)value : (int32_t)value - 0x10000);
  }
  return true;
}

uint32_t gk_ring_find(const gk_ring *ring, uint32_t index) {
  /* Indices grow from block to block, so the place is found by halving; differences bear the wrap of the index. */
  uint32_t low = 0, high = ring->written - ring->oldest;
  uint32_t wanted = index - ring->oldest_index;
  gk_block block;
  if (wanted >= 0x80000000u) return ring->oldest;
  while (low < high) {
    uint32_t middle = low + (high - low) / 2u;
    uint32_t readable = middle;
    while (!gk_ring_read(ring, ring->oldest + readable, &block)) {
      if (readable == low) break;
      readable--;
    }
    bool found = gk_ring_read(ring, ring->oldest + readable, &block);
    if (found && block.first_index + block.count - ring->oldest_index > wanted) {
      high = readable;
    } else {
      low = middle + 1u;
    }
  }
  return ring->oldest + low;
}
