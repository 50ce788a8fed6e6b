import { Compile } from 'typebox/compile';
import type { TSchema } from 'typebox';
import { expect, test } from 'vitest';
import { startService } from './service.ts';

interface Operation {
  'x-scope'?: string;
  security?: unknown[];
  summary?: string;
  tags?: string[];
  parameters?: { name: string; in: string; required?: boolean; schema: TSchema }[];
  requestBody?: { content: Record<string, { schema?: TSchema }> };
  responses: Record<string, { description: string; content?: Record<string, { schema?: TSchema }> }>;
}
interface Document {
  openapi: string;
  info: { title: string; version: string };
  paths: Record<string, Record<string, Operation>>;
}

/** Methods that OpenAPI has a place for; HEAD and OPTIONS go along with others. */
const METHODS = ['get', 'post', 'put', 'patch', 'delete'];

async function document(): Promise<{ doc: Document; declared: Set<string> }> {
  const { app, routes } = await startService();
  const doc = (await app.inject('/openapi.json')).json<Document>();
  const declared = new Set(
    routes
      .filter((r) => r.url.startsWith('/api/v1') && METHODS.includes(r.method.toLowerCase()))
      .map((r) => `${r.method.toLowerCase()} ${r.url.replaceAll(/:([a-z_]+)/g, '{$1}')}`),
  );
  return { doc, declared };
}

test('OpenAPI 3.1 has every route of the API, with its scope, and no other', async () => {
  const { doc, declared } = await document();
  expect(doc.openapi).toBe('3.1.0');
  const documented = Object.entries(doc.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method} ${path}`),
  );
  expect(documented.filter((key) => key.includes('/api/v1')).sort()).toEqual([...declared].sort());
  expect(documented.length).toBeGreaterThan(70);
});

test('every operation is whole: words, parameters of its address, answers that can be checked, refusals as problems', async () => {
  const { doc } = await document();
  const text = JSON.stringify(doc);
  const wrong: string[] = [];
  let schemas = 0;
  const check = (where: string, schema: TSchema | undefined): void => {
    if (schema === undefined) return;
    schemas++;
    try {
      Compile(schema).Check({});
    } catch (error) {
      wrong.push(`${where}: ${String(error)}`);
    }
  };
  for (const [path, methods] of Object.entries(doc.paths))
    for (const [method, operation] of Object.entries(methods)) {
      const key = `${method} ${path}`;
      if (operation.summary === undefined || operation.tags?.length !== 1) wrong.push(`${key}: no summary or tag`);
      if (operation['x-scope'] === undefined) wrong.push(`${key}: no scope`);
      if ((operation['x-scope'] === 'open') !== (operation.security?.length === 0)) wrong.push(`${key}: security`);
      const inAddress = [...path.matchAll(/\{([a-z_]+)\}/g)].map((m) => m[1]);
      const declared = (operation.parameters ?? []).filter((p) => p.in === 'path');
      if (inAddress.join() !== declared.map((p) => p.name).join() || declared.some((p) => p.required !== true))
        wrong.push(`${key}: path parameters`);
      for (const p of operation.parameters ?? []) check(`${key} ${p.name}`, p.schema);
      for (const [type, { schema }] of Object.entries(operation.requestBody?.content ?? {}))
        check(`${key} ${type}`, schema);
      const statuses = Object.keys(operation.responses);
      if (!statuses.some((s) => /^2\d\d$/.test(s))) wrong.push(`${key}: no answer`);
      for (const [status, answer] of Object.entries(operation.responses)) {
        if (typeof answer.description !== 'string') wrong.push(`${key} ${status}: no description`);
        for (const { schema } of Object.values(answer.content ?? {})) check(`${key} ${status}`, schema);
      }
      if (operation.responses['default']?.content?.['application/problem+json']?.schema === undefined)
        wrong.push(`${key}: refusals are not told`);
    }
  for (const [, name] of text.matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g))
    if (!text.includes(`"${name!}":{`)) wrong.push(`$ref ${name!} leads nowhere`);
  expect(wrong).toEqual([]);
  expect(schemas).toBeGreaterThan(150);
});
