import { prepareZXingModule, readBarcodes } from "zxing-wasm/reader";
import wasm from "zxing-wasm/reader/zxing_reader.wasm?url";
import { PageProblem } from "../app/problem.ts";

let once: Promise<unknown> | undefined;

/** Loads the reader from this site; nothing comes from anywhere else. */
export async function readerReady(): Promise<void> {
  once ??= prepareZXingModule({ overrides: { locateFile: () => wasm }, fireImmediately: true });
  try {
    await once;
  } catch {
    once = undefined;
    throw new PageProblem("reader-unavailable", "the QR reader could not be loaded");
  }
}

/** What the text of a health code begins with. */
export const HEALTH_CODE = "JK1:";

/**
 * The text of the QR code in a picture; if there are several, one that begins with `prefix`. `patient` searches longer and
 * harder.
 */
export async function readQr(picture: ImageData, patient: boolean, prefix: string): Promise<string | undefined> {
  const found = await readBarcodes(picture, {
    formats: ["QRCode"],
    tryHarder: patient,
    tryRotate: patient,
    tryInvert: patient,
    maxNumberOfSymbols: patient ? 4 : 1,
  });
  const texts = found.filter(({ isValid }) => isValid).map(({ text }) => text);
  return texts.find((text) => text.startsWith(prefix)) ?? texts[0];
}
