import type { PairingStore } from '../../ble/hub.ts';
import type { WalkStore } from '../../store/walk-store.ts';

/** Serial numbers of paired sensors, by id. */
const SERIALS = 'pairing_serials';

/** The hub's pairings, kept in the store: a restart finds the sensors paired. */
export function storedPairings(store: WalkStore): PairingStore {
  const serials = (): Record<string, string> => {
    const found = store.settings.get(null, SERIALS);
    return typeof found === 'object' && found !== null ? { ...(found as Record<string, string>) } : {};
  };
  return {
    list: () => {
      const known = serials();
      return store.pairings.list().map(({ deviceKey, ...pairing }) => ({
        ...pairing,
        ...(deviceKey === undefined ? {} : { key: deviceKey }),
        ...(known[pairing.id] === undefined ? {} : { serial: known[pairing.id]! }),
      }));
    },
    save: ({ key, serial, ...pairing }) => {
      store.pairings.save({ ...pairing, ...(key === undefined ? {} : { deviceKey: key }) });
      const { [pairing.id]: _old, ...others } = serials();
      store.settings.set(null, SERIALS, serial === undefined ? others : { ...others, [pairing.id]: serial });
    },
    forget: (sensorId) => {
      store.pairings.forget(sensorId);
      const { [sensorId]: _gone, ...others } = serials();
      store.settings.set(null, SERIALS, others);
    },
  };
}
