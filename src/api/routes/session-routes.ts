import type { FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { SESSION_LIFETIME_MS } from '../access/access-control.ts';
import { sessionCookie } from '../access/access-hook.ts';
import type { ApiApp, ApiContext } from '../api-context.ts';
import { isoTime } from '../clock.ts';
import { Id, LoginLink, Session, SessionRequest, TokenCreated, TokenList, TokenRequest } from '../contract.ts';
import { notFound, ProblemError } from '../problem.ts';

/** Sign-in by one-time code, sign-out, further links, tokens for scripts. */
export function sessionRoutes(app: ApiApp, { access, audit, tls, pageUrl }: ApiContext): void {
  app.post(
    '/session',
    {
      config: { scope: 'open' },
      schema: {
        tags: ['session'],
        summary: 'Sign in with a one-time code',
        body: SessionRequest,
        response: { 200: Session },
      },
    },
    (request, reply) => {
      const { secret, session } = login(request);
      audit.note(request, 'login');
      void reply.header('set-cookie', sessionCookie(secret, tls, SESSION_LIFETIME_MS / 1000));
      return session;
    },
  );

  function login(request: FastifyRequest<{ Body: SessionRequest }>): ReturnType<typeof access.login> {
    try {
      return access.login(request.body.code, request.ip);
    } catch (error) {
      audit.refused(request);
      throw error;
    }
  }

  app.get(
    '/session',
    {
      config: { scope: 'read' },
      schema: { tags: ['session'], summary: 'Who is signed in', response: { 200: Session } },
    },
    (request): Session => {
      const { caller } = request;
      return {
        scopes: [...(caller?.scopes ?? [])],
        expires_at: caller?.expiresAtMs == null ? null : isoTime(caller.expiresAtMs),
      };
    },
  );

  app.delete(
    '/session',
    { config: { scope: 'read' }, schema: { tags: ['session'], summary: 'Sign out', response: { 204: Type.Null() } } },
    (request, reply) => {
      if (request.caller?.kind === 'session') {
        access.logout(request.caller);
        audit.note(request, 'logout');
      }
      void reply.header('set-cookie', sessionCookie(undefined, tls, 0));
      void reply.code(204);
      return null;
    },
  );

  app.post(
    '/session/links',
    {
      config: { scope: 'admin' },
      schema: { tags: ['session'], summary: 'Make another one-time link', response: { 201: LoginLink } },
    },
    (request, reply) => {
      const { code, expiresAtMs } = access.codes.create();
      audit.note(request, 'link_made');
      const link: LoginLink = { code, url: `${pageUrl()}/#code=${code}`, expires_at: isoTime(expiresAtMs) };
      void reply.code(201);
      return link;
    },
  );

  app.get(
    '/tokens',
    {
      config: { scope: 'admin' },
      schema: { tags: ['tokens'], summary: 'Tokens and signed-in browsers', response: { 200: TokenList } },
    },
    () => ({ items: access.listTokens() }),
  );

  app.post(
    '/tokens',
    {
      config: { scope: 'admin' },
      schema: {
        tags: ['tokens'],
        summary: 'Make a token; its secret is shown once',
        body: TokenRequest,
        response: { 201: TokenCreated },
      },
    },
    (request, reply) => {
      const { name, scopes, expires_in_days } = request.body;
      if (name.trim() === '')
        throw new ProblemError(400, 'invalid', 'In the body, name: expected a name, found an empty one.');
      const created = access.createToken({
        name: name.trim(),
        scopes,
        ...(expires_in_days === undefined ? {} : { expiresInDays: expires_in_days }),
      });
      audit.note(request, 'token_made', `token ${created.token.id}, ${scopes.join(', ')}`);
      void reply.code(201);
      return created;
    },
  );

  app.delete(
    '/tokens/:id',
    {
      config: { scope: 'admin' },
      schema: {
        tags: ['tokens'],
        summary: 'Revoke a token or sign a browser out',
        params: Type.Object({ id: Id }),
        response: { 204: Type.Null() },
      },
    },
    (request, reply) => {
      if (!access.revokeToken(request.params.id)) throw notFound('token');
      audit.note(request, 'token_revoked', `token ${request.params.id}`);
      void reply.code(204);
      return null;
    },
  );
}
