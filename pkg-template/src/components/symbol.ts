import { Qr } from "healthcode";
import type { Symbol } from "../view/phone.js";

/** Light modules around a symbol that readers need (ISO/IEC 18004). */
const QUIET = 4;

/** The symbol of a text, out of the engine's memory. */
export function symbolOf(text: string): Symbol {
  const qr = new Qr(text);
  const symbol = { width: qr.width, modules: qr.modules() };
  qr.free();
  return symbol;
}

/** What is drawn on, in a browser or a mini-program. */
export interface Surface {
  width: number;
  height: number;
  getContext(kind: "2d"): { fillStyle: unknown; fillRect(x: number, y: number, width: number, height: number): void } | null;
}

/**
 * The side of the canvas in the page's pixels for which each module is a whole number of the screen's pixels, whatever
 * its density, so that no edge is blurred.
 */
export function sideOf(symbol: Symbol, room: number, density: number): number {
  return (modulesOf(symbol) * scaleOf(symbol, room, density)) / density;
}

/** Draws the symbol. */
export function draw(symbol: Symbol, surface: Surface, room: number, density: number): void {
  const scale = scaleOf(symbol, room, density);
  const side = modulesOf(symbol) * scale;
  surface.width = side;
  surface.height = side;
  const pen = surface.getContext("2d");
  if (pen === null) return;
  pen.fillStyle = "#fff";
  pen.fillRect(0, 0, side, side);
  pen.fillStyle = "#000";
  symbol.modules.forEach((dark, at) => {
    const row = Math.floor(at / symbol.width);
    if (dark === 1) pen.fillRect(((at % symbol.width) + QUIET) * scale, (row + QUIET) * scale, scale, scale);
  });
}

const modulesOf = ({ width }: Symbol): number => width + 2 * QUIET;

function scaleOf(symbol: Symbol, room: number, density: number): number {
  return Math.max(1, Math.floor((room * density) / modulesOf(symbol)));
}
