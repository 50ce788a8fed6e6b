import type { TimerHandle, Timers } from '../timers.ts';
import type { AirDevice, AirPeer } from './air-device.ts';
import { AttServer } from './att-server.ts';
import { ATT_CHANNEL, FrameBuilder, fragments, SIGNALLING_CHANNEL } from './l2cap.ts';
import type { ConnectionTiming } from './hci-packets.ts';

/** How a link carries its packets. */
export interface AirLinkPace {
  /** Time between connection events [ms]; 0: everything goes at once (a flood). Default: what the host asked for. */
  readonly intervalMs?: number;
  /** Frames that a connection event carries each way. Default 6. */
  readonly framesPerEvent?: number;
  /** Longest packet to the host, beside its header. Default 251; 27 without data length extension. */
  readonly fragmentBytes?: number;
  /** Frames that wait for the link at most; what comes on top is dropped, as by a sensor that can't hold more. Default 512. */
  readonly queueFrames?: number;
}

/** One link of the virtual controller: frames wait for the next connection event, each way. */
export class AirLink implements AirPeer {
  readonly handle: number;
  readonly device: AirDevice;
  timing: ConnectionTiming;
  readonly #att: AttServer;
  readonly #timers: Timers;
  readonly #pace: AirLinkPace;
  readonly #toHost: (packet: Buffer) => void;
  readonly #onEnd: (link: AirLink) => void;
  readonly #builder = new FrameBuilder();
  #outgoing: { readonly channel: number; readonly payload: Buffer }[] = [];
  #incoming: Buffer[] = [];
  #event: TimerHandle | undefined;
  #reachable = true;
  #over = false;
  /** Frames that found the queue full. */
  dropped = 0;

  constructor(options: {
    handle: number;
    device: AirDevice;
    timing: ConnectionTiming;
    timers: Timers;
    pace: AirLinkPace;
    toHost: (packet: Buffer) => void;
    onEnd: (link: AirLink) => void;
  }) {
    this.handle = options.handle;
    this.device = options.device;
    this.timing = options.timing;
    this.#timers = options.timers;
    this.#pace = options.pace;
    this.#toHost = options.toHost;
    this.#onEnd = options.onEnd;
    this.#att = new AttServer(options.device.services, options.device.mtu, (pdu) => this.#queue(ATT_CHANNEL, pdu));
  }

  get mtu(): number {
    return this.#att.mtu;
  }

  notify(characteristicUuid: string, bytes: Uint8Array): boolean {
    if (this.#over) return false;
    if (this.#outgoing.length >= (this.#pace.queueFrames ?? 512)) {
      this.dropped++;
      return false;
    }
    return this.#att.notify(characteristicUuid, bytes);
  }

  askForTiming(interval: number, latency: number, timeout: number): void {
    const request = Buffer.alloc(12);
    // Connection Parameter Update Request, number 1, 8 bytes.
    request.set([0x12, 1, 8, 0]);
    [interval, interval, latency, timeout].forEach((value, i) => request.writeUInt16LE(value, 4 + 2 * i));
    this.#queue(SIGNALLING_CHANNEL, request);
  }

  end(): void {
    if (!this.#over) this.#onEnd(this);
  }

  /** A packet of the host for this link. */
  fromHost(packet: Buffer): void {
    const frame = this.#builder.add(packet);
    // Of the other channels (signalling, security) a device of ours knows nothing.
    if (frame?.channel !== ATT_CHANNEL) return;
    this.#incoming.push(Buffer.from(frame.payload));
    this.#soon();
  }

  /** Nothing gets through any more, in either direction; the controller notices later. */
  fallSilent(): void {
    this.#reachable = false;
  }

  /** The controller has ended it. */
  close(): void {
    this.#over = true;
    this.#event?.cancel();
    this.#outgoing = this.#incoming = [];
  }

  #queue(channel: number, payload: Buffer): void {
    this.#outgoing.push({ channel, payload });
    this.#soon();
  }

  #soon(): void {
    const intervalMs = this.#pace.intervalMs ?? this.timing.interval * 1.25;
    if (intervalMs === 0) {
      if (this.#event === undefined && !this.#over) this.#exchange();
      return;
    }
    this.#event ??= this.#timers.after(intervalMs, () => {
      this.#event = undefined;
      this.#exchange();
      if (this.#outgoing.length > 0 || this.#incoming.length > 0) this.#soon();
    });
  }

  #exchange(): void {
    if (!this.#reachable) return;
    const most = this.#pace.intervalMs === 0 ? Infinity : (this.#pace.framesPerEvent ?? 6);
    for (const pdu of this.#incoming.splice(0, most)) this.#att.take(pdu);
    for (const { channel, payload } of this.#outgoing.splice(0, most)) {
      if (this.#over) return;
      for (const packet of fragments(this.handle, channel, payload, this.#pace.fragmentBytes ?? 251))
        this.#toHost(packet);
    }
  }
}
