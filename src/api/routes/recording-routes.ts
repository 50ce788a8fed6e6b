import type { ApiApp, ApiContext } from '../api-context.ts';

export function recordingRoutes(_app: ApiApp, _context: ApiContext): void {
  // filled below
}
