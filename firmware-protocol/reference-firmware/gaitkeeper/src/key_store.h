// The device's key and its count of boots, in the internal flash; the key is set and shown over USB only, never by radio.
#ifndef KEY_STORE_H
#define KEY_STORE_H

#include <stdint.h>

void key_store_begin();

// GK_KEY_BYTES; zeros where no key was set.
void key_store_read(uint8_t* key);

// Boots so far, this one included.
uint8_t key_store_next_boot();

// Reads commands from USB: `key` shows it, `key new` makes one, `key <32 hexadecimal digits>` sets it.
void key_store_serial(const char* serial);

#endif
