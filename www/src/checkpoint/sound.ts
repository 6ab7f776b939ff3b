import type { Verdict } from "healthcode/checkpoint";
import { verdictInWords } from "view/verdict.ts";

/** Two short tones: rising for accepted green, level if it needs a closer look, falling for refused. */
export function sound(verdict: Verdict): void {
  const { sign } = verdictInWords(verdict);
  const tones = sign === "refused" ? [330, 220] : sign === "green" ? [660, 880] : [440, 440];
  const context = new AudioContext();
  tones.forEach((frequency, index) => {
    const tone = context.createOscillator();
    const volume = context.createGain();
    volume.gain.value = 0.2;
    tone.frequency.value = frequency;
    tone.connect(volume).connect(context.destination);
    tone.start(context.currentTime + index * 0.16);
    tone.stop(context.currentTime + index * 0.16 + 0.13);
  });
  setTimeout(() => void context.close(), 600);
}
