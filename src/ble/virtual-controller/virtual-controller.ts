import { EventEmitter } from 'node:events';
import type { HciSocketClass } from '../load-noble.ts';
import type { TimerHandle, Timers } from '../timers.ts';
import type { AirDevice } from './air-device.ts';
import { AirLink, type AirLinkPace } from './air-link.ts';
import { Advertising, type AdvertisingPace } from './advertising.ts';
import {
  addressBytes,
  addressText,
  COMMAND,
  commandComplete,
  commandStatus,
  connected,
  connectionUpdated,
  disconnected,
  HCI_STATUS,
  PACKET,
  packetsDone,
  type ConnectionTiming,
} from './hci-packets.ts';

export interface VirtualControllerOptions {
  readonly timers: Timers;
  readonly pace?: AirLinkPace;
  readonly advertising?: AdvertisingPace;
  /** Longest packet and number of packets it takes from the host at once. Default 27 and 8. */
  readonly buffer?: { readonly bytes: number; readonly count: number };
}

/** How long it takes until a device that is there is connected to [ms]. */
const CONNECT_MS = 40;
const OWN_ADDRESS = '02:00:5e:00:53:01';
const NO_TIMING: ConnectionTiming = { interval: 0, latency: 0, timeout: 0 };

/**
 * A Bluetooth controller without a radio: takes a host's commands at its HCI socket and answers as the specification says, with
 * the devices of a virtual air behind it. Hosts that talk to real controllers run on it unchanged.
 */
export class VirtualController {
  readonly #timers: Timers;
  readonly #options: VirtualControllerOptions;
  readonly #advertising: Advertising;
  readonly #links = new Map<number, AirLink>();
  readonly #sockets = new Set<EventEmitter>();
  #up = true;
  #lastHandle = 0x3f;
  #connecting: { address: string; timing: ConnectionTiming; poll: TimerHandle | undefined } | undefined;
  /** How often each command came, by opcode. */
  readonly commands = new Map<number, number>();
  /** What the host asked for with its last connection. */
  lastTiming: ConnectionTiming | undefined;

  constructor(options: VirtualControllerOptions) {
    this.#options = options;
    this.#timers = options.timers;
    const linked = (device: AirDevice): boolean => [...this.#links.values()].some((l) => l.device === device);
    this.#advertising = new Advertising(options.timers, options.advertising ?? {}, linked, (report) =>
      this.#tell(report),
    );
  }

  /** Puts a device on the air. */
  add(device: AirDevice): void {
    this.#advertising.devices.push(device);
  }

  /** The adapter is plugged in and switched on. */
  get up(): boolean {
    return this.#up;
  }

