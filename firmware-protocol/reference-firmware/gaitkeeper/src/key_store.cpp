#include "key_store.h"

#include <Adafruit_LittleFS.h>
#include <Adafruit_TinyUSB.h>
#include <Arduino.h>
#include <InternalFileSystem.h>
#include <nrf_soc.h>

#include "gk_wire.h"

using namespace Adafruit_LittleFS_Namespace;

static const char KEY_FILE[] = "/gk_key";
static const char BOOT_FILE[] = "/gk_boot";

static bool readFile(const char* name, void* out, uint32_t length) {
  File file(InternalFS);
  if (!file.open(name, FILE_O_READ)) return false;
  bool whole = file.read(out, (uint16_t)length) == (int)length;
  file.close();
  return whole;
}

static bool writeFile(const char* name, const void* bytes, uint32_t length) {
  InternalFS.remove(name);
  File file(InternalFS);
  if (!file.open(name, FILE_O_WRITE)) return false;
  bool whole = file.write((const uint8_t*)bytes, length) == length;
  file.close();
  return whole;
}

void key_store_begin() { InternalFS.begin(); }

void key_store_read(uint8_t* key) {
  if (!readFile(KEY_FILE, key, GK_KEY_BYTES)) memset(key, 0, GK_KEY_BYTES);
}

uint8_t key_store_next_boot() {
  uint8_t boots = 0;
  readFile(BOOT_FILE, &boots, 1);
  boots++;
  writeFile(BOOT_FILE, &boots, 1);
  return boots;
}

static void show(const char* serial) {
  uint8_t key[GK_KEY_BYTES];
  key_store_read(key);
  // What the QR code of this sensor holds; `gaitkeeper sensors label` draws it, `gaitkeeper sensors key` takes the text too.
  Serial.print("gaitkeeper-sensor:");
  Serial.print(serial);
  Serial.print(":");
  for (uint32_t i = 0; i < GK_KEY_BYTES; i++) {
    if (key[i] < 16) Serial.print("0");
    Serial.print(key[i], HEX);
  }
  Serial.println();
}

static int digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

static void command(const char* line, const char* serial) {
  uint8_t key[GK_KEY_BYTES];
  if (strcmp(line, "key") == 0) {
    show(serial);
    return;
  }
  if (strcmp(line, "key new") == 0) {
    while (sd_rand_application_vector_get(key, GK_KEY_BYTES) != NRF_SUCCESS) delay(1);
  } else if (strncmp(line, "key ", 4) == 0 && strlen(line) == 4 + 2 * GK_KEY_BYTES) {
    for (uint32_t i = 0; i < GK_KEY_BYTES; i++) {
      int high = digit(line[4 + 2 * i]), low = digit(line[5 + 2 * i]);
      if (high < 0 || low < 0) {
        Serial.println("A key is 32 hexadecimal digits.");
        return;
      }
      key[i] = (uint8_t)(high << 4 | low);
    }
  } else {
    Serial.println("Commands: key, key new, key <32 hexadecimal digits>");
    return;
  }
  if (writeFile(KEY_FILE, key, GK_KEY_BYTES)) {
    show(serial);
    Serial.println("In use from the next start on: press reset.");
  } else {
    Serial.println("The key could not be stored.");
  }
}

void key_store_serial(const char* serial) {
  static char line[48];
  static uint8_t length;
  while (Serial.available() > 0) {
    char c = (char)Serial.read();
    if (c == '\r') continue;
    if (c != '\n') {
      if (length < sizeof line - 1) line[length++] = c;
      continue;
    }
    line[length] = 0;
    length = 0;
    if (line[0] != 0) command(line, serial);
  }
}
