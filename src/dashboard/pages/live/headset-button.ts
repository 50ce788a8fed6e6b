/** Two presses within this time are one: a double press of a headset is "next" in most players [ms]. */
const ONE_PRESS_MS = 1200;
/** Browsers hand the buttons to what plays for more than five seconds; this is silence, played over and over [s]. */
const SILENCE_S = 10;
const RATE_HZ = 8000;
const BUTTONS = ['play', 'pause', 'stop', 'nexttrack', 'previoustrack'] as const;

/** Silence as a WAV file, 8 bit mono. */
function silence(): Blob {
  const samples = SILENCE_S * RATE_HZ;
  const head = new DataView(new ArrayBuffer(44));
  const text = (at: number, word: string): void => {
    for (let i = 0; i < word.length; i++) head.setUint8(at + i, word.charCodeAt(i));
  };
  text(0, 'RIFF');
  head.setUint32(4, 36 + samples, true);
  text(8, 'WAVEfmt ');
  head.setUint32(16, 16, true);
  head.setUint16(20, 1, true);
  head.setUint16(22, 1, true);
  head.setUint32(24, RATE_HZ, true);
  head.setUint32(28, RATE_HZ, true);
  head.setUint16(32, 1, true);
  head.setUint16(34, 8, true);
  text(36, 'data');
  head.setUint32(40, samples, true);
  return new Blob([head.buffer, new Uint8Array(samples).fill(128)], { type: 'audio/wav' });
}

/**
 * Any media button of a headset (play, pause, next, previous) is one press. The buttons belong to what plays, so silence plays as
 * long as this lasts: music of another app stops, which is why nobody gets this unasked.
 * @param title what the lock screen calls it
 * @returns ends it
 */
export function listenToHeadset(title: string, onPress: () => void): () => void {
  if (!('mediaSession' in navigator)) return () => undefined;
  const { mediaSession } = navigator;
  const address = URL.createObjectURL(silence());
  const audio = new Audio(address);
  audio.loop = true;
  // Where the browser wants a touch first, the next one on the page starts it.
  const start = (): void => {
    audio.play().then(
      () => removeEventListener('pointerdown', start),
      () => undefined,
    );
  };
  addEventListener('pointerdown', start);
  start();
  mediaSession.metadata = new MediaMetadata({ title, artist: 'Gaitkeeper' });
  let last = -Infinity;
  for (const button of BUTTONS)
    mediaSession.setActionHandler(button, () => {
      // It plays on, or the next press would go elsewhere.
      start();
      mediaSession.playbackState = 'playing';
      const now = performance.now();
      if (now - last < ONE_PRESS_MS) return;
      last = now;
      onPress();
    });
  return () => {
    removeEventListener('pointerdown', start);
    for (const button of BUTTONS) mediaSession.setActionHandler(button, null);
    mediaSession.metadata = null;
    mediaSession.playbackState = 'none';
    audio.pause();
    URL.revokeObjectURL(address);
  };
}
