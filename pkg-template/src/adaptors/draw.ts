// Draws a code's symbol on a canvas, whose API is almost the same on every host.
import { symbol } from "../engine/symbol.js";
import { failure } from "../failure.js";
import type { FoundSurface, Surface } from "./interfaces.js";

/** Light modules around the symbol that readers need (ISO/IEC 18004). */
const QUIET = 4;

/** The dimensions of a drawn symbol. */
export interface DrawnQr {
  /** Width and height in device pixels, including the quiet zone. */
  pixels: number;
  /** Width and height in CSS pixels: set this as the element's size, or edges will be blurred. */
  size: number;
  /** Device pixels per module. */
  scale: number;
  /** The symbol's version, 1 to 20. */
  version: number;
}

/**
 * Draws the QR symbol of a text, black on white, as large as fits into `width` with modules of whole device pixels,
 * whatever the screen's density. Throws a `qr-…` code if the text cannot be encoded, `canvas-missing` if the canvas has no
 * 2d context, or `misuse-argument` for anything but what `hostAdaptors().canvas.find` gives.
 */
export function drawQr(found: FoundSurface, text: string): DrawnQr {
  const qr = symbol(text);
  const side = qr.width;
  const version = qr.version;
  const modules = qr.modules();
  qr.free();
  // In JavaScript anything may be passed.
  const { surface, width, ratio } = (found ?? {}) as Partial<FoundSurface>;
  if (typeof surface?.getContext !== "function" || !isSize(width) || !isSize(ratio) || ratio === 0)
    throw failure("misuse-argument", "the first argument is what canvas.find gives: { surface, width, ratio }");
  const scale = Math.max(1, Math.floor((width * ratio) / (side + 2 * QUIET)));
  const pixels = (side + 2 * QUIET) * scale;
  paint(surface, modules, side, scale);
  return { pixels, size: pixels / ratio, scale, version };
}

const isSize = (value: unknown): value is number => typeof value === "number" && value >= 0 && value < Infinity;

function paint(surface: Surface, modules: Uint8Array, side: number, scale: number): void {
  const pixels = (side + 2 * QUIET) * scale;
  surface.width = pixels;
  surface.height = pixels;
  const pen = surface.getContext("2d");
  if (pen === null) throw failure("canvas-missing", "the canvas has no 2d context");
  pen.fillStyle = "#fff";
  pen.fillRect(0, 0, pixels, pixels);
  pen.fillStyle = "#000";
  for (let row = 0; row < side; row += 1) {
    // Adjacent dark modules in one stroke: on some hosts every canvas call is slow.
    for (let column = 0; column < side; column += 1) {
      const from = column;
      while (column < side && modules[row * side + column] === 1) column += 1;
      if (column > from) pen.fillRect((from + QUIET) * scale, (row + QUIET) * scale, (column - from) * scale, scale);
    }
  }
}
