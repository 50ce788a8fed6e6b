import { networkInterfaces, hostname } from 'node:os';
import { isIP } from 'node:net';

/** Names under which the service may be asked, against DNS rebinding. */
export interface OriginRules {
  readonly tls: boolean;
  /** Host names and addresses, lower case, without port; IPv6 without brackets. */
  readonly hosts: ReadonlySet<string>;
  /** Further origins (`https://gait.example`) that may use the API, for a proxy in front. */
  readonly origins?: ReadonlySet<string>;
}

const LOOPBACK_HOSTS = ['localhost', '127.0.0.1', '::1'];

/** Hosts for loopback only, or also for this machine's own names and addresses, and those that are named. */
export function allowedHosts(options: { lan: boolean; named: readonly string[] }): Set<string> {
  const hosts = new Set([...LOOPBACK_HOSTS, ...options.named.map((name) => hostOf(name) ?? name.toLowerCase())]);
  // Names that are listed are all that is wanted: within a container its own addresses say nothing.
  if (options.lan && options.named.length === 0) {
    const name = hostname().toLowerCase();
    if (name !== '') {
      hosts.add(name);
      hosts.add(`${name.split('.')[0] ?? name}.local`);
    }
    for (const list of Object.values(networkInterfaces()))
      for (const { address } of list ?? []) hosts.add(address.toLowerCase());
  }
  return hosts;
}

/** Host name of a Host header (`name`, `name:port`, `[v6]:port`); undefined where it is not one. */
export function hostOf(header: string | undefined): string | undefined {
  if (header === undefined) return undefined;
  const match = /^(?:\[([0-9a-fA-F:.]+)\]|([A-Za-z0-9._-]+))(?::\d{1,5})?$/.exec(header);
  if (match === null) return isIP(header) === 6 ? header.toLowerCase() : undefined;
  return (match[1] ?? match[2] ?? '').toLowerCase();
}

/** What the Host and Origin of a request say; undefined: nothing against it. */
export function originTrouble(
  rules: OriginRules,
  headers: Readonly<Record<string, string | string[] | undefined>>,
): { readonly status: 403 | 421; readonly detail: string } | undefined {
  const header = headers['host'];
  const host = typeof header === 'string' ? hostOf(header) : undefined;
  if (host === undefined || !rules.hosts.has(host))
    return {
      status: 421,
      // The names that are known stay untold: they are this machine's addresses, and a rebound page could read them.
      detail: `This service does not answer to the host name ${quoted(header)}.`,
    };
  const origin = headers['origin'];
  if (origin !== undefined) {
    const own = `${rules.tls ? 'https' : 'http'}://${String(header).toLowerCase()}`;
    if (
      typeof origin !== 'string' ||
      (origin.toLowerCase() !== own && rules.origins?.has(origin.toLowerCase()) !== true)
    )
      return {
        status: 403,
        detail: `Expected a request from a page of this service (${own}), found origin ${quoted(origin)}.`,
      };
    return undefined;
  }
  // Browsers say where a request comes from even where they send no Origin.
  const site = headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin' && site !== 'none')
    return {
      status: 403,
      detail: `Expected a request from a page of this service, found one from elsewhere (${quoted(site)}).`,
    };
  return undefined;
}

const quoted = (value: string | string[] | undefined): string =>
  value === undefined
    ? '(none)'
    : `"${String(value)
        .slice(0, 80)
        .replace(/[^\x20-\x7e]/g, '?')}"`;