  /** Adapter off or unplugged, and on again. As on Linux, the host hears of no link that went with it. */
  setUp(up: boolean): void {
    if (up === this.#up) return;
    this.#up = up;
    if (!up) this.#dropAll();
  }

  /** Ends a device's link now, as the controller tells it: the reason is that of the specification. */
  lose(address: string, reason: number = HCI_STATUS.supervision_timeout): void {
    for (const link of [...this.#links.values()]) if (link.device.address === address) this.#end(link, reason);
  }

  /** A device is suddenly gone: nothing comes through, and the controller notices after the link's supervision timeout. */
  vanish(address: string): void {
    for (const link of this.#links.values()) {
      if (link.device.address !== address) continue;
      link.fallSilent();
      this.#timers.after(link.timing.timeout * 10, () => this.#end(link, HCI_STATUS.supervision_timeout));
    }
  }

  /** Links that are up. */
  get linkCount(): number {
    return this.#links.size;
  }

  /** Frames that devices could not send because their link was too slow. */
  get dropped(): number {
    return [...this.#links.values()].reduce((sum, link) => sum + link.dropped, 0);
  }

  /** A class in the place of the native socket that noble makes; all its instances lead to this controller. */
  socketClass(): HciSocketClass {
    const take = (packet: Buffer): void => this.#take(packet);
    const isUp = (): boolean => this.#up;
    const sockets = this.#sockets;
    return class VirtualHciSocket extends EventEmitter {
      bindRaw(): number {
        return 0;
      }
      bindUser(): number {
        return 0;
      }
      setFilter(): void {
        // Everything that comes is of use.
      }
      isDevUp(): boolean {
        return isUp();
      }
      start(): void {
        sockets.add(this);
      }
      stop(): void {
        sockets.delete(this);
      }
      reset(): void {
        // There is no kernel's state to forget.
      }
      cleanup(): void {
        sockets.delete(this);
      }
      write(packet: Buffer): void {
        const copy = Buffer.from(packet);
        // A real controller never answers within the call.
        queueMicrotask(() => take(copy));
      }
    };
  }

  /** Ends everything; no timer is left behind. */
  close(): void {
    this.#dropAll();
    this.#sockets.clear();
  }

  #dropAll(): void {
    this.#advertising.stop();
    this.#connecting?.poll?.cancel();
    this.#connecting = undefined;
    for (const link of [...this.#links.values()]) this.#forget(link);
  }

  #tell(packet: Buffer): void {
    if (!this.#up) return;
    for (const socket of this.#sockets) socket.emit('data', packet);
  }

  #take(packet: Buffer): void {
    if (!this.#up) return;
    if (packet[0] === PACKET.command) this.#command(packet.readUInt16LE(1), packet.subarray(4));
    else if (packet[0] === PACKET.acl) {
      const handle = packet.readUInt16LE(1) & 0xfff;
      const link = this.#links.get(handle);
      if (link === undefined) return;
      link.fromHost(packet);
      this.#tell(packetsDone(handle, 1));
    }
  }

  #command(opcode: number, args: Buffer): void {
    this.commands.set(opcode, (this.commands.get(opcode) ?? 0) + 1);
    const done = (...given: number[]): void => this.#tell(commandComplete(opcode, HCI_STATUS.ok, ...given));
    switch (opcode) {
      case COMMAND.reset:
        this.#dropAll();
        done();
        return;
      case COMMAND.set_event_mask:
      case COMMAND.le_set_event_mask:
      case COMMAND.write_le_host_support:
      case COMMAND.le_set_scan_parameters:
        done();
        return;
      case COMMAND.read_le_host_support:
        done(1, 0);
        return;
      case COMMAND.read_local_version:
        // Bluetooth 5.0, maker "not assigned".
        done(9, 0, 0, 9, 0xff, 0xff, 0, 0);
        return;
      case COMMAND.read_address:
        done(...addressBytes(OWN_ADDRESS));
        return;
      case COMMAND.le_read_features:
        done(0, 0, 0, 0, 0, 0, 0, 0);
        return;
      case COMMAND.le_read_buffer_size: {
        const { bytes, count } = this.#options.buffer ?? { bytes: 27, count: 8 };
        done(bytes & 0xff, bytes >> 8, count);
        return;
      }
      case COMMAND.read_rssi:
        done(args[0] ?? 0, args[1] ?? 0, (this.#links.get(args.readUInt16LE(0))?.device.rssiDbm ?? 0) & 0xff);
        return;
      case COMMAND.le_set_scan_enable:
        this.#advertising.scan(args[0] === 1, args[1] === 1);
        done();
        return;
      case COMMAND.le_create_connection:
        this.#connect(args);
        return;
      case COMMAND.le_cancel_connection:
        this.#cancel();
        return;
      case COMMAND.disconnect:
        this.#disconnect(args.readUInt16LE(0));
        return;
      case COMMAND.le_update_connection:
        this.#update(args);
        return;
      default:
        this.#tell(commandComplete(opcode, HCI_STATUS.unknown_command));
    }
  }

  #connect(args: Buffer): void {
    const busy = this.#connecting !== undefined;
    this.#tell(commandStatus(COMMAND.le_create_connection, busy ? HCI_STATUS.disallowed : HCI_STATUS.ok));
    if (busy) return;
    const timing = { interval: args.readUInt16LE(13), latency: args.readUInt16LE(17), timeout: args.readUInt16LE(19) };
    this.lastTiming = timing;
    this.#connecting = { address: addressText(args.subarray(6, 12)), timing, poll: undefined };
    this.#tryToConnect();
  }

  /** A link begins when the device is next heard; until then the controller waits, for ever if need be. */
  #tryToConnect(): void {
    const wanted = this.#connecting;
    if (wanted === undefined) return;
    wanted.poll = this.#timers.after(CONNECT_MS, () => {
      const device = this.#advertising.devices.find((d) => d.address === wanted.address && d.present);
      const free = device !== undefined && ![...this.#links.values()].some((l) => l.device === device);
      if (!free) {
        this.#tryToConnect();
        return;
      }
      this.#connecting = undefined;
      this.#lastHandle = this.#lastHandle >= 0xeff ? 0x40 : this.#lastHandle + 1;
      const link = new AirLink({
        handle: this.#lastHandle,
        device,
        timing: wanted.timing,
        timers: this.#timers,
        pace: this.#options.pace ?? {},
        toHost: (packet) => this.#tell(packet),
        onEnd: (ended) => this.#end(ended, HCI_STATUS.peer_ended),
      });
      this.#links.set(link.handle, link);
      device.linked(link);
      this.#tell(connected(HCI_STATUS.ok, link.handle, device, wanted.timing));
    });
  }

  #cancel(): void {
    const wanted = this.#connecting;
    this.#connecting = undefined;
    wanted?.poll?.cancel();
    this.#tell(
      commandComplete(COMMAND.le_cancel_connection, wanted === undefined ? HCI_STATUS.disallowed : HCI_STATUS.ok),
    );
    if (wanted !== undefined) this.#tell(connected(HCI_STATUS.unknown_connection, 0, undefined, NO_TIMING));
  }

  #disconnect(handle: number): void {
    const link = this.#links.get(handle);
    const status = link === undefined ? HCI_STATUS.unknown_connection : HCI_STATUS.ok;
    this.#tell(commandStatus(COMMAND.disconnect, status));
    if (link !== undefined) this.#end(link, HCI_STATUS.host_ended);
  }

  #update(args: Buffer): void {
    const link = this.#links.get(args.readUInt16LE(0));
    const status = link === undefined ? HCI_STATUS.unknown_connection : HCI_STATUS.ok;
    this.#tell(commandStatus(COMMAND.le_update_connection, status));
    if (link === undefined) return;
    link.timing = { interval: args.readUInt16LE(4), latency: args.readUInt16LE(6), timeout: args.readUInt16LE(8) };
    this.#tell(connectionUpdated(link.handle, link.timing));
  }

  #end(link: AirLink, reason: number): void {
    if (!this.#links.has(link.handle)) return;
    this.#forget(link);
    this.#tell(disconnected(link.handle, reason));
  }

  #forget(link: AirLink): void {
    this.#links.delete(link.handle);
    link.close();
    link.device.unlinked();
  }
}
