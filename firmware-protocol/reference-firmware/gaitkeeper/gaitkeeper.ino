// Gaitkeeper sensor on a Seeed XIAO nRF52840 Sense. All decisions are made in src/gk_*.c, which is tested on a computer;
// this sketch only joins them to the radio, the IMU, the flash and the battery of this board. See ../README.md.
#include <Arduino.h>
#include <Adafruit_TinyUSB.h>
#include <bluefruit.h>

#include "src/board.h"
#include "src/gk_device.h"
#include "src/gk_lipo.h"
#include "src/gk_lsm6.h"
#include "src/key_store.h"

static const char FIRMWARE[] = "1.1.0";
static const uint8_t FIRMWARE_MAJOR = 1, FIRMWARE_MINOR = 1;
static const uint32_t BATTERY_EVERY_MS = 30000;
static const uint32_t TAPS_EVERY_MS = 100;

static const uint8_t UUID_SERVICE[16] = GK_UUID_SERVICE_BYTES;
static const uint8_t UUID_IMU[16] = GK_UUID_IMU_BYTES;
static const uint8_t UUID_BACKFILL[16] = GK_UUID_BACKFILL_BYTES;
static const uint8_t UUID_CONTROL[16] = GK_UUID_CONTROL_BYTES;

static BLEService service(UUID_SERVICE);
static BLECharacteristic imuCharacteristic(UUID_IMU);
static BLECharacteristic backfillCharacteristic(UUID_BACKFILL);
static BLECharacteristic controlCharacteristic(UUID_CONTROL);
static BLEDis information;
static BLEBas batteryService;

static gk_lsm6 imu;
static gk_device device;
static bool imuFound;
static bool identifying;
static volatile uint16_t link = BLE_CONN_HANDLE_INVALID;
static uint16_t linkMtu;

// Control writes come in the radio's task and are handled in the loop, one after the other.
struct ControlWrite {
  uint8_t length;
  uint8_t bytes[20];
};
static QueueHandle_t controlWrites;

static void onControl(uint16_t, BLECharacteristic*, uint8_t* data, uint16_t length) {
  ControlWrite write;
  write.length = length < sizeof write.bytes ? length : sizeof write.bytes;
  memcpy(write.bytes, data, write.length);
  xQueueSend(controlWrites, &write, 0);
}

static void onConnect(uint16_t handle) {
  // The central asks for the MTU; asking for connection parameters is left to it too, since some hosts never answer.
  BLEConnection* connection = Bluefruit.Connection(handle);
  connection->requestDataLengthUpdate();
  connection->requestPHY();
  link = handle;
}

static void onDisconnect(uint16_t, uint8_t) { link = BLE_CONN_HANDLE_INVALID; }

// ---- hooks of the device ----

static bool notify(void*, gk_characteristic to, const uint8_t* bytes, size_t length) {
  BLECharacteristic& characteristic =
      to == GK_TO_IMU ? imuCharacteristic : to == GK_TO_BACKFILL ? backfillCharacteristic : controlCharacteristic;
  uint16_t handle = link;
  if (handle == BLE_CONN_HANDLE_INVALID || !characteristic.notifyEnabled(handle)) return false;
  return characteristic.notify(handle, bytes, (uint16_t)length);
}

static bool configure(void*, uint8_t config) { return imuFound && gk_lsm6_configure(&imu, config); }
static bool sampleOn(void*, bool on) { return imuFound && gk_lsm6_run(&imu, on); }

static void identify(void*, bool on) {
  identifying = on;
  board_led(on);
}

static void randomBytes(void*, uint8_t* out, size_t length) {
  while (sd_rand_application_vector_get(out, (uint8_t)length) != NRF_SUCCESS) delay(1);
}

static const gk_hooks hooks = {NULL, notify, configure, sampleOn, identify, randomBytes};

static void onDataReady() { gk_lsm6_stamp(&imu, board_now_us()); }

// ---- setup and loop ----

// Battery, firmware and taps ride in the advertisement: they are known before anybody has a link.
static void advertise() {
  uint8_t status[GK_ADVERT_STATUS_BYTES];
  gk_device_advert(&device, FIRMWARE_MAJOR, FIRMWARE_MINOR, status);
  Bluefruit.Advertising.stop();
  Bluefruit.Advertising.clearData();
  Bluefruit.Advertising.addFlags(BLE_GAP_ADV_FLAGS_LE_ONLY_GENERAL_DISC_MODE);
  Bluefruit.Advertising.addService(service);
  Bluefruit.Advertising.addManufacturerData(status, sizeof status);
  Bluefruit.Advertising.start(0);
}

