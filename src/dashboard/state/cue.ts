let context: AudioContext | undefined;

/** Browsers allow sound only after a touch: called from one (start of a walk, the sound switch). */
export function wakeSound(): void {
  context ??= new AudioContext();
  if (context.state === 'suspended') void context.resume();
}

function tone(audio: AudioContext, hz: number, startS: number): void {
  const oscillator = audio.createOscillator();
  const gain = audio.createGain();
  oscillator.type = 'sine';
  oscillator.frequency.value = hz;
  gain.gain.setValueAtTime(0, startS);
  gain.gain.linearRampToValueAtTime(0.16, startS + 0.04);
  gain.gain.exponentialRampToValueAtTime(0.001, startS + 0.45);
  oscillator.connect(gain).connect(audio.destination);
  oscillator.start(startS);
  oscillator.stop(startS + 0.5);
}

/** One soft double tone and one short vibration: a notice came, nothing is wrong with you. */
export function playCue(options: { sound: boolean; vibration: boolean }): void {
  if (options.vibration && 'vibrate' in navigator) navigator.vibrate([120, 80, 120]);
  if (!options.sound || context?.state !== 'running') return;
  tone(context, 523.25, context.currentTime + 0.02);
  tone(context, 659.25, context.currentTime + 0.32);
}

/** One short low tone: a mark is kept. */
export function playKept(options: { sound: boolean; vibration: boolean }): void {
  if (options.vibration && 'vibrate' in navigator) navigator.vibrate(60);
  if (options.sound && context?.state === 'running') tone(context, 392, context.currentTime + 0.02);
}

/** Says one sentence aloud, on request only. */
export function sayAloud(text: string, language: string): void {
  if (!('speechSynthesis' in globalThis)) return;
  speechSynthesis.cancel();
  const words = new SpeechSynthesisUtterance(text);
  words.lang = language;
  speechSynthesis.speak(words);
}
