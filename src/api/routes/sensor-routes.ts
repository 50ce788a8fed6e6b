import { statfs } from 'node:fs/promises';
import { Type } from 'typebox';
import { readiness } from '../../ble/readiness.ts';
import { OtherSensorsCode } from '../../ble/sensor-hub.ts';
import type { ApiApp, ApiContext } from '../api-context.ts';
import {
  PairRequest,
  ReadyList,
  SensorId,
  SensorKey,
  SensorList,
  VirtualTap,
  VirtualWalker,
  VirtualWalkerPatch,
} from '../contract.ts';
import { parseSensorKey } from '../../protocol/sensor-key.ts';
import { notFound, ProblemError } from '../problem.ts';

const Params = Type.Object({ id: SensorId });

/** A key alone, or the whole code on the sensor's label, which names its sensor too. */
const ownKey = (text: string): { key: Uint8Array; serial?: string } =>
  text.includes(':') ? parseSensorKey(text) : { key: Buffer.from(text, 'hex') };

/** Sensors in range and paired, and the virtual walker. */
export function sensorRoutes(app: ApiApp, context: ApiContext): void {
  const { hub, host, audit, sensorList, setScanning, virtualWalker } = context;
  const known = (id: string): void => {
    if (!hub.sensors().some((sensor) => sensor.id === id)) throw notFound('sensor');
  };
  /** What the hub refuses (out of range, link lost, wrong site) is the sensor's state, not the service's fault. */
  const asked = async (what: string, call: Promise<unknown>): Promise<void> => {
    try {
      await call;
    } catch (error) {
      if (error instanceof OtherSensorsCode)
        throw new ProblemError(409, 'other_label', error.message, { whatToDo: 'Use the code on its own label.' });
      throw new ProblemError(409, 'sensor', `${what}: ${error instanceof Error ? error.message : String(error)}`, {
        whatToDo: 'See that the sensor is awake, near and charged, then try again.',
      });
    }
  };

  app.get(
    '/sensors',
    {
      config: { scope: 'read' },
      schema: { tags: ['sensors'], summary: 'Radios and sensors', response: { 200: SensorList } },
    },
    () => sensorList(),
  );

  app.get(
    '/sensors/check',
    {
      config: { scope: 'read' },
      schema: { tags: ['sensors'], summary: 'Ready for a walk, or what is missing', response: { 200: ReadyList } },
    },
    async (): Promise<ReadyList> => {
      const space = await statfs(context.dataFolder).catch(() => undefined);
      const { ready, checks } = readiness(hub.sensors(), {
        nowMs: context.clock.wallMs(),
        freeBytes: space === undefined ? undefined : space.bavail * space.bsize,
        fitOf: (sensor) => context.calibrator.fitOf(sensor),
      });
      return {
        ready,
        checks: checks.map(({ sensorId, data, ...c }) => ({ ...c, data: { ...data }, sensor_id: sensorId })),
      };
    },
  );

  app.post(
    '/sensors/scan',
    {
      config: { scope: 'record' },
      schema: { tags: ['sensors'], summary: 'Look for sensors', response: { 200: SensorList } },
    },
    async () => {
      await asked('The scan could not start', hub.startScan());
      setScanning(true);
      return sensorList();
    },
  );

  app.delete(
    '/sensors/scan',
    {
      config: { scope: 'record' },
      schema: { tags: ['sensors'], summary: 'Stop looking', response: { 200: SensorList } },
    },
    async () => {
      await asked('The scan could not stop', hub.stopScan());
      setScanning(false);
      return sensorList();
    },
  );

  app.post(
    '/sensors/:id/pair',
    {
      config: { scope: 'record' },
      schema: {
        tags: ['sensors'],
        summary: 'Pair a sensor for a site',
        params: Params,
        body: PairRequest,
        response: { 200: SensorList },
      },
    },
    async (request) => {
      known(request.params.id);
      if (host.currentId !== undefined)
        throw new ProblemError(409, 'walk_running', 'Sensors cannot be paired while a walk is being recorded.', {
          whatToDo: 'Stop the walk first.',
        });
      await asked('The sensor could not be paired', hub.pair(request.params.id, request.body.site));
      audit.note(request, 'sensor_paired', request.body.site);
      return sensorList();
    },
  );

  app.delete(
    '/sensors/:id/pair',
    {
      config: { scope: 'record' },
      schema: { tags: ['sensors'], summary: 'Forget a sensor', params: Params, response: { 200: SensorList } },
    },
    async (request) => {
      known(request.params.id);
      if (host.currentId !== undefined)
        throw new ProblemError(409, 'walk_running', 'Sensors cannot be forgotten while a walk is being recorded.', {
          whatToDo: 'Stop the walk first.',
        });
      await asked('The sensor could not be forgotten', hub.forget(request.params.id));
      audit.note(request, 'sensor_forgotten');
      return sensorList();
    },
  );

  app.put(
    '/sensors/:id/key',
    {
      config: { scope: 'admin' },
      schema: {
        tags: ['sensors'],
        summary: "Tell a sensor's own key",
        params: Params,
        body: SensorKey,
        response: { 200: SensorList },
      },
    },
    async (request) => {
      known(request.params.id);
      const { key, serial } = ownKey(request.body.key);
      await asked('The key could not be used', hub.setKey(request.params.id, key, serial));
      audit.note(request, 'sensor_key_set');
      return sensorList();
    },
  );

  app.post(
    '/sensors/:id/identify',
    {
      config: { scope: 'record' },
      schema: { tags: ['sensors'], summary: 'Let a sensor blink', params: Params, response: { 204: Type.Null() } },
    },
    async (request, reply) => {
      known(request.params.id);
      await asked('The sensor could not be asked to blink', hub.identify(request.params.id));
      void reply.code(204);
      return null;
    },
  );

  const walker = () => {
    if (virtualWalker === undefined)
      throw new ProblemError(404, 'no_virtual_walker', 'This service runs without a virtual walker.');
    return virtualWalker;
  };

  app.get(
    '/virtual-walker',
    {
      config: { scope: 'read' },
      schema: { tags: ['virtual walker'], summary: 'How it walks', response: { 200: VirtualWalker } },
    },
    () => walker().state(),
  );

  app.patch(
    '/virtual-walker',
    {
      config: { scope: 'record' },
      schema: {
        tags: ['virtual walker'],
        summary: 'Let it walk, stand, or walk otherwise',
        body: VirtualWalkerPatch,
        response: { 200: VirtualWalker },
      },
    },
    (request) => {
      const { scenario } = request.body;
      const { scenarios } = walker().state();
      if (scenario !== undefined && !scenarios.includes(scenario))
        throw new ProblemError(
          400,
          'unknown_scenario',
          `Expected one of ${scenarios.join(', ')}; found another scenario.`,
        );
      return walker().change(request.body);
    },
  );

  app.post(
    '/virtual-walker/tap',
    {
      config: { scope: 'record' },
      schema: {
        tags: ['virtual walker'],
        summary: 'Tap a shoe, so that its card jumps',
        body: VirtualTap,
        response: { 204: Type.Null() },
      },
    },
    (request, reply) => {
      if (!walker().tap(request.body.sensor_id)) throw notFound('virtual sensor');
      void reply.code(204);
      return null;
    },
  );
}