static void startRadio() {
  // One 251-byte packet a notification, four waiting: more than two shoes and a pelvis need.
  Bluefruit.configPrphConn(GK_MAX_VALUE_BYTES + 3, BLE_GAP_EVENT_LENGTH_MIN * 2, 4, BLE_GATTC_WRITE_CMD_TX_QUEUE_SIZE_DEFAULT);
  Bluefruit.begin();
  Bluefruit.autoConnLed(false);
  Bluefruit.setTxPower(4);
  Bluefruit.setName("Gaitkeeper");
  Bluefruit.Periph.setConnectCallback(onConnect);
  Bluefruit.Periph.setDisconnectCallback(onDisconnect);

  information.setManufacturer("Gaitkeeper");
  information.setModel("XIAO nRF52840 Sense");
  information.setHardwareRev("1");
  information.setFirmwareRev(FIRMWARE);
  information.setSerialNum(board_serial());
  information.begin();
  batteryService.begin();

  service.begin();
  imuCharacteristic.setProperties(CHR_PROPS_NOTIFY);
  imuCharacteristic.setPermission(SECMODE_OPEN, SECMODE_NO_ACCESS);
  imuCharacteristic.setMaxLen(GK_MAX_VALUE_BYTES);
  imuCharacteristic.begin();
  backfillCharacteristic.setProperties(CHR_PROPS_NOTIFY);
  backfillCharacteristic.setPermission(SECMODE_OPEN, SECMODE_NO_ACCESS);
  backfillCharacteristic.setMaxLen(GK_MAX_VALUE_BYTES);
  backfillCharacteristic.begin();
  controlCharacteristic.setProperties(CHR_PROPS_WRITE | CHR_PROPS_NOTIFY);
  controlCharacteristic.setPermission(SECMODE_OPEN, SECMODE_OPEN);
  controlCharacteristic.setMaxLen(20);
  controlCharacteristic.setWriteCallback(onControl);
  controlCharacteristic.begin();

  Bluefruit.ScanResponse.addName();
  Bluefruit.Advertising.restartOnDisconnect(true);
  Bluefruit.Advertising.setInterval(160, 1600);  // 0.1 s at first, 1 s when nobody came
  advertise();
}

static void measureBattery() {
  gk_battery battery;
  battery.millivolts = board_battery_mv();
  battery.percent = gk_lipo_percent(battery.millivolts);
  battery.charging = board_charging();
  gk_device_battery(&device, battery);
  if (link == BLE_CONN_HANDLE_INVALID) advertise();
  batteryService.write(battery.percent);
  if (link != BLE_CONN_HANDLE_INVALID) batteryService.notify(link, battery.percent);
}

void setup() {
  uint8_t key[GK_KEY_BYTES];
  controlWrites = xQueueCreate(8, sizeof(ControlWrite));
  Serial.begin(115200);
  board_begin();
  key_store_begin();
  key_store_read(key);
  gk_device_init(&device, &hooks, board_storage(), key, key_store_next_boot());
  startRadio();
  imuFound = gk_lsm6_init(&imu, board_imu_bus());
  attachInterrupt(digitalPinToInterrupt(PIN_LSM6DS3TR_C_INT1), onDataReady, RISING);
  measureBattery();
}

static void followLink() {
  uint16_t mtu = 0;
  BLEConnection* connection = link == BLE_CONN_HANDLE_INVALID ? NULL : Bluefruit.Connection(link);
  if (connection != NULL && connection->connected()) mtu = connection->getMtu();
  if (mtu == linkMtu) return;
  linkMtu = mtu;
  if (mtu == 0) {
    gk_device_unlinked(&device, board_now_us());
    xQueueReset(controlWrites);
  } else {
    gk_device_linked(&device, mtu);
  }
}

static void takeSamples() {
  int16_t chip[6], counts[6];
  uint64_t takenUs;
  while (gk_lsm6_next(&imu, chip, &takenUs)) {
    gk_device_overrun(&device, gk_lsm6_lost(&imu));
    board_axes(chip, counts);
    gk_device_sample(&device, counts, takenUs);
  }
}

// A firm tap says which sensor this is; while it samples, the samples themselves do.
static void watchTaps() {
  static uint32_t lookedAtMs;
  if (imu.running || millis() - lookedAtMs < TAPS_EVERY_MS) return;
  lookedAtMs = millis();
  if (!imu.watching) gk_lsm6_watch_taps(&imu);
  if (!gk_lsm6_tapped(&imu)) return;
  gk_device_tapped(&device);
  if (link == BLE_CONN_HANDLE_INVALID) advertise();
}

void loop() {
  static uint32_t batteryAtMs;
  ControlWrite write;
  followLink();
  if (imuFound) takeSamples();
  if (imuFound) watchTaps();
  while (xQueueReceive(controlWrites, &write, 0) == pdTRUE) {
    gk_device_control(&device, write.bytes, write.length, board_now_us());
  }
  gk_device_poll(&device, board_now_us());
  if (millis() - batteryAtMs > BATTERY_EVERY_MS) {
    batteryAtMs = millis();
    measureBattery();
  }
  if (identifying) board_led((millis() / 150) % 2 == 0);
  // A new key is used from the next start on, so that a running session is not cut in two.
  key_store_serial(board_serial());
  delay(2);
}
