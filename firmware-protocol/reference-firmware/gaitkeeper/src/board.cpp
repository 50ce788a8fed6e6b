#include "board.h"

#include <Adafruit_SPIFlashBase.h>
#include <Arduino.h>
#include <Wire.h>
#include <nrf_gpio.h>

static const uint8_t IMU_ADDRESS = 0x6a;
static const uint8_t CHARGING_PIN = 23;  // low while the charger works
static const uint32_t SECTOR_BYTES = 4096;
static const uint32_t FLASH_BYTES = 2u * 1024u * 1024u;
static const uint32_t RAM_BLOCKS = 96;

// ---- clock: RTC2 counts the low-frequency crystal, which the SoftDevice keeps running ----

static void beginClock() {
  NRF_RTC2->PRESCALER = 0;
  NRF_RTC2->TASKS_CLEAR = 1;
  NRF_RTC2->TASKS_START = 1;
}

uint64_t board_now_us() {
  static uint32_t last, wraps;
  uint32_t masked = __get_PRIMASK();
  __disable_irq();
  uint32_t ticks = NRF_RTC2->COUNTER;
  if (ticks < last) wraps++;  // 24 bits: every 512 s; the loop asks far more often
  last = ticks;
  uint64_t all = ((uint64_t)wraps << 24) | ticks;
  if (masked == 0) __enable_irq();
  return (all * 1000000u) >> 15;
}

// ---- IMU ----

static bool writeRegister(void*, uint8_t reg, uint8_t value) {
  Wire1.beginTransmission(IMU_ADDRESS);
  Wire1.write(reg);
  Wire1.write(value);
  return Wire1.endTransmission() == 0;
}

static bool readRegisters(void*, uint8_t reg, uint8_t* out, size_t length) {
  Wire1.beginTransmission(IMU_ADDRESS);
  Wire1.write(reg);
  if (Wire1.endTransmission(false) != 0) return false;
  if (Wire1.requestFrom(IMU_ADDRESS, (uint8_t)length) != length) return false;
  for (size_t i = 0; i < length; i++) out[i] = (uint8_t)Wire1.read();
  return true;
}

const gk_lsm6_bus* board_imu_bus() {
  static const gk_lsm6_bus bus = {NULL, writeRegister, readRegisters};
  return &bus;
}

void board_axes(const int16_t chip[6], int16_t counts[6]) {
  // Any board whose chip is turned changes these lines, with a rotation only (README: "Check the axes").
  for (int i = 0; i < 6; i++) counts[i] = chip[i];
}

// ---- flash ----

static Adafruit_FlashTransport_QSPI transport;
static Adafruit_SPIFlashBase flash(&transport);

static bool eraseSector(void*, uint32_t firstBlock) {
  return flash.eraseSector(firstBlock * GK_BLOCK_BYTES / SECTOR_BYTES);
}

static bool writeBlock(void*, uint32_t block, const uint8_t* bytes) {
  return flash.writeBuffer(block * GK_BLOCK_BYTES, bytes, GK_BLOCK_BYTES) == GK_BLOCK_BYTES;
}

static bool readBlock(void*, uint32_t block, uint8_t* bytes) {
  return flash.readBuffer(block * GK_BLOCK_BYTES, bytes, GK_BLOCK_BYTES) == GK_BLOCK_BYTES;
}

const gk_storage* board_storage() {
  static const SPIFlash_Device_t chip = P25Q16H;
  static gk_storage storage = {NULL,        FLASH_BYTES / GK_BLOCK_BYTES, SECTOR_BYTES / GK_BLOCK_BYTES,
                               eraseSector, writeBlock,                   readBlock};
  if (!flash.begin(&chip, 1)) {
    static uint8_t memory[RAM_BLOCKS * GK_BLOCK_BYTES];
    storage = gk_ram_storage(memory, RAM_BLOCKS);
  }
  return &storage;
}

// ---- LED, battery, identity ----

void board_led(bool on) { digitalWrite(LED_BLUE, on ? LOW : HIGH); }

uint16_t board_battery_mv() {
  // Divider of 1 M and 510 k; the reference of 2.4 V reads up to 7 V.
  uint32_t raw = (uint32_t)analogRead(PIN_VBAT);
  return (uint16_t)(raw * 2400u / 4096u * 1510u / 510u);
}

bool board_charging() { return digitalRead(CHARGING_PIN) == LOW; }

const char* board_serial() {
  static char text[17];
  snprintf(text, sizeof text, "%08lX%08lX", (unsigned long)NRF_FICR->DEVICEID[1], (unsigned long)NRF_FICR->DEVICEID[0]);
  return text;
}

void board_begin() {
  beginClock();
  pinMode(LED_BLUE, OUTPUT);
  board_led(false);
  pinMode(CHARGING_PIN, INPUT);
  // The divider must be on whenever the battery may charge: off, its pin would see more than the chip bears.
  pinMode(VBAT_ENABLE, OUTPUT);
  digitalWrite(VBAT_ENABLE, LOW);
  analogReference(AR_INTERNAL_2_4);
  analogReadResolution(12);
  // The pin feeds the IMU itself, so it is driven hard.
  nrf_gpio_cfg(g_ADigitalPinMap[PIN_LSM6DS3TR_C_POWER], NRF_GPIO_PIN_DIR_OUTPUT, NRF_GPIO_PIN_INPUT_DISCONNECT,
               NRF_GPIO_PIN_NOPULL, NRF_GPIO_PIN_H0H1, NRF_GPIO_PIN_NOSENSE);
  digitalWrite(PIN_LSM6DS3TR_C_POWER, HIGH);
  pinMode(PIN_LSM6DS3TR_C_INT1, INPUT);
  delay(50);
  Wire1.begin();
  Wire1.setClock(400000);
}
