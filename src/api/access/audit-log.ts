import type { FastifyRequest } from 'fastify';
import type { AuditAction, AuditTrail, NewAuditEntry } from '../../store/walk-store.ts';
import type { ServiceClock } from '../clock.ts';
import type { Caller } from './access-control.ts';

/** Refused sign-ins are noted at most this often [s]: a guesser must not fill the disk. */
const REFUSED_EVERY_S = 60;

interface AuditWarn {
  warn(data: object, message: string): void;
}

/** Notes what is done with access and data. A full disk is no reason to refuse what was asked (erasing, say): it is logged. */
export class AuditLog {
  readonly #trail: AuditTrail;
  readonly #clock: ServiceClock;
  readonly #log: AuditWarn;
  #refusedAtS = -Infinity;
  #refused = 0;

  constructor(options: { trail: AuditTrail; clock: ServiceClock; log: AuditWarn }) {
    this.#trail = options.trail;
    this.#clock = options.clock;
    this.#log = options.log;
  }

  /** Something was done by this request. `about`: in words of ours, no names and no values. */
  note(request: Pick<FastifyRequest, 'caller' | 'ip'>, action: AuditAction, about = ''): void {
    this.#add({ action, who: whoIs(request.caller), address: request.ip, about });
  }

  /** Something was done by the process itself, or at its console. */
  noteOwn(action: AuditAction, about = ''): void {
    this.#add({ action, who: 'console', about });
  }

  /** A sign-in was refused: counted, and noted once a minute. */
  refused(request: Pick<FastifyRequest, 'ip'>): void {
    this.#refused++;
    const nowS = this.#clock.monotonicS();
    if (nowS - this.#refusedAtS < REFUSED_EVERY_S) return;
    this.#refusedAtS = nowS;
    const about = this.#refused === 1 ? '' : `${this.#refused} since the last entry`;
    this.#refused = 0;
    this.#add({ action: 'login_refused', who: 'nobody', address: request.ip, about });
  }

  #add(entry: NewAuditEntry): void {
    try {
      this.#trail.add(entry);
    } catch (error) {
      this.#log.warn({ err: error, action: entry.action }, 'the audit trail could not be written');
    }
  }
}

/** The caller in words; never a secret. */
const whoIs = (caller: Caller | undefined): string => {
  if (caller === undefined) return 'nobody';
  if (caller.kind === 'service_token') return 'service token';
  return `${caller.kind === 'session' ? 'browser' : 'token'} ${caller.id}`;
};
