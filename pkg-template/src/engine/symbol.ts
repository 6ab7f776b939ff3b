// Who draws QR symbols: whichever engine runs, as all make the same ones.
import { failure } from "../failure.js";

/** A symbol, in the memory of the engine that drew it. */
export interface Symbol {
  readonly width: number;
  readonly version: number;
  modules(): Uint8Array;
  free(): void;
}

/** The class `Qr` of an engine. */
export type QrClass = new (text: string) => Symbol;

let drawer: QrClass | undefined;

/** From now on this engine draws: it runs. */
export function symbolsBy(Qr: QrClass): void {
  drawer = Qr;
}

/** The symbol of a text. Throws `misuse-not-ready`, or a `qr-…` code. */
export function symbol(text: string): Symbol {
  if (drawer === undefined) throw notReady();
  return new drawer(text);
}

/** What whoever calls an engine too early is told. */
export const notReady = () =>
  failure("misuse-not-ready", "healthcode is not ready: wait for init() before anything else");
