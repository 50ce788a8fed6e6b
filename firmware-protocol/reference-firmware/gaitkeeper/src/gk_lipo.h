/* Charge of a single lithium-polymer cell from its voltage at rest. */
#ifndef GK_LIPO_H
#define GK_LIPO_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* [mV] -> [%], 0 to 100. A rough curve: good to some 10 % in the middle, good enough to warn in time. */
uint8_t gk_lipo_percent(uint16_t millivolts);

#ifdef __cplusplus
}
#endif
#endif
