import type { ApiApp } from '../api-context.ts';

interface Operation {
  readonly tags?: readonly string[];
  readonly summary?: string;
  readonly parameters?: readonly {
    name: string;
    in: string;
    required?: boolean;
    schema?: Schema;
    description?: string;
  }[];
  readonly requestBody?: { content?: Record<string, { schema?: Schema }> };
  readonly responses?: Record<string, { content?: Record<string, { schema?: Schema }> }>;
  readonly 'x-scope'?: string;
}
interface Schema {
  readonly type?: string;
  readonly properties?: Record<string, Schema>;
  readonly required?: readonly string[];
  readonly description?: string;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly 'x-unit'?: string;
}

/** The contract, for machines (OpenAPI 3.1) and for people: a page without any script. */
export function docRoutes(app: ApiApp): void {
  let page: string | undefined;
  app.get('/openapi.json', { config: { scope: 'shell' }, schema: { hide: true } }, (_request, reply) =>
    reply.type('application/json; charset=utf-8').send(JSON.stringify(app.swagger())),
  );
  app.get('/docs', { config: { scope: 'shell' }, schema: { hide: true } }, (_request, reply) => {
    page ??= docPage(app.swagger() as { paths?: Record<string, Record<string, Operation>> });
    return reply.type('text/html; charset=utf-8').send(page);
  });
  app.get('/docs/style.css', { config: { scope: 'shell' }, schema: { hide: true } }, (_request, reply) =>
    reply.type('text/css; charset=utf-8').send(STYLE),
  );
}

function docPage(document: { paths?: Record<string, Record<string, Operation>> }): string {
  const groups = new Map<string, string[]>();
  for (const [path, methods] of Object.entries(document.paths ?? {}))
    for (const [method, operation] of Object.entries(methods)) {
      const tag = operation.tags?.[0] ?? 'other';
      const list = groups.get(tag) ?? [];
      list.push(operationHtml(method, path, operation));
      groups.set(tag, list);
    }
  const nav = [...groups.keys()].map((tag) => `<a href="#${slug(tag)}">${escape(tag)}</a>`).join(' ');
  const body = [...groups]
    .map(([tag, list]) => `<section id="${slug(tag)}"><h2>${escape(tag)}</h2>${list.join('')}</section>`)
    .join('');
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Gaitkeeper HTTP API</title><link rel="stylesheet" href="/docs/style.css"></head><body><main>
<h1>Gaitkeeper HTTP API</h1>
<p>Machine-readable: <a href="/openapi.json">/openapi.json</a> (OpenAPI 3.1). Sign in with the session cookie, or send
<code>Authorization: Bearer</code> with the token of DATA/token. Errors are <code>application/problem+json</code>.</p>
<nav>${nav}</nav>${body}</main></body></html>`;
}

function operationHtml(method: string, path: string, operation: Operation): string {
  const parameters = (operation.parameters ?? []).map(
    (p) =>
      `<li><code>${escape(p.name)}</code> (${escape(p.in)}) ${typeOf(p.schema)} ${escape(p.description ?? p.schema?.description ?? '')}</li>`,
  );
  const bodies = Object.entries(operation.requestBody?.content ?? {}).map(
    ([type, { schema }]) => `<h4>Body, ${escape(type)}</h4>${schemaHtml(schema, 0)}`,
  );
  const answers = Object.entries(operation.responses ?? {}).map(([status, { content }]) => {
    const [schema] = Object.values(content ?? {});
    return `<h4>Answer ${escape(status)}</h4>${schemaHtml(schema?.schema, 0)}`;
  });
  return `<details><summary><b>${method.toUpperCase()}</b> <code>${escape(path)}</code> ${escape(operation.summary ?? '')}
<i>${escape(operation['x-scope'] ?? '')}</i></summary>
${parameters.length > 0 ? `<h4>Parameters</h4><ul>${parameters.join('')}</ul>` : ''}${bodies.join('')}${answers.join('')}</details>`;
}

/** Nesting shown; deeper is in openapi.json. */
const DEEPEST = 4;

function schemaHtml(schema: Schema | undefined, depth: number): string {
  if (schema === undefined) return '';
  if (schema.properties !== undefined) {
    if (depth >= DEEPEST) return '';
    const rows = Object.entries(schema.properties).map(([name, value]) => {
      const unit = value['x-unit'] === undefined ? '' : ` [${escape(value['x-unit'])}]`;
      const optional = schema.required?.includes(name) === true ? '' : ', optional';
      return `<li><code>${escape(name)}</code> <span>${typeOf(value)}${unit}${optional}</span> ${escape(value.description ?? '')}${schemaHtml(value, depth + 1)}</li>`;
    });
    return `<ul>${rows.join('')}</ul>`;
  }
  if (schema.items !== undefined) return schemaHtml(schema.items, depth + 1);
  return (schema.anyOf ?? []).map((option) => schemaHtml(option, depth)).join('');
}

function typeOf(schema: Schema | undefined): string {
  if (schema === undefined) return '';
  if (schema.const !== undefined) return `<code>${escape(JSON.stringify(schema.const))}</code>`;
  if (schema.enum !== undefined) return schema.enum.map((value) => `<code>${escape(String(value))}</code>`).join(' | ');
  if (schema.anyOf !== undefined) return [...new Set(schema.anyOf.map(typeOf))].filter((t) => t !== '').join(' or ');
  if (schema.type === 'array') return `list of ${typeOf(schema.items)}`;
  return escape(schema.type ?? '');
}

const slug = (text: string): string => text.toLowerCase().replace(/[^a-z0-9]+/g, '-');
const escape = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

const STYLE = `:root{color-scheme:light dark}body{font:16px/1.5 system-ui,sans-serif;margin:0;background:Canvas;color:CanvasText}
main{max-width:60rem;margin:0 auto;padding:1.5rem}nav{display:flex;flex-wrap:wrap;gap:.25rem 1rem;margin:1rem 0}
h2{margin:2rem 0 .5rem;text-transform:capitalize}h4{margin:.75rem 0 .25rem}details{border-top:1px solid GrayText;padding:.4rem 0}
summary{cursor:pointer}summary i{float:right;font-size:.85em;color:GrayText}ul{margin:.25rem 0;padding-left:1.25rem}
code{font-size:.9em}b{display:inline-block;min-width:4rem}span{color:GrayText}`;
