// The XIAO nRF52840 Sense itself: clock, IMU bus, flash, LED, battery. Nothing here decides anything.
#ifndef BOARD_H
#define BOARD_H

#include <stdbool.h>
#include <stdint.h>

#include "gk_lsm6.h"
#include "gk_ring.h"

void board_begin();

// Microseconds since boot by the 32.768 kHz crystal (steps of 30.5 us, some 20 ppm). May be called in an interrupt.
uint64_t board_now_us();

const gk_lsm6_bus* board_imu_bus();

// From the chip's axes to those of docs/protocol.md.
void board_axes(const int16_t chip[6], int16_t counts[6]);

// The 2 MB flash as a ring: 14 minutes at 208 Hz, 28 at 104 Hz; 24 KB of RAM where the flash does not answer.
const gk_storage* board_storage();

void board_led(bool on);
uint16_t board_battery_mv();
bool board_charging();

// 16 hexadecimal digits, the chip's own.
const char* board_serial();

#endif
