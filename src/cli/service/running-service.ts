import { readFileSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import path from 'node:path';
import { readToken, tokenFile } from '../../api/access/service-token.ts';
import type { Problem } from '../../api/contract.ts';
import { UserError } from '../terminal.ts';

/** File in the data folder that says where the running service can be reached (0600). */
export const ADDRESS_FILE = 'service.json';

export interface ServiceAddress {
  /** `http://127.0.0.1:8080` */
  readonly url: string;
  readonly pid: number;
}

/** A running service, as a command of the same machine reaches it. */
export interface RunningService {
  readonly url: string;
  readonly token: string;
  /** Own certificate, where it speaks TLS. */
  readonly ca: string | undefined;
}

/**
 * Finds the service of a data folder.
 * @param url where it is not the one that the folder says
 * @throws UserError where none has been started there
 */
export function findService(dataFolder: string, url: string | undefined, envToken: string | undefined): RunningService {
  const token = envToken !== undefined && envToken !== '' ? envToken : readToken(tokenFile(dataFolder));
  if (token === undefined)
    throw new UserError(
      `There is no token in "${dataFolder}": start the service there first (gaitkeeper serve), or set GAITKEEPER_TOKEN.`,
    );
  if (url !== undefined && !/^https?:$/.test(URL.canParse(url) ? new URL(url).protocol : ''))
    throw new UserError(`--url: expected an address like http://127.0.0.1:8080, found "${url}".`, 2);
  const found = url ?? readAddress(dataFolder)?.url;
  if (found === undefined)
    throw new UserError(
      `No service seems to run on "${dataFolder}". Start it with: gaitkeeper serve --data "${dataFolder}"`,
    );
  return { url: found.replace(/\/$/, ''), token, ca: readCertificate(dataFolder) };
}

function readAddress(dataFolder: string): ServiceAddress | undefined {
  try {
    const address = JSON.parse(readFileSync(path.join(dataFolder, ADDRESS_FILE), 'utf8')) as ServiceAddress;
    return typeof address.url === 'string' ? address : undefined;
  } catch {
    return undefined;
  }
}

function readCertificate(dataFolder: string): string | undefined {
  try {
    return readFileSync(path.join(dataFolder, 'tls', 'cert.pem'), 'utf8');
  } catch {
    return undefined;
  }
}

/** Silence after which a request is given up [ms]. */
const PATIENCE_MS = 15_000;

/** Asks the service. @throws UserError with its own words where it refuses or can't be reached */
export async function askService(
  service: RunningService,
  method: string,
  address: string,
  body?: unknown,
  timeoutMs = PATIENCE_MS,
): Promise<unknown> {
  const text = await textOf(await openAnswer(service, method, address, body, timeoutMs));
  return text === '' ? undefined : JSON.parse(text);
}

async function textOf(answer: http.IncomingMessage): Promise<string> {
  let text = '';
  answer.setEncoding('utf8');
  for await (const part of answer) text += String(part);
  return text;
}

/** The answer as it comes, for what is too long to hold. @throws UserError as `askService` */
export function openAnswer(
  service: RunningService,
  method: string,
  address: string,
  body?: unknown,
  timeoutMs = PATIENCE_MS,
): Promise<http.IncomingMessage> {
  const payload = body === undefined ? undefined : JSON.stringify(body);
  const url = `${service.url}${address}`;
  const options = {
    method,
    timeout: timeoutMs,
    headers: {
      authorization: `Bearer ${service.token}`,
      ...(payload === undefined
        ? {}
        : { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(payload)) }),
    },
  };
  return new Promise((resolve, reject) => {
    const request = url.startsWith('https:')
      ? https.request(url, service.ca === undefined ? options : { ...options, ca: service.ca })
      : http.request(url, options);
    request.on('response', (response) => {
      const status = response.statusCode ?? 0;
      if (status < 400) resolve(response);
      else
        textOf(response).then(
          (text) => reject(refusal(status, text)),
          () => reject(refusal(status, '')),
        );
    });
    request.on('timeout', () => request.destroy(new Error(`no answer within ${timeoutMs / 1000} s`)));
    request.on('error', (error) =>
      reject(
        new UserError(
          `The service at ${service.url} can't be reached (${error.message}). Is it running? Start it with: gaitkeeper serve`,
        ),
      ),
    );
    request.end(payload);
  });
}

/** What the service said against it, as a sentence. */
export function refusal(status: number, body: string): UserError {
  try {
    const problem = JSON.parse(body) as Problem;
    if (typeof problem.detail === 'string')
      return new UserError(
        `The service refused: ${problem.detail}${problem.what_to_do === undefined ? '' : ` ${problem.what_to_do}`}`,
      );
  } catch {
    // Not one of ours: its number has to do.
  }
  return new UserError(`The service refused with status ${status}.`);
}
