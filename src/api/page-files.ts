import { existsSync } from 'node:fs';
import path from 'node:path';
import staticFiles from '@fastify/static';
import type { FastifyInstance } from 'fastify';
import { ProblemError, sendProblem } from './problem.ts';

/** Files whose names carry a hash of their content: they never change. */
const HASHED = /[-.][A-Za-z0-9_-]{8,}\.(?:js|css|woff2|svg|png)$/;

/** The dashboard's static shell; every address of the page that is no file is answered with its index. */
export async function servePage(app: FastifyInstance, folder: string | undefined): Promise<void> {
  const built = folder !== undefined && existsSync(path.join(folder, 'index.html'));
  if (built)
    await app.register(staticFiles, {
      root: folder,
      serve: false,
      cacheControl: false,
      dotfiles: 'deny',
      setHeaders: (response, file) => {
        response.setHeader('cache-control', HASHED.test(file) ? 'public, max-age=31536000, immutable' : 'no-cache');
      },
    });
  app.get('/*', { config: { scope: 'shell' }, schema: { hide: true } }, (request, reply) => {
    const wanted = (request.params as { '*': string })['*'];
    if (wanted.startsWith('api/')) throw new ProblemError(404, 'not_found', 'There is no such address.');
    if (!built)
      return reply
        .code(503)
        .type('text/plain; charset=utf-8')
        .send('The page is not built here. Run: npm run build. The API works: see /docs\n');
    if (wanted !== '' && isFile(folder, wanted)) return reply.sendFile(wanted);
    // An address with an ending asks for a file; the others are places of the page.
    if (path.extname(wanted) !== '') throw new ProblemError(404, 'not_found', 'There is no such file.');
    return reply.sendFile('index.html');
  });
  app.setNotFoundHandler((request, reply) =>
    sendProblem(new ProblemError(404, 'not_found', 'There is no such address here.'), request, reply),
  );
}

function isFile(folder: string, wanted: string): boolean {
  const full = path.resolve(folder, wanted);
  return full.startsWith(`${path.resolve(folder)}${path.sep}`) && existsSync(full) && path.extname(full) !== '';
}
