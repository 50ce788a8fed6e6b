import type { SensorSite } from '../domain/sites.ts';
import type { Connection } from './connection.ts';
import type { Pairings, StoredPairing } from './walk-store.ts';

interface PairingRow {
  readonly id: string;
  readonly name: string;
  readonly model: string;
  readonly site: SensorSite;
  readonly virtual: number;
  readonly device_key: Uint8Array | null;
}

/** Table `pairings`: the sensors that may send, and where each is worn. */
export class PairingTable implements Pairings {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  list(): readonly StoredPairing[] {
    const rows = this.#connection.read(() =>
      this.#connection.db.prepare<[], PairingRow>('SELECT * FROM pairings ORDER BY site, id').all(),
    );
    return rows.map(pairingOf);
  }

  find(deviceId: string): StoredPairing | undefined {
    const row = this.#connection.read(() =>
      this.#connection.db.prepare<[string], PairingRow>('SELECT * FROM pairings WHERE id = ?').get(deviceId),
    );
    return row === undefined ? undefined : pairingOf(row);
  }

  save(pairing: StoredPairing): void {
    const { db } = this.#connection;
    const { id, name, model, site, virtual, deviceKey } = pairing;
    this.#connection.write(() => {
      // A body site has one sensor; of those worn nowhere there may be many.
      if (site !== 'sensor') db.prepare('DELETE FROM pairings WHERE site = ? AND id <> ?').run(site, id);
      db.prepare(
        'INSERT OR REPLACE INTO pairings (id, name, model, site, virtual, device_key) VALUES (?, ?, ?, ?, ?, ?)',
      ).run(id, name, model, site, virtual ? 1 : 0, deviceKey ?? null);
    });
  }

  forget(deviceId: string): void {
    this.#connection.write(() => this.#connection.db.prepare('DELETE FROM pairings WHERE id = ?').run(deviceId));
  }
}

const pairingOf = (row: PairingRow): StoredPairing => ({
  id: row.id,
  name: row.name,
  model: row.model,
  site: row.site,
  virtual: row.virtual === 1,
  ...(row.device_key === null ? {} : { deviceKey: new Uint8Array(row.device_key) }),
});
