import { execFileSync, spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { StepRecord, StrideRecord, WalkRecord } from '../../src/domain/records.ts';
import { influxSettings } from '../../src/store/mirror-service.ts';

const root = path.resolve(import.meta.dirname, '../..');
const read = (...names: string[]): string => readFileSync(path.join(root, ...names), 'utf8');
const has = (command: string, ...args: string[]): boolean => spawnSync(command, args).status === 0;

/** Whether a tool is there; with CI=true it has to be. */
function present(command: string, ...args: string[]): boolean {
  const found = has(command, ...args);
  if (!found && process.env['CI'] === 'true')
    throw new Error(
      `${command} is missing, and with CI=true nothing is skipped. On Debian: apt-get install ${command}`,
    );
  return found;
}
const compose = present('docker-compose', '--version');
const analyze = has('systemd-analyze', '--version');

interface Service {
  readonly command?: readonly string[];
  readonly ports?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly volumes?: readonly string[];
  readonly network_mode?: string;
  readonly image?: string;
  readonly cap_add?: readonly string[];
  readonly cap_drop?: readonly string[];
}

/** The few YAML forms that `docker-compose config` prints: maps, lists and scalars, by indentation. */
function parsePrinted(text: string): unknown {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  let at = 0;
  const indentOf = (line: string): number => line.length - line.trimStart().length;
  const scalar = (value: string): unknown => {
    if (value === '{}') return {};
    if (value === '[]') return [];
    if (value.startsWith('"')) return JSON.parse(value) as string;
    const quoted = /^'(.*)'$/s.exec(value);
    return quoted === null ? value : quoted[1]!.replaceAll("''", "'");
  };
  function block(indent: number): unknown {
    const isList = lines[at]!.trimStart().startsWith('- ');
    const list: unknown[] = [];
    const map: Record<string, unknown> = {};
    while (at < lines.length && indentOf(lines[at]!) === indent) {
      const line = lines[at]!.trim();
      if (line.startsWith('- ') !== isList) break;
      at++;
      if (isList) {
        let item = line.slice(2);
        while (at < lines.length && indentOf(lines[at]!) > indent) item += ` ${lines[at++]!.trim()}`;
        list.push(scalar(item));
        continue;
      }
      const [, key, value] = /^([^:]+):(?: (.*))?$/.exec(line)!;
      const next = lines[at];
      const nested =
        next !== undefined && (indentOf(next) > indent || (indentOf(next) === indent && /^\s*- /.test(next)));
      map[key!] = value === undefined && nested ? block(indentOf(next)) : scalar(value ?? '');
    }
    return isList ? list : map;
  }
  return block(0);
}

describe.skipIf(!compose)(
  `docker-compose.yml${compose ? '' : ' (skipped: docker-compose is not installed; on Debian: apt-get install docker-compose)'}`,
  () => {
    const config = (): Record<string, Service> => {
      const env = { PATH: process.env['PATH'] ?? '', GAITKEEPER_METRICS_PASSWORD: 'from the environment' };
      const printed = execFileSync('docker-compose', ['--profile', 'metrics', '--profile', 'ble', 'config'], {
        cwd: root,
        env,
        encoding: 'utf8',
      });
      return (parsePrinted(printed) as { services: Record<string, Service> }).services;
    };

    it('is valid, also with nothing set', () => {
      expect(has('docker-compose', '-f', path.join(root, 'docker-compose.yml'), 'config', '-q')).toBe(true);
      expect(Object.keys(config()).sort()).toEqual(['gaitkeeper', 'gaitkeeper-ble', 'grafana', 'influxdb']);
    });

    it('starts the service alone unless a profile is asked for', () => {
      const names = execFileSync('docker-compose', ['config', '--services'], { cwd: root, encoding: 'utf8' });
      // 1.29 lists all services; which start is said by their profiles.
      const text = read('docker-compose.yml');
      for (const name of names.trim().split('\n')) {
        const own = new RegExp(`^  ${name}:\\n(?:    .*\\n|\\n)*`, 'm').exec(text)![0];
        expect([name, /profiles:/.test(own)]).toEqual([name, name !== 'gaitkeeper']);
      }
    });

    it('publishes ports on this machine only', () => {
      const ports = Object.values(config()).flatMap((s) => s.ports ?? []);
      expect(ports).toHaveLength(3);
      for (const port of ports) expect(port).toMatch(/^127\.0\.0\.1:\d+:\d+/);
    });

    it('gives the service explicit host names, its volume, and no rights', () => {
      const { gaitkeeper } = config();
      const command = gaitkeeper!.command!.join(' ');
      expect(command).toContain('serve --host 0.0.0.0');
      expect(command).toContain('--allowed-host localhost 127.0.0.1');
      expect(gaitkeeper!.volumes).toEqual(['gaitkeeper-data:/data:rw']);
      expect(gaitkeeper!.cap_drop).toEqual(['ALL']);
      expect(gaitkeeper!.cap_add).toBeUndefined();
    });

    it('gives Bluetooth the network of the host, and there loopback', () => {
      const ble = config()['gaitkeeper-ble']!;
      expect(ble.network_mode).toBe('host');
      expect(ble.command!.join(' ')).toContain('--host 127.0.0.1');
      expect(ble.cap_add).toEqual(['NET_RAW', 'NET_ADMIN']);
    });

    it('holds no password, and keeps the mirror off unless a URL is set', () => {
      expect(read('docker-compose.yml')).not.toMatch(/^\s*\w*password: ?[^$\s]/im);
      const { gaitkeeper, influxdb } = config();
      expect(influxdb!.environment!['INFLUXDB_USER_PASSWORD']).toBe('from the environment');
      expect(influxdb!.environment!['INFLUXDB_HTTP_AUTH_ENABLED']).toBe('true');
      expect(influxSettings(gaitkeeper!.environment!)).toBeUndefined();
    });

    it('pins images', () => {
      for (const { image } of Object.values(config()))
        expect(image).toMatch(/^(gaitkeeper:local|[^:]+:\d+\.\d+\.\d+)$/);
    });
  },
);

describe('Dockerfile', () => {
  it('builds in one stage and runs in another, without root', () => {
    const text = read('Dockerfile');
    const stages = text.split(/^FROM /m).slice(1);
    expect(stages).toHaveLength(2);
    expect(stages[1]).toMatch(/^USER node$/m);
    expect(stages[1]).not.toMatch(/g\+\+|python3/);
    expect(stages[0]).toContain('--omit=dev');
    expect(stages[1]).toMatch(/^HEALTHCHECK /m);
  });

  it('copies only what is there or made by the build', () => {
    const tracked = new Set([...readdirSync(root), 'dist', 'node_modules']);
    for (const [, name] of read('Dockerfile').matchAll(/^COPY --from=build \/app\/(\S+)/gm))
      expect([name, tracked.has(name!)]).toEqual([name, true]);
  });
});

describe('the Grafana dashboard', () => {
  it('asks for fields that the mirror writes', () => {
    const known: Record<string, string[]> = {
      stride: [...Object.keys(StrideRecord.properties), 'walk', 'profile', 'side'],
      step: [...Object.keys(StepRecord.properties), 'walk', 'profile', 'side'],
      walk: [...Object.keys(WalkRecord.properties), 'walk', 'profile', 'shoes', 'insoles', 'ground', 'luggage_kg'],
    };
    const sided = Object.keys(StrideRecord.properties).flatMap((f) => [`left_${f}`, `right_${f}`]);
    known['walk']!.push(...sided);
    const files = readdirSync(path.join(root, 'deploy/grafana/dashboards'));
    const queries = files.flatMap((file) => {
      const { panels } = JSON.parse(read('deploy/grafana/dashboards', file)) as {
        panels: { datasource: { uid: string }; targets: { query: string }[] }[];
      };
      for (const panel of panels) expect(panel.datasource.uid).toBe('gaitkeeper');
      return panels.flatMap((p) => p.targets.map((t) => t.query));
    });
    expect(queries.length).toBeGreaterThan(5);
    for (const query of queries) {
      const measurement = /FROM "(\w+)"/.exec(query)![1]!;
      const names = [...query.matchAll(/"(\w+)"/g)].map((m) => m[1]!).filter((n) => n !== measurement || n === 'walk');
      expect([query, names.filter((n) => !known[measurement]!.includes(n))]).toEqual([query, []]);
    }
    expect(read('deploy/grafana/provisioning/datasources/influxdb.yml')).toContain('uid: gaitkeeper');
  });
});

describe('the systemd unit', () => {
  it('runs without root and writes to its own folder only', () => {
    const unit = read('deploy/systemd/gaitkeeper.service');
    for (const line of ['User=gaitkeeper', 'ProtectSystem=strict', 'NoNewPrivileges=true', 'UMask=0077'])
      expect(unit.split('\n')).toContain(line);
    expect(unit).toContain('CapabilityBoundingSet=CAP_NET_RAW CAP_NET_ADMIN');
  });

  it.skipIf(!analyze)(
    `S14: systemd rates its exposure at 3.0 or less${analyze ? '' : ' (skipped: systemd-analyze is not here)'}`,
    () => {
      const unit = path.join(root, 'deploy/systemd/gaitkeeper.service');
      const answer = spawnSync('systemd-analyze', ['security', '--offline=true', unit], { encoding: 'utf8' });
      const level = /Overall exposure level for \S+: (\d+\.\d+)/.exec(answer.stdout)?.[1];
      expect(Number(level)).toBeLessThanOrEqual(3);
    },
  );
});

describe('settings of the mirror', () => {
  it('are off by default, and refuse a URL with credentials', () => {
    expect(influxSettings({})).toBeUndefined();
    expect(influxSettings({ GAITKEEPER_INFLUX_URL: 'http://127.0.0.1:8086/', GAITKEEPER_INFLUX_USER: 'me' })).toEqual({
      url: 'http://127.0.0.1:8086',
      database: 'gaitkeeper',
      username: 'me',
      password: undefined,
    });
    for (const url of ['influx', 'ftp://x', 'http://me:secret@x:8086'])
      expect(() => influxSettings({ GAITKEEPER_INFLUX_URL: url })).toThrow(
        expect.objectContaining({ code: 'invalid' }),
      );
  });
});
