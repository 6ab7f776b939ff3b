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

/** The texts of the QR codes in a picture, of which there may be others beside the wanted one. `patient` searches longer and harder. */
export async function readQr(picture: ImageData, patient: boolean): Promise<string[]> {
  const found = await readBarcodes(picture, {
    formats: ["QRCode"],
    tryHarder: patient,
    tryRotate: patient,
    tryInvert: patient,
    maxNumberOfSymbols: 4,
  });
  return found.filter(({ isValid }) => isValid).map(({ text }) => text);
}
