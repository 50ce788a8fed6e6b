import { Check, Errors } from 'typebox/value';
import { LONGEST_WALK_S } from '../../domain/notification.ts';
import { wearerToldOf } from '../../domain/wearer-told.ts';
import { SENSOR_MODELS } from '../../protocol/models/index.ts';
import { StoreError } from '../../store/store-error.ts';
import type { WalkStore } from '../../store/walk-store.ts';
import type { ServiceClock } from '../clock.ts';
import { IngestEnd, IngestHello, IngestResume, type IngestAnswer } from '../contract.ts';
import { problemOf } from '../problem.ts';
import { parseJson } from '../request-limits.ts';
import { activeProfileId } from '../routes/active-profile.ts';
import { MOST_IN_A_CHUNK_S, type RecordedWalk } from './recorded-walk.ts';
import type { WalkHost } from './walk-host.ts';

/** slot u8, receive time f64 little-endian. */
export const INGEST_HEADER_BYTES = 9;
/** Largest message; a sensor's notification has some 250 bytes, a block of imported samples a few thousand. */
export const INGEST_MESSAGE_BYTES = 16 * 1024;
/** What may be on its way unacknowledged. */
export const INGEST_WINDOW = 32_768;
const WINDOW_BYTES = 8 * 1024 * 1024;
/** The first message has to be there within this time [s]. */
const HELLO_WITHIN_S = 10;
/** A line that was cut may be taken up again for so long, then the walk is finished [s]. */
export const RESUME_WITHIN_S = 60;
/** A walk that a full disk keeps from being finished is tried again after [s]. */
const RETRY_STOP_S = 5;

/** WebSocket close codes. */
const BAD_DATA = 1007;
const POLICY = 1008;

/** The other end, as far as it is needed. */
export interface IngestLine {
  send(answer: IngestAnswer): void;
  close(code: number, reason: string): void;
}

export interface IngestContext {
  readonly store: WalkStore;
  readonly host: WalkHost;
  readonly clock: ServiceClock;
}

/** Walks that a client feeds; one whose line was cut waits for it for a minute. */
export class IngestDesk {
  readonly #context: IngestContext;
  #waiting: { walk: RecordedWalk; untilS: number } | undefined;
  readonly #lines = new Set<IngestSession>();
  readonly #stop: () => void;

  constructor(context: IngestContext) {
    this.#context = context;
    this.#stop = context.clock.every(250, () => this.#tick());
  }

