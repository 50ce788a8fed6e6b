import type { DecodedPacket } from '../protocol/sensor-model.ts';

/** Seconds over which loss is told. */
const LOSS_WINDOW_S = 10;

interface Second {
  atS: number;
  samples: number;
  lost: number;
  squareSum: number;
}

/** What a sensor's card shows of its link: rate, loss and motion of the last seconds. */
export class LinkHealth {
  #seconds: Second[] = [];
  #nextIndex: number | undefined;

  /** Takes a decoded packet as it came. */
  packet(packet: DecodedPacket, nowMs: number): void {
    const atS = Math.floor(nowMs / 1000);
    let second = this.#seconds.at(-1);
    if (second?.atS !== atS) {
      second = { atS, samples: 0, lost: 0, squareSum: 0 };
      this.#seconds.push(second);
      while (this.#seconds.length > LOSS_WINDOW_S + 1) this.#seconds.shift();
    }
    if (packet.sampleIndex !== undefined && packet.sampleIndexModulo !== undefined) {
      if (this.#nextIndex !== undefined) {
        const ahead = (packet.sampleIndex - this.#nextIndex + packet.sampleIndexModulo) % packet.sampleIndexModulo;
        // A jump of more than a minute is a restart, not loss.
        if (ahead * packet.periodS < 60) second.lost += ahead;
      }
      this.#nextIndex = (packet.sampleIndex + packet.count) % packet.sampleIndexModulo;
    }
    second.samples += packet.count;
    for (let i = 0; i < 3 * packet.count; i++) second.squareSum += packet.gyrRadps[i]! ** 2;
  }

  /** A link that was lost and came back: what it missed is a gap, not loss on the air. */
  linkRestarted(): void {
    this.#nextIndex = undefined;
  }

  /** Samples of the last whole second, share lost in the last ten, and how much the sensor moves [deg/s RMS]. */
  read(nowMs: number): {
    rateHz: number | undefined;
    lossShare: number | undefined;
    motionDps: number | undefined;
  } {
    const nowS = Math.floor(nowMs / 1000);
    const recent = this.#seconds.filter((s) => s.atS >= nowS - LOSS_WINDOW_S);
    const whole = recent.filter((s) => s.atS < nowS);
    const last = whole.at(-1);
    const newest = recent.filter((s) => s.atS >= nowS - 1);
    if (recent.length === 0) return { rateHz: undefined, lossShare: undefined, motionDps: undefined };
    let samples = 0;
    let lost = 0;
    for (const s of recent) {
      samples += s.samples;
      lost += s.lost;
    }
    let moving = 0;
    let square = 0;
    for (const s of newest) {
      moving += s.samples;
      square += s.squareSum;
    }
    return {
      rateHz: last !== undefined && last.atS >= nowS - 2 ? last.samples : undefined,
      lossShare: samples + lost > 0 ? lost / (samples + lost) : undefined,
      motionDps: moving > 0 ? (Math.sqrt(square / moving) * 180) / Math.PI : undefined,
    };
  }
}
