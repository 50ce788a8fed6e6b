import { createReadStream, existsSync, statSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import type { FindingRecord } from '../../src/domain/records.ts';
import type {
  Mark,
  MetricInfo,
  Pause,
  ProblemCode,
  ReadyList,
  SafetyCheck,
  Sensor,
  Settings,
  Walk,
} from '../../src/api/contract.ts';
import { FakeCalibration } from './fake-calibration.ts';
import { presentSafety } from '../../src/api/guidance/present-guidance.ts';
import { wordsOf } from '../../src/guidance/words/index.ts';
import {
  curvesOf,
  finishedWalk,
  frameAt,
  recordsBetween,
  stanceCurve,
  timelineOf,
  type FakeSensorState,
} from './fake-gait.ts';

const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
  '.webmanifest': 'application/manifest+json',
};

/** As the real service sends it: nothing from elsewhere, no inline script or style. */
const CSP = "default-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'";

type SiteName = 'left_foot' | 'right_foot' | 'pelvis';

/**
 * Speaks enough of the contract to put the page into any state: live at any minute, stale, degraded, lost, empty, signed
 * out. What it shows is made up.
 */
export class FakeApi {
  readonly #root: string;
  readonly #server: Server;
  #streams = new Set<ServerResponse>();
  #timer: ReturnType<typeof setInterval>;
  #records: { id: number; record: ReturnType<typeof recordsBetween>[number] | FindingRecord }[] = [];
  #nextId = 1;
  #madeS = 0;
  #lastMs = performance.now();
  signedIn = true;
  /** Refuses and cuts everything, as a service that went away. */
  away = false;
  /** Sends no frames. */
  stalled = false;
  speed = 1;
  frameHz = 30;
  timeS = 0;
  walking = true;
  walk: Walk | null = null;
  pausedSteps = 0;
  runningSinceS: number | null = null;
  pauses: Pause[] = [];
  walks: Walk[] = [];
  marks: Mark[] = [];
  silentRight: [number, number] | null = null;
  slow = new Set<string>();
  /** Routes (parts of them) that are answered with 503. */
  failing = new Set<string>();
  settings: Settings = {
    consent: { keep_gait: true, keep_pain: true },
    safety: { answers: {}, answered_at: '2026-11-01T08:00:00Z' },
    preferences: {},
    retention: { raw_days: null, walk_days: null },
  };
  sensors: Sensor[] = [];
  overrides: Partial<Record<SiteName, Partial<FakeSensorState>>> = {};
  health: unknown = { status: 'ok', version: '0.1.0', problems: [] };
  radioTrouble: string | null =
    'This computer has no Bluetooth. Use your phone as the reader, replay a recording, or try the virtual walker.';
  scanning = true;
  checks: ReadyList['checks'] = [];
  readonly #calibration = new FakeCalibration();
  readonly requests: string[] = [];
  /** Ids after which reconnecting pages asked to go on. */
  readonly resumedAfter: number[] = [];
  #lastSent = 0;

  constructor(root: string) {
    this.#root = root;
    this.#server = createServer((request, response) => void this.#handle(request, response));
    this.#timer = setInterval(() => this.#tick(), 1000 / 30);
  }

