import { PageProblem } from "../app/problem.ts";
import { drawn } from "./camera.ts";
import { readerReady, readQr } from "./reader.ts";

/** The longer side of a searched picture, in pixels; phone photos are much larger than necessary. */
const SIDE = 2_048;

/** The texts of the QR codes in an image file, at least one; throws `image-unreadable` or `image-without-code`. */
export async function readImage(file: Blob): Promise<string[]> {
  await readerReady();
  let image: ImageBitmap;
  try {
    image = await createImageBitmap(file);
  } catch {
    throw new PageProblem("image-unreadable", "the file is no image");
  }
  const picture = drawn(document.createElement("canvas"), image, image.width, image.height, SIDE);
  image.close();
  const texts = picture ? await readQr(picture, true) : [];
  if (texts.length === 0) throw new PageProblem("image-without-code", "there is no QR code in the image");
  return texts;
}
