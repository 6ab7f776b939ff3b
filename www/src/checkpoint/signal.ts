import { preferences } from "../app/preferences.ts";

let context: AudioContext | undefined;

/** Browsers make no sound before somebody has touched the page: from the first touch on they may. */
export function allowSound(): void {
  for (const touched of ["pointerdown", "keydown"]) addEventListener(touched, ready, { capture: true, once: true });
}

function ready(): void {
  context ??= new AudioContext();
  void context.resume().catch(() => undefined);
}

/**
 * Tells a verdict to the ear and the hand, unless somebody has turned that off: two short tones and one buzz for green, level tones and
 * two for what needs a closer look, falling ones and a long buzz for refused.
 */
export function signal(sign: string): void {
  if (!preferences.sound) return;
  const [tones, buzz] =
    sign === "green"
      ? [[660, 880], [80]]
      : sign === "refused"
        ? [[330, 220], [400]]
        : [
            [440, 440],
            [120, 80, 120],
          ];
  navigator.vibrate?.(buzz);
  const { state, currentTime = 0, destination } = context ?? {};
  if (context === undefined || state !== "running" || destination === undefined) return;
  for (const [index, frequency] of tones.entries()) {
    const tone = context.createOscillator();
    const volume = context.createGain();
    volume.gain.value = 0.2;
    tone.frequency.value = frequency;
    tone.connect(volume).connect(destination);
    tone.start(currentTime + index * 0.16);
    tone.stop(currentTime + index * 0.16 + 0.13);
  }
}
