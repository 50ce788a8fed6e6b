import type { IntervalHistogram } from 'node:perf_hooks';
import { LOOP_RESOLUTION_MS } from '../service-metrics.ts';
import type { ApiApp, ApiContext } from '../api-context.ts';
import { Health, type HealthProblem } from '../contract.ts';

/** Is the service alive; for those signed in: what is degraded, and why. */
export function healthRoutes(app: ApiApp, context: ApiContext, loopDelay: IntervalHistogram): void {
  const startedS = context.clock.monotonicS();
  app.get(
    '/health',
    {
      config: { scope: 'open' },
      schema: { tags: ['service'], summary: 'Alive, and what is degraded', response: { 200: Health } },
    },
    (request): Health => {
      if (request.caller === undefined) return { status: 'alive' };
      const problems = healthProblems(context);
      return {
        status: problems.some((problem) => problem.severity !== 'note') ? 'degraded' : 'ok',
        version: context.version,
        uptime_s: Math.round(context.clock.monotonicS() - startedS),
        event_loop_p99_ms: Math.max(0, Math.round(loopDelay.percentile(99) / 1e5) / 10 - LOOP_RESOLUTION_MS),
        live_clients: context.feed.readers,
        walk_id: context.host.currentId ?? null,
        problems,
      };
    },
  );
}

/** Everything that is not as it should be, worst first. */
export function healthProblems({ store, hub, host, mirror }: ApiContext): HealthProblem[] {
  const problems: HealthProblem[] = [];
  const health = store.health();
  for (const { code, text } of health.troubles)
    problems.push({
      part: 'store',
      code,
      severity: 'degraded',
      text,
      what_to_do: 'See docs/operations.md, "When something is wrong".',
      values: {},
    });
  if (host.writeTrouble !== undefined)
    problems.push({
      part: 'walk',
      code: 'seconds_unwritten',
      severity: 'data_at_risk',
      text: `The last seconds of the walk could not be written: ${host.writeTrouble}`,
      what_to_do: 'They are held in memory and tried again each second. See that the disk works and has space.',
      values: {},
    });
  else if (host.heldSeconds > 0)
    problems.push({
      part: 'walk',
      code: 'seconds_held',
      severity: 'data_at_risk',
      text: `The disk is full: ${host.heldSeconds} s of the walk are held in memory.`,
      what_to_do: 'Free some space; they are then written by themselves.',
      values: { seconds: host.heldSeconds },
    });
  for (const radio of hub.radios())
    if (radio.trouble !== undefined)
      problems.push({
        part: 'radio',
        code: 'radio',
        severity: 'note',
        text: radio.trouble,
        what_to_do: 'Run "gaitkeeper doctor". Without a radio, the virtual walker and imports still work.',
        values: { kind: radio.kind, state: radio.state },
      });
  for (const sensor of hub.sensors())
    if (sensor.paired && sensor.trouble !== undefined)
      problems.push({
        part: 'sensors',
        code: 'sensor',
        severity: host.currentId === undefined ? 'note' : 'degraded',
        text: `${sensor.site ?? 'A sensor'}: ${sensor.trouble}`.replaceAll('_', ' '),
        what_to_do: 'The walk goes on with a gap; the sensor is tried again by itself.',
        values: { name: sensor.name, state: sensor.state, ...(sensor.site === undefined ? {} : { site: sensor.site }) },
      });
  const mirrored = mirror?.status();
  if (mirrored?.state === 'down' || (mirrored?.parked ?? 0) > 0)
    problems.push({
      part: 'mirror',
      code: mirrored?.state === 'down' ? 'mirror_down' : 'mirror_parked',
      severity: 'degraded',
      text:
        mirrored?.state === 'down'
          ? `InfluxDB does not answer; ${mirrored.pending} points wait on the disk.`
          : `${mirrored?.parked ?? 0} points were refused by InfluxDB five times and left out.`,
      what_to_do: 'See that InfluxDB runs and takes the credentials. Nothing is lost here.',
      values: { pending: mirrored?.pending ?? 0, parked: mirrored?.parked ?? 0 },
    });
  const rank = { data_at_risk: 0, degraded: 1, note: 2 };
  return problems.sort((a, b) => rank[a.severity] - rank[b.severity]);
}
