import { networkInterfaces } from 'node:os';
import { InvalidArgumentError } from 'commander';
import { isLoopback } from '../../api/access/guess-limiter.ts';
import { UserError } from '../terminal.ts';

export interface ListenOptions {
  readonly host: string;
  readonly port: number;
  readonly tls: boolean;
  readonly insecureLan: boolean;
}

/** What `--insecure-lan` means, said at every start. */
export const INSECURE_LAN_WARNING = `
WARNING: --insecure-lan. Everybody in this network can read along what the page and the service say to each other, the
sign-in code and session included, and act as you: see, change and erase your walks. Use --tls instead wherever you can.

`;

/** Is this an address that only this machine itself can reach? */
export const isLoopbackHost = (host: string): boolean => host === 'localhost' || isLoopback(host);

/** @throws UserError (status 2) where others could reach the service and nothing says how it is protected */
export function checkListening({ host, tls, insecureLan }: ListenOptions): void {
  if (isLoopbackHost(host) || tls || insecureLan) return;
  throw new UserError(
    `--host ${host} lets others of this network reach the service. Expected --tls (recommended: own certificate, traffic is
encrypted) or --insecure-lan (anybody in the network can read along and act as you).
  gaitkeeper serve --host ${host} --tls`,
    2,
  );
}

/** Addresses of this machine in its networks, IPv4 first. */
export function networkAddresses(): string[] {
  const found = Object.values(networkInterfaces())
    .flatMap((list) => list ?? [])
    .filter((entry) => !entry.internal && !entry.address.startsWith('fe80:'));
  return found.sort((a, b) => a.family.localeCompare(b.family)).map((entry) => entry.address);
}

/** `http://host:port` of a host name or address. */
export const urlOf = (host: string, port: number, tls: boolean): string =>
  `${tls ? 'https' : 'http'}://${host.includes(':') ? `[${host}]` : host}:${port}`;

/** Host under which the page is offered: where the service listens everywhere, loopback. */
export const shownHost = (host: string): string => (host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host);

/** A port as it was typed; 0: any that is free. @throws InvalidArgumentError */
export function port(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 0 || value > 65_535)
    throw new InvalidArgumentError('Expected a port, 1 to 65535 (0: any that is free).');
  return value;
}