  async listen(port = 0): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(port, '127.0.0.1', resolve));
    return `http://127.0.0.1:${String((this.#server.address() as AddressInfo).port)}`;
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    this.cut();
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  /** Ends every live stream. */
  cut(): void {
    for (const stream of this.#streams) stream.destroy();
    this.#streams.clear();
  }

  /** Three virtual sensors in range, paired or not. */
  addVirtual(paired: boolean): void {
    const names: [SiteName, string][] = [
      ['left_foot', 'Virtual left shoe'],
      ['right_foot', 'Virtual right shoe'],
      ['pelvis', 'Virtual pelvis'],
    ];
    this.sensors.push(
      ...names.map(([site, name], i): Sensor => ({
        id: `virtual-${String(i)}`,
        name,
        model: 'gaitkeeper-v1',
        virtual: true,
        state: paired ? 'streaming' : 'seen',
        trouble: null,
        site: paired ? site : null,
        paired,
        rssi_dbm: -58 - 8 * i,
        battery_pct: 81 - 6 * i,
        firmware: '1.4.2',
        trust: 'unprotected',
        kind: 'Gaitkeeper',
        limit: null,
        tested: null,
        clock: { offset_s: 12.4, error_ms: 6, drift_ppm: 14 },
        fit: null,
        taps: paired ? null : 0,
        last_heard_ms_ago: 20,
        rate_hz: 104,
        loss_share: 0.003,
        motion_dps: 2,
      })),
    );
  }

  /** A walk under way since `atS`. */
  begin(atS: number): void {
    this.timeS = this.#madeS = atS;
    this.#records = [];
    this.walk = {
      ...finishedWalk('now', new Date(Date.now() - atS * 1000).toISOString(), atS),
      state: 'recording',
      ended_at: null,
      summary: null,
    };
    this.#add(recordsBetween(0, atS, this.silentRight));
  }

  find(finding: Omit<FindingRecord, 'type' | 'known_at_s'>): void {
    this.#add([{ type: 'finding', ...finding, known_at_s: finding.at_s }]);
  }

  #add(records: readonly (ReturnType<typeof recordsBetween>[number] | FindingRecord)[]): void {
    for (const record of records) {
      const item = { id: this.#nextId++, record };
      this.#records.push(item);
      for (const stream of this.#streams) this.#sendRecord(stream, item);
    }
  }

  #sendRecord(stream: ServerResponse, item: { id: number; record: unknown }): void {
    const walkId = this.walk?.id ?? 'now';
    this.#lastSent = item.id;
    this.#send(stream, 'record', { id: item.id, walk_id: walkId, record: item.record }, `${walkId}:${String(item.id)}`);
  }

  /** Id of the newest record that went out to a page. */
  lastSentId(): number {
    return this.#lastSent;
  }

  #send(stream: ServerResponse, event: string, data: unknown, id?: string): void {
    stream.write(`${id === undefined ? '' : `id: ${id}\n`}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
  }

  #ticks = 0;
  #tick(): void {
    const now = performance.now();
    const dtS = ((now - this.#lastMs) / 1000) * this.speed;
    this.#lastMs = now;
    this.#ticks++;
    if (this.walk !== null && this.walking && !this.away) {
      this.timeS += dtS;
      if (this.walk.paused_since_s === null) this.#add(recordsBetween(this.#madeS, this.timeS, this.silentRight));
      this.#madeS = this.timeS;
    } else if (this.walk === null) this.timeS += dtS;
    if (this.stalled || this.away) return;
    const frame = frameAt({
      walkId: this.walk?.id ?? null,
      timeS: this.timeS,
      pausedSinceS: this.walk?.paused_since_s ?? null,
      pausedSteps: this.pausedSteps,
      runningSinceS: this.runningSinceS,
      walking: this.walking,
      sensors: this.sensors
        .filter((s) => s.site !== null)
        .map((s) => ({
          id: s.id,
          site: s.site as SiteName,
          state: s.state,
          motionDps: this.walking ? 90 + 80 * Math.sin(this.timeS * 5.5 + (s.site === 'left_foot' ? 0 : 2)) : 2.4,
          heardMsAgo: 20,
          loss: s.loss_share ?? 0,
          battery: s.battery_pct ?? 0,
          ...this.overrides[s.site as SiteName],
        })),
    });
    for (const stream of this.#streams) {
      this.#send(stream, 'frame', frame);
      if (this.#ticks % 30 === 0) this.#send(stream, 'sensors', this.#sensorList());
      if (this.#ticks % 150 === 0) this.#send(stream, 'heartbeat', { time: new Date().toISOString() });
    }
  }

  #sensorList(): unknown {
    return {
      radios: [
        { kind: 'noble', state: this.radioTrouble === null ? 'on' : 'missing', trouble: this.radioTrouble },
        { kind: 'simulated', state: 'on', trouble: null },
      ],
      scanning: this.scanning,
      sensors: this.sensors,
      virtual_walker: {
        scenario: 'healthy',
        scenarios: ['healthy', 'pronator', 'fatigue', 'stops'],
        walking: this.walking,
        speed: 1,
      },
    };
  }

  #live(url: URL, response: ServerResponse): void {
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
    this.#send(response, 'walk', { walk: this.walk });
    const after = url.searchParams.get('after');
    if (after !== null) this.resumedAfter.push(Number(after.split(':')[1] ?? 0));
    const from = after === null ? 0 : Number(after.split(':')[1] ?? 0);
    if (after !== null || url.searchParams.get('records') === 'all')
      for (const item of this.#records) if (item.id > from) this.#sendRecord(response, item);
    this.#send(response, 'caught_up', {});
    this.#send(response, 'sensors', this.#sensorList());
    this.#streams.add(response);
    response.on('close', () => this.#streams.delete(response));
  }

  #say(response: ServerResponse, status: number, body: unknown): void {
    if (status === 204) {
      response.writeHead(204).end();
      return;
    }
    response.writeHead(status, {
      'content-type': status >= 400 ? 'application/problem+json' : 'application/json',
      'cache-control': 'no-store',
    });
    response.end(JSON.stringify(body));
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://fake');
    if (this.away) {
      request.socket.destroy();
      return;
    }
    if (!url.pathname.startsWith('/api/v1/')) {
      this.#file(url.pathname, response);
      return;
    }
    let text = '';
    for await (const chunk of request) text += String(chunk);
    const body: Record<string, unknown> = text.startsWith('{') ? (JSON.parse(text) as Record<string, unknown>) : {};
    const route = `${request.method ?? 'GET'} ${url.pathname.slice('/api/v1'.length)}`;
    this.requests.push(route);
    for (const part of this.slow)
      if (route.includes(part)) await new Promise((resolve) => setTimeout(resolve, 60_000).unref());
    if ([...this.failing].some((part) => route.includes(part))) {
      this.#say(response, 503, problem(503, 'The disk does not answer.', 'write_failed'));
      return;
    }
    if (route === 'POST /session') {
      this.signedIn = body['code'] === 'right';
      this.#say(
        response,
        this.signedIn ? 200 : 401,
        this.signedIn
          ? { scopes: ['admin'], expires_at: null }
          : problem(401, 'Expected a code that is not used or out of date.', 'wrong_code'),
      );
      return;
    }
    if (!this.signedIn) {
      this.#say(response, 401, problem(401, 'Expected a session.'));
      return;
    }
    if (route === 'GET /live') this.#live(url, response);
    else this.#answer(route, url, body, response);
  }

  #file(pathname: string, response: ServerResponse): void {
    const asked = path.join(this.#root, path.normalize(pathname));
    const file = existsSync(asked) && statSync(asked).isFile() ? asked : path.join(this.#root, 'index.html');
    response.writeHead(200, {
      'content-type': TYPES[path.extname(file)] ?? 'application/octet-stream',
      'content-security-policy': CSP,
      'x-content-type-options': 'nosniff',
    });
    createReadStream(file).pipe(response);
  }

  /** The real questions; open as soon as something was answered. */
  #safety(): SafetyCheck {
    const state = this.settings.safety === null ? 'due' : 'open';
    const due = state === 'due' ? 'first_use' : undefined;
    return presentSafety(
      {
        state,
        yes: [],
        dueBecause: due,
        validUntilMs: state === 'open' ? Date.parse('2026-12-20T00:00:00Z') : undefined,
      },
      wordsOf('en'),
    );
  }

  #answer(route: string, url: URL, body: Record<string, unknown>, response: ServerResponse): void {
    const say = (value: unknown, status = 200) => this.#say(response, status, value);
    const pages = (items: readonly unknown[]) => say({ items, next_cursor: null });
    const pairing = /^(POST|DELETE) \/sensors\/([^/]+)\/pair$/.exec(route);
    if (pairing !== null) {
      const site = pairing[1] === 'POST' ? (body['site'] as SiteName) : null;
      this.sensors = this.sensors.map((s) =>
        s.id === decodeURIComponent(pairing[2] ?? '')
          ? { ...s, site, paired: site !== null, state: site === null ? 'seen' : 'streaming' }
          : s.site !== null && s.site === site
            ? { ...s, site: null, paired: false, state: 'seen' }
            : s,
      );
      say(this.#sensorList());
      return;
    }
    const mark = /^(PATCH|DELETE) \/walks\/([^/]+)\/marks\/([^/]+)$/.exec(route);
    if (mark !== null) {
      const known = this.marks.find((m) => m.id === mark[3]);
      if (known === undefined) {
        say(problem(404, 'No such mark.'), 404);
        return;
      }
      this.marks = this.marks.filter((m) => m !== known);
      if (mark[1] === 'DELETE') {
        this.#toAll('mark', { walk_id: known.walk_id, mark_id: known.id, mark: null });
        say(null, 204);
        return;
      }
      const changed: Mark = { ...known, ...(body as Partial<Mark>) };
      this.marks.push(changed);
      this.#toAll('mark', { walk_id: known.walk_id, mark_id: known.id, mark: changed });
      say(changed);
      return;
    }
    const walkRoute = /^(GET|POST|PATCH|DELETE) \/walks\/([^/]+)(?:\/(.+))?$/.exec(route);
    if (walkRoute !== null && walkRoute[2] !== 'current' && walkRoute[2] !== 'import') {
      this.#walkRoute(walkRoute[1] ?? '', walkRoute[2] ?? '', walkRoute[3] ?? '', url, body, response);
      return;
    }
    switch (route) {
      case 'GET /session': {
        say({ scopes: ['admin'], expires_at: null });
        return;
      }
      case 'DELETE /session':
        this.signedIn = false;
        {
          say(null, 204);
          return;
        }
      case 'GET /health': {
        say(this.health);
        return;
      }
      case 'GET /settings': {
        say(this.settings);
        return;
      }
      case 'PUT /settings/consent':
        this.settings = { ...this.settings, consent: body as Settings['consent'] };
        {
          say(this.settings);
          return;
        }
      case 'PUT /settings/safety':
        this.settings = { ...this.settings, safety: { answers: {}, answered_at: new Date().toISOString() } };
        {
          say(this.settings);
          return;
        }
      case 'PUT /settings/preferences':
        this.settings = { ...this.settings, preferences: body };
        {
          say(this.settings);
          return;
        }
      case 'GET /guidance/safety': {
        say(this.#safety());
        return;
      }
      case 'GET /plan': {
        const open = this.#safety().state === 'open';
        say({ open, safety: this.#safety(), try_first: null, exercises: [] });
        return;
      }
      case 'GET /trials':
      case 'GET /trends':
      case 'GET /settings/formulas': {
        say({ items: [] });
        return;
      }
      case 'GET /compare': {
        say({ items: [] });
        return;
      }
      case 'GET /sensors':
      case 'POST /sensors/scan':
      case 'DELETE /sensors/scan': {
        say(this.#sensorList());
        return;
      }
      case 'GET /calibration':
        say(this.#calibration.state(this.walking));
        return;
      case 'POST /calibration':
        say(this.#calibration.start(body['skip_still'] === true));
        return;
      case 'DELETE /calibration':
        say(this.#calibration.stop());
        return;
      case 'GET /sensors/check':
        say({ ready: this.sensors.some((s) => s.paired), checks: this.checks });
        return;
      case 'PATCH /virtual-walker':
        if (typeof body['walking'] === 'boolean') this.walking = body['walking'];
        {
          say({ scenario: 'healthy', scenarios: ['healthy'], walking: this.walking, speed: 1 });
          return;
        }
      case 'GET /walks': {
        const state = url.searchParams.get('state');
        pages(this.walks.filter((w) => state === null || w.state === state));
        return;
      }
      case 'POST /walks':
        this.walking = false;
        this.begin(0);
        this.#toAll('walk', { walk: this.walk });
        {
          say(this.walk, 201);
          return;
        }
      case 'GET /walks/current': {
        say({ walk: this.walk });
        return;
      }
      case 'GET /marks': {
        pages([...this.marks].reverse());
        return;
      }
      case 'GET /profiles': {
        say({
          items: [{ id: 'p1', name: 'Me', created_at: '2026-05-01T08:00:00Z', active: true }],
        });
        return;
      }
      case 'GET /tokens': {
        say({
          items: [
            {
              id: 't1',
              name: 'Notebook',
              scopes: ['read'],
              created_at: '2026-06-01T08:00:00Z',
              expires_at: null,
              last_used_at: '2026-11-20T18:00:00Z',
            },
          ],
        });
        return;
      }
      case 'GET /backups': {
        say({ items: [{ name: '2026-11-20.db', bytes: 48_400_000, created_at: '2026-11-20T20:00:00Z' }] });
        return;
      }
      case 'GET /mirror': {
        say({ enabled: false, url: null, state: 'off', pending: 0, parked: 0, last_error: null });
        return;
      }
      case 'GET /metrics': {
        say({
          items: METRICS,
        });
        return;
      }
      default: {
        say(route.startsWith('GET') ? problem(404, `Nothing at ${route}.`) : null, route.startsWith('GET') ? 404 : 204);
        return;
      }
    }
  }

  #pause(walk: Walk, paused: boolean): void {
    if ((walk.paused_since_s !== null) === paused) return;
    if (paused) this.pauses.push({ from_s: this.timeS, to_s: null });
    else this.pauses = this.pauses.map((p) => ({ ...p, to_s: p.to_s ?? this.timeS }));
    walk.paused_since_s = paused ? this.timeS : null;
    this.#toAll('walk', { walk });
  }

  #toAll(event: string, data: unknown): void {
    for (const stream of this.#streams) this.#send(stream, event, data);
  }

  #walkRoute(
    method: string,
    id: string,
    rest: string,
    url: URL,
    body: Record<string, unknown>,
    response: ServerResponse,
  ): void {
    const say = (value: unknown, status = 200) => this.#say(response, status, value);
    const walk = this.walk?.id === id ? this.walk : this.walks.find((w) => w.id === id);
    if (walk === undefined) {
      say(problem(404, `Expected a walk of this store, found none called ${id}.`, 'not_found'), 404);
      return;
    }
    const fromS = Number(url.searchParams.get('from_s') ?? 0);
    const toS = Number(url.searchParams.get('to_s') ?? walk.duration_s);
    switch (`${method} ${rest}`.trim()) {
      case 'GET': {
        say(walk);
        return;
      }
      case 'PATCH':
        Object.assign(walk, body);
        {
          say(walk);
          return;
        }
      case 'DELETE':
        this.walks = this.walks.filter((w) => w !== walk);
        {
          say(null, 204);
          return;
        }
      case 'POST pause':
      case 'POST resume': {
        this.#pause(walk, rest === 'pause');
        say(walk);
        return;
      }
      case 'GET pauses': {
        say({ items: this.pauses });
        return;
      }
      case 'POST stop': {
        const ended = finishedWalk(walk.id, walk.started_at, Math.max(20, this.timeS), { source: 'virtual' });
        this.walk = null;
        this.walks = [ended, ...this.walks];
        this.#toAll('walk', { walk: ended });
        say(ended);
        return;
      }
      case 'GET marks': {
        say({ items: this.marks.filter((m) => m.walk_id === id) });
        return;
      }
      case 'POST marks': {
        const made: Mark = {
          id: `m${String(this.marks.length + 1)}`,
          walk_id: id,
          at_s: this.timeS,
          place: '',
          strength: null,
          note: '',
          created_at: new Date().toISOString(),
          ...(body as Partial<Mark>),
        };
        this.marks.push(made);
        this.#toAll('mark', { walk_id: id, mark_id: made.id, mark: made });
        say(made, 201);
        return;
      }
      case 'GET findings': {
        say({ items: walk.duration_s > 3600 ? [DRIFT_FINDING, SLIP_FINDING] : [], next_cursor: null });
        return;
      }
      case 'GET timeline': {
        say(
          timelineOf(
            walk.duration_s,
            Number(url.searchParams.get('bin_s') ?? 30),
            walk.duration_s > 3000 ? [1980, 2160] : null,
          ),
        );
        return;
      }
      case 'GET curves/summary': {
        say(curvesOf((fromS + toS) / 2));
        return;
      }
      case 'GET strides': {
        say({ items: recordsBetween(fromS, toS).filter((r) => r.type === 'stride'), next_cursor: null });
        return;
      }
      case 'GET curves': {
        say({
          items: recordsBetween(fromS, toS).flatMap((r) =>
            r.type !== 'stride'
              ? []
              : [
                  {
                    type: 'curve',
                    kind: 'eversion_over_stance',
                    side: r.side,
                    ic_s: r.ic_s,
                    values_deg: Array.from({ length: 51 }, (_, i) =>
                      stanceCurve(i / 50, r.eversion_excursion_deg ?? 8),
                    ),
                    known_at_s: r.known_at_s,
                  },
                ],
          ),
          next_cursor: null,
        });
        return;
      }
      case 'GET tag-changes': {
        say({
          items:
            walk.duration_s > 3600
              ? [
                  {
                    at_s: 70 * 60,
                    tags: { ...walk.tags, luggage_kg: 9 },
                  },
                ]
              : [],
        });
        return;
      }
      case 'GET summary': {
        say({ final: walk.summary !== null, walk: walk.summary });
        return;
      }
      default: {
        say(null, 204);
        return;
      }
    }
  }
}

const problem = (status: number, detail: string, code: ProblemCode = 'refused') => ({
  type: `urn:gaitkeeper:problem:${code}`,
  title: 'Problem',
  status,
  detail,
  what_to_do: 'Please check it.',
});

/** A made-up drift finding, in the form of drift-wording. */
export const DRIFT_FINDING: FindingRecord = {
  type: 'finding',
  kind: 'drift',
  at_s: 71 * 60,
  side: null,
  text: 'Since about minute 45 to 60 your shoes roll in more than at your start: about 1.6° (1.1 to 2.1°). Certainty: clear.',
  confidence: 0.96,
  data: {
    metric: 'eversion_excursion_deg',
    unit: 'deg',
    size: 1.6,
    size_sd: 0.4,
    onset_min: [46, 61],
    certainty: 'clear',
  },
  known_at_s: 71 * 60,
};

const SLIP_FINDING: FindingRecord = {
  type: 'finding',
  kind: 'sensor_rebooted',
  at_s: 33 * 60,
  side: 'right',
  text: 'The right foot sensor restarted; the walk goes on with a gap.',
  confidence: 1,
  known_at_s: 33 * 60,
};

const METRICS: MetricInfo[] = [
  {
    id: 'eversion_excursion_deg',
    label: 'Roll-in',
    unit: 'deg',
    kind: 'angle',
    definition: 'From roll-in at initial contact to the highest in the first 60 % of stance.',
    frame: 'medial side of the shoe down +',
    rule: 'zero at foot-flat',
    range: [-5, 60],
    source: 'RunScribe definition',
    limits: 'It is the shoe against the ground, not the ankle joint.',
  },
  {
    id: 'stance_time_s',
    label: 'Stance time',
    unit: 's',
    kind: 'positive',
    definition: 'From initial to final contact.',
    frame: null,
    rule: 'contacts',
    range: [0.1, 5],
    source: 'Mobilise-D',
    limits: '',
  },
];
