/** Tones and vibration: a volunteer hears the answer without looking. */

export type Tone = "good" | "bad" | "warn" | "offline";

const TONES: Record<Tone, { readonly notes: readonly number[]; readonly pulses: number[] }> = {
  good: { notes: [880, 1320], pulses: [80] },
  offline: { notes: [880, 880], pulses: [80, 60, 80] },
  bad: { notes: [220, 165, 220], pulses: [200, 80, 200] },
  warn: { notes: [520], pulses: [40] },
};
const NOTE_SECONDS = 0.13;
const MUTED = "mitwirk.door.muted";

let audio: AudioContext | null = null;

/** Browsers allow sound only from a tap on: called by the buttons. */
export function allowSound(): void {
  audio ??= new AudioContext();
  void audio.resume();
}

export function isMuted(): boolean {
  return localStorage.getItem(MUTED) !== null;
}

export function mute(on: boolean): void {
  if (on) localStorage.setItem(MUTED, "1");
  else localStorage.removeItem(MUTED);
}

export function signal(tone: Tone): void {
  const { notes, pulses } = TONES[tone];
  if ("vibrate" in navigator) navigator.vibrate(pulses);
  if (audio === null || audio.state !== "running" || isMuted()) return;
  const context = audio;
  notes.forEach((frequency, index) => {
    const start = context.currentTime + index * NOTE_SECONDS;
    const oscillator = new OscillatorNode(context, { frequency, type: "triangle" });
    const gain = new GainNode(context, { gain: 0.4 });
    gain.gain.setTargetAtTime(0, start + NOTE_SECONDS * 0.7, 0.02);
    oscillator.connect(gain).connect(context.destination);
    oscillator.start(start);
    oscillator.stop(start + NOTE_SECONDS);
  });
}