  /** A line was opened. */
  open(line: IngestLine): IngestSession {
    const session = new IngestSession(this.#context, line, this);
    this.#lines.add(session);
    return session;
  }

  /** A line ended; with a walk that goes on: it may be taken up again. */
  left(session: IngestSession, walk: RecordedWalk | undefined): void {
    this.#lines.delete(session);
    if (walk === undefined || this.#context.host.currentId !== walk.id) return;
    this.#waiting = { walk, untilS: this.#context.clock.monotonicS() + RESUME_WITHIN_S };
  }

  /** The walk that waits for its client. */
  takeUp(walkId: string): RecordedWalk | undefined {
    if (this.#waiting?.walk.id !== walkId) return undefined;
    const { walk } = this.#waiting;
    this.#waiting = undefined;
    return walk;
  }

  close(): void {
    this.#stop();
    for (const session of this.#lines) session.goingAway();
  }

  #tick(): void {
    for (const session of this.#lines) session.tick();
    const { host, clock } = this.#context;
    if (this.#waiting === undefined) return;
    const { walk, untilS } = this.#waiting;
    if (host.currentId !== walk.id) this.#waiting = undefined;
    else if (clock.monotonicS() > untilS) {
      try {
        host.stop(walk.id);
        this.#waiting = undefined;
      } catch (error) {
        // A full disk: the walk is safe in memory, and is finished when there is space.
        if (!(error instanceof StoreError)) throw error;
        this.#waiting = { walk, untilS: clock.monotonicS() + RETRY_STOP_S };
      }
    }
  }
}

/** One line: declares slots, sends notifications as they came, is told what is on the disk. */
export class IngestSession {
  readonly #context: IngestContext;
  readonly #line: IngestLine;
  readonly #desk: IngestDesk;
  readonly #helloUntilS: number;
  #walk: RecordedWalk | undefined;
  #slots: ReadonlySet<number> = new Set();
  #acknowledged = 0;
  #flushedS = 0;
  #over = false;

  constructor(context: IngestContext, line: IngestLine, desk: IngestDesk) {
    this.#context = context;
    this.#line = line;
    this.#desk = desk;
    this.#helloUntilS = context.clock.monotonicS() + HELLO_WITHIN_S;
  }

  onText(text: string): void {
    if (this.#over) return;
    try {
      this.#onMessage(parseJson(text));
    } catch (error) {
      const { problem } = problemOf(error);
      this.#refuse(
        POLICY,
        problem.what_to_do === undefined ? problem.detail : `${problem.detail} ${problem.what_to_do}`,
      );
    }
  }

  onBinary(message: Uint8Array): void {
    if (this.#over) return;
    const walk = this.#walk;
    if (walk === undefined) {
      this.#refuse(POLICY, 'Expected {"type":"start"} with the slots first, found a packet.');
      return;
    }
    if (message.length <= INGEST_HEADER_BYTES) {
      this.#refuse(
        BAD_DATA,
        `Expected slot (1 byte), receive time (8 bytes) and a notification, found ${message.length} bytes.`,
      );
      return;
    }
    const slot = message[0]!;
    const receivedS = new DataView(message.buffer, message.byteOffset, message.length).getFloat64(1, true);
    if (!this.#slots.has(slot)) {
      this.#refuse(BAD_DATA, `Expected a declared slot (${[...this.#slots].join(', ')}), found ${slot}.`);
      return;
    }
    if (!(receivedS >= 0 && receivedS < LONGEST_WALK_S)) {
      this.#refuse(BAD_DATA, `Expected a receive time of 0 to ${LONGEST_WALK_S} s, found ${receivedS}.`);
      return;
    }
    if (this.#context.host.currentId !== walk.id) {
      this.#refuse(POLICY, 'The walk was stopped.');
      return;
    }
    if (walk.pushed - this.#acknowledged >= INGEST_WINDOW || walk.unwrittenBytes >= WINDOW_BYTES) {
      this.#flush();
      if (walk.pushed - this.#acknowledged >= INGEST_WINDOW) {
        this.#refuse(POLICY, 'More is on its way than the disk can take: wait for "stored" before sending on.');
        return;
      }
    }
    walk.push({ slot, receivedS, bytes: message.slice(INGEST_HEADER_BYTES) });
    // A fast client's seconds are written as they fill, so that no write holds up the others for long.
    if (walk.newestS - this.#flushedS >= MOST_IN_A_CHUNK_S) this.#flush();
  }

  /** The line is gone, however. */
  onClosed(): void {
    this.#over = true;
    this.#flush();
    this.#desk.left(this, this.#walk);
  }

  tick(): void {
    if (this.#walk === undefined) {
      if (this.#context.clock.monotonicS() > this.#helloUntilS)
        this.#refuse(POLICY, `Expected {"type":"start"} within ${HELLO_WITHIN_S} s.`);
    } else this.#flush();
  }

  /** The service ends: what came is written; the client may come again. */
  goingAway(): void {
    this.#flush();
    this.#over = true;
    this.#line.close(1001, 'The service is ending.');
  }

  #onMessage(message: unknown): void {
    if (this.#walk === undefined) {
      if (Check(IngestHello, message)) this.#start(message);
      else if (Check(IngestResume, message)) this.#resume(message.walk_id);
      else {
        const [first] = Errors(IngestHello, message);
        const where = first === undefined ? '' : ` (${first.instancePath || 'message'} ${first.message})`;
        this.#refuse(
          POLICY,
          `Expected {"type":"start","slots":[{"slot","model","site"}]}, found something else${where}.`,
        );
      }
      return;
    }
    if (!Check(IngestEnd, message)) {
      this.#refuse(POLICY, 'Expected packets or {"type":"end"}, found something else.');
      return;
    }
    const walk = this.#walk;
    // Where the disk is full this throws: the client is told, and the walk is finished later.
    this.#context.host.stop(walk.id);
    this.#walk = undefined;
    this.#over = true;
    this.#line.send({ type: 'stored', count: walk.pushed });
    this.#line.send({ type: 'finished', walk_id: walk.id });
    this.#line.close(1000, 'finished');
  }

  #start(hello: IngestHello): void {
    const known = SENSOR_MODELS.map((model) => model.id);
    const unknown = hello.slots.find((slot) => !known.includes(slot.model));
    if (unknown !== undefined) {
      this.#refuse(
        POLICY,
        `Expected a known sensor model (${known.join(', ')}) in slot ${unknown.slot}, found another.`,
      );
      return;
    }
    if (new Set(hello.slots.map((slot) => slot.slot)).size !== hello.slots.length) {
      this.#refuse(POLICY, 'Expected each slot number once.');
      return;
    }
    const walk = this.#context.host.startIngest({
      profileId: activeProfileId(this.#context.store),
      slots: hello.slots.map(({ slot, site, model, device_id, name }) => ({
        slot,
        site,
        model,
        ...(device_id === undefined ? {} : { deviceId: device_id }),
        ...(name === undefined ? {} : { name }),
      })),
      ...(hello.title === undefined ? {} : { title: hello.title }),
      ...(hello.tags === undefined ? {} : { tags: hello.tags }),
      told: wearerToldOf({ pauses: hello.pauses, tag_changes: hello.tag_changes }),
    });
    this.#begin(walk);
  }

  #resume(walkId: string): void {
    const walk = this.#desk.takeUp(walkId);
    if (walk === undefined) this.#refuse(POLICY, 'No walk of this id waits for its client.');
    else this.#begin(walk);
  }

  #begin(walk: RecordedWalk): void {
    this.#walk = walk;
    this.#slots = new Set(this.#context.store.walks.get(walk.id).slots.map((slot) => slot.slot));
    this.#acknowledged = walk.pushed;
    this.#line.send({ type: 'started', walk_id: walk.id, stored: walk.pushed });
  }

  #flush(): void {
    const walk = this.#walk;
    if (walk === undefined || this.#context.host.currentId !== walk.id) return;
    this.#flushedS = walk.newestS;
    const result = walk.flush();
    if (result === undefined || result.storedNotifications <= this.#acknowledged) return;
    this.#acknowledged = result.storedNotifications;
    if (!this.#over) this.#line.send({ type: 'stored', count: result.storedNotifications });
  }

  #refuse(code: number, detail: string): void {
    if (this.#over) return;
    this.#flush();
    this.#over = true;
    this.#line.send({ type: 'error', detail });
    this.#line.close(code, detail.slice(0, 100));
  }
}
