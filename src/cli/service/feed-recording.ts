import type { IngestAnswer } from '../../api/contract.ts';
import type { SensorNotification } from '../../domain/notification.ts';
import { wearerToldOf } from '../../domain/wearer-told.ts';
import type { Recording } from '../../recording/recording.ts';
import { UserError } from '../terminal.ts';
import { refusal, type RunningService } from './running-service.ts';
import { LineRefused, WebSocketLine } from './web-socket-line.ts';

/** slot u8, receive time f64 little-endian, then the notification. */
const HEADER_BYTES = 9;
/** On their way unacknowledged at most: below what the service allows. */
const WINDOW = 16_384;
const WINDOW_BYTES = 4 * 1024 * 1024;
/** Messages sent in one go. */
const BATCH = 64;

export interface FeedOptions {
  /** Seconds of the recording a second; `max`: as fast as it goes. */
  readonly speed: number | 'max';
  readonly onProgress: (share: number, text: string) => void;
}

/**
 * Feeds a running service with a recording as a live walk. Each notification goes with its own receive time, so the strides
 * are the same at any speed.
 * @returns id of the walk, and how many notifications it got
 */
export async function feedRecording(
  service: RunningService,
  recording: Recording,
  options: FeedOptions,
): Promise<{ walkId: string; sent: number }> {
  const line = await openLine(service);
  const answers = new Answers(line);
  await line.sendText(
    JSON.stringify({
      type: 'start',
      slots: recording.slots.map(({ slot, site, model, deviceId, name }) => ({
        slot,
        site,
        model,
        ...(deviceId === undefined ? {} : { device_id: deviceId }),
        ...(name === undefined ? {} : { name }),
      })),
      ...wearerToldOf(recording.meta),
    }),
  );
  const { walk_id: walkId } = await answers.started();
  const startMs = performance.now();
  let firstS: number | undefined;
  let batch: Uint8Array[] = [];
  let sent = 0;
  let sentBytes = 0;
  const flush = async (): Promise<void> => {
    if (batch.length === 0) return;
    const messages = batch;
    batch = [];
    await line.sendBinary(messages);
    await answers.room(sent, sentBytes);
  };
  for await (const notification of recording.notifications) {
    firstS ??= notification.receivedS;
    if (options.speed !== 'max') {
      const dueMs = startMs + ((notification.receivedS - firstS) * 1000) / options.speed;
      if (dueMs > performance.now() + 2) {
        await flush();
        while (dueMs > performance.now()) await pauseMs(Math.min(200, dueMs - performance.now()));
      }
    }
    const message = messageOf(notification);
    batch.push(message);
    sent++;
    sentBytes += message.length;
    answers.note(sent, sentBytes);
    if (batch.length >= BATCH) {
      await flush();
      options.onProgress(
        recording.readBytes / Math.max(1, recording.sizeBytes),
        `${Math.round(notification.receivedS - firstS)} s`,
      );
    }
    answers.check();
  }
  await flush();
  await line.sendText(JSON.stringify({ type: 'end' }));
  await answers.finished();
  line.close();
  return { walkId, sent };
}

async function openLine(service: RunningService): Promise<WebSocketLine> {
  try {
    return await WebSocketLine.open(
      `${service.url}/api/v1/ingest`,
      { authorization: `Bearer ${service.token}`, origin: service.url },
      service.ca,
    );
  } catch (error) {
    if (error instanceof LineRefused) throw refusal(error.status, error.body);
    throw new UserError(
      `The service at ${service.url} can't be reached (${(error as Error).message}). Is it running? Start it with: gaitkeeper serve`,
    );
  }
}

function messageOf({ slot, receivedS, bytes }: SensorNotification): Uint8Array {
  const message = new Uint8Array(HEADER_BYTES + bytes.length);
  message[0] = slot;
  new DataView(message.buffer).setFloat64(1, receivedS, true);
  message.set(bytes, HEADER_BYTES);
  return message;
}

/** What the service answers, in the order in which it is waited for. */
class Answers {
  #started: Extract<IngestAnswer, { type: 'started' }> | undefined;
  #finished = false;
  #stored = 0;
  #storedBytes = 0;
  /** Bytes sent up to each notification that is not acknowledged. */
  readonly #sentBytes: { count: number; bytes: number }[] = [];
  #trouble: string | undefined;
  #wake: (() => void) | undefined;

  constructor(line: WebSocketLine) {
    line.onText((text) => {
      this.#take(JSON.parse(text) as IngestAnswer);
      this.#wake?.();
    });
    line.onEnd((why) => {
      this.#trouble ??= this.#finished ? undefined : why;
      this.#wake?.();
    });
  }

  #take(answer: IngestAnswer): void {
    if (answer.type === 'started') this.#started = answer;
    else if (answer.type === 'finished') this.#finished = true;
    else if (answer.type === 'error') this.#trouble = answer.detail;
    else {
      this.#stored = answer.count;
      while (this.#sentBytes.length > 0 && this.#sentBytes[0]!.count <= answer.count)
        this.#storedBytes = this.#sentBytes.shift()!.bytes;
    }
  }

  /** So many were sent, with so many bytes in all. */
  note(count: number, bytes: number): void {
    if (count % BATCH === 0) this.#sentBytes.push({ count, bytes });
  }

  async started(): Promise<Extract<IngestAnswer, { type: 'started' }>> {
    await this.#until(() => this.#started !== undefined);
    return this.#started!;
  }

  async finished(): Promise<void> {
    await this.#until(() => this.#finished);
  }

  /** Resolves when more may be sent. */
  async room(sent: number, sentBytes: number): Promise<void> {
    await this.#until(() => sent - this.#stored < WINDOW && sentBytes - this.#storedBytes < WINDOW_BYTES);
  }

  /** @throws UserError where the service has said no meanwhile */
  check(): void {
    if (this.#trouble !== undefined) throw new UserError(`The service ended the walk's feed: ${this.#trouble}`);
  }

  async #until(there: () => boolean): Promise<void> {
    while (!there()) {
      this.check();
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }
}

const pauseMs = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
