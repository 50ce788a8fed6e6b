import type { ApiApp, ApiContext } from '../api-context.ts';
import { Calibration, CalibrationStart } from '../contract.ts';

/** Calibration of the sensors as they are mounted: stand still, ten steps, a grade with its reasons. */
export function calibrationRoutes(app: ApiApp, { calibrator }: ApiContext): void {
  app.get(
    '/calibration',
    {
      config: { scope: 'read' },
      schema: { tags: ['sensors'], summary: 'How the calibration stands', response: { 200: Calibration } },
    },
    () => calibrator.state(),
  );

  app.post(
    '/calibration',
    {
      config: { scope: 'record' },
      schema: {
        tags: ['sensors'],
        summary: 'Calibrate: stand still for 5 s, then walk 10 steps',
        body: CalibrationStart,
        response: { 200: Calibration },
      },
    },
    (request) => calibrator.start(request.body.skip_still === true),
  );

  app.delete(
    '/calibration',
    {
      config: { scope: 'record' },
      schema: { tags: ['sensors'], summary: 'Give the calibration up', response: { 200: Calibration } },
    },
    () => {
      calibrator.stop();
      return calibrator.state();
    },
  );
}
