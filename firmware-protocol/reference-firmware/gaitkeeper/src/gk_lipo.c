#include "gk_lipo.h"

#include <stddef.h>

static const struct {
  uint16_t millivolts;
  uint8_t percent;
} curve[] = {{3300, 0}, {3500, 5}, {3600, 10}, {3700, 25}, {3750, 40}, {3800, 55}, {3900, 70}, {4000, 85}, {4150, 100}};

uint8_t gk_lipo_percent(uint16_t millivolts) {
  const size_t points = sizeof curve / sizeof curve[0];
  if (millivolts <= curve[0].millivolts) return 0;
  for (size_t i = 1; i < points; i++) {
    if (millivolts >= curve[i].millivolts) continue;
    uint32_t above = (uint32_t)millivolts - curve[i - 1].millivolts;
    uint32_t width = (uint32_t)curve[i].millivolts - curve[i - 1].millivolts;
    uint32_t rise = (uint32_t)curve[i].percent - curve[i - 1].percent;
    return (uint8_t)(curve[i - 1].percent + above * rise / width);
  }
  return 100;
}
