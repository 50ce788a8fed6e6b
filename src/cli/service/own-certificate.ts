import { createPrivateKey, X509Certificate } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { isIP } from 'node:net';
import path from 'node:path';
import { generate } from 'selfsigned';
import type { Certificate } from '../../api/http-server.ts';

/** Browsers take no longer one [days]. */
const VALID_DAYS = 397;
/** A certificate that ends sooner than this is made anew [days]. */
const RENEW_DAYS = 14;
const DAY_MS = 86_400_000;
/** Kinds of alternative names, as X.509 numbers them. */
const DNS_NAME = 2;
const IP_ADDRESS = 7;

export interface OwnCertificate extends Certificate {
  /** SHA-256 fingerprint, as browsers show it. */
  readonly fingerprint: string;
  readonly made: boolean;
}

/** The service's own certificate of a data folder (DATA/tls, key 0600); made at first use and before it ends. */
export async function ownCertificate(
  dataFolder: string,
  hosts: ReadonlySet<string>,
  nowMs: number,
): Promise<OwnCertificate> {
  const folder = path.join(dataFolder, 'tls');
  const keyFile = path.join(folder, 'key.pem');
  const certFile = path.join(folder, 'cert.pem');
  if (existsSync(keyFile) && existsSync(certFile)) {
    const found = { key: readFileSync(keyFile, 'utf8'), cert: readFileSync(certFile, 'utf8') };
    const x509 = readable(found);
    if (x509 !== undefined && Date.parse(x509.validTo) - nowMs > RENEW_DAYS * DAY_MS) {
      chmodSync(keyFile, 0o600);
      return { ...found, fingerprint: x509.fingerprint256, made: false };
    }
  }
  const names = [...hosts].map((host) => {
    return isIP(host) === 0 ? ({ type: DNS_NAME, value: host } as const) : ({ type: IP_ADDRESS, ip: host } as const);
  });
  const made = await generate([{ name: 'commonName', value: 'Gaitkeeper on this machine' }], {
    keyType: 'ec',
    curve: 'P-256',
    algorithm: 'sha256',
    notBeforeDate: new Date(nowMs - DAY_MS),
    notAfterDate: new Date(nowMs + VALID_DAYS * DAY_MS),
    extensions: [
      { name: 'basicConstraints', cA: false, critical: true },
      { name: 'keyUsage', digitalSignature: true, critical: true },
      { name: 'extKeyUsage', serverAuth: true },
      { name: 'subjectAltName', altNames: names },
    ],
  });
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  writeFileSync(keyFile, made.private, { mode: 0o600 });
  writeFileSync(certFile, made.cert, { mode: 0o600 });
  chmodSync(keyFile, 0o600);
  return {
    key: made.private,
    cert: made.cert,
    fingerprint: new X509Certificate(made.cert).fingerprint256,
    made: true,
  };
}

/** The certificate where it can be read and belongs to the key; a power cut may have kept one from being written. */
function readable({ key, cert }: Certificate): X509Certificate | undefined {
  try {
    const x509 = new X509Certificate(cert);
    return x509.checkPrivateKey(createPrivateKey(key)) ? x509 : undefined;
  } catch {
    return undefined;
  }
}
