import type { FastifyInstance } from 'fastify';
import { hasBody, ProblemError } from './problem.ts';

/** Bodies of ordinary requests [bytes]. */
export const BODY_LIMIT_BYTES = 64 * 1024;
/** Uploads: recordings and whole exports [bytes]. */
export const IMPORT_LIMIT_BYTES = 64 * 1024 * 1024;
/** An ordinary body has to be there within this time [ms]. */
const BODY_TIMEOUT_MS = 10_000;
const DEEPEST = 32;
const MOST_KEYS = 1000;
/** Half of a UTF-16 pair has no bytes in UTF-8: each store and reader would make something else of it. */
const LONE_HALF = /\p{Surrogate}/u;

/** JSON bodies only, bounded in size, depth and number of keys, and in the time that they may take to arrive. */
export function limitRequests(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(
    'application/json',
    { parseAs: 'string', bodyLimit: BODY_LIMIT_BYTES },
    (_request, body, done) => {
      try {
        done(null, parseJson(body as string));
      } catch (error) {
        done(error as Error);
      }
    },
  );
  app.addHook('preParsing', (request, reply, payload, done) => {
    if (hasBody(request) && request.routeOptions.config.slowBody !== true) {
      const timer = setTimeout(() => {
        if (reply.sent) return;
        reply.raw.once('finish', () => request.raw.destroy());
        reply.send(
          new ProblemError(
            408,
            'slow_body',
            `Expected the body within ${BODY_TIMEOUT_MS / 1000} s; it was not all there.`,
          ),
        );
      }, BODY_TIMEOUT_MS);
      payload.once('close', () => clearTimeout(timer));
      payload.once('end', () => clearTimeout(timer));
    }
    done(null, payload);
  });
  // Node hands the socket of an upgrade over and forgets it: what is answered otherwise has to end it, or it stays for ever.
  app.addHook('onSend', (request, reply, payload, done) => {
    if (request.headers.upgrade !== undefined) {
      reply.header('connection', 'close');
      reply.raw.once('finish', () => request.raw.socket.destroySoon());
    }
    done(null, payload);
  });
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The body may take its time: the route watches it itself. */
    slowBody?: boolean;
  }
}

/** JSON that is safe to hold: no `__proto__`, no deep nesting, not too many keys. @throws ProblemError 400 */
export function parseJson(text: string): unknown {
  if (text.trim() === '') throw new ProblemError(400, 'empty_body', 'Expected a JSON body, found an empty one.');
  refuseDeep(text);
  let keys = 0;
  try {
    return JSON.parse(text, (key, value: unknown) => {
      if (key === '__proto__' || key === 'constructor')
        throw new ProblemError(400, 'bad_key', `The key "${key}" is not allowed.`);
      if (typeof value === 'string' && LONE_HALF.test(value))
        throw new ProblemError(400, 'bad_text', 'Expected text, found half of a character (a lone surrogate).');
      if (++keys > MOST_KEYS)
        throw new ProblemError(400, 'too_many_keys', `Expected at most ${MOST_KEYS} keys and items.`);
      return value;
    });
  } catch (error) {
    if (error instanceof ProblemError) throw error;
    throw new ProblemError(400, 'not_json', 'Expected a JSON body; what came is not JSON.');
  }
}

/** Counts nesting before the parser sees it: deep nesting stalls and breaks parsers. */
function refuseDeep(text: string): void {
  let depth = 0;
  let inString = false;
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (inString) {
      if (c === BACKSLASH) i++;
      else if (c === QUOTE) inString = false;
    } else if (c === QUOTE) inString = true;
    else if (c === OPEN_BRACKET || c === OPEN_BRACE) {
      if (++depth > DEEPEST) throw new ProblemError(400, 'too_deep', `Expected JSON nested at most ${DEEPEST} deep.`);
    } else if (c === CLOSE_BRACKET || c === CLOSE_BRACE) depth--;
  }
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
