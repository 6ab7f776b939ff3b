import { PageProblem } from "../app/problem.ts";
import { drawn } from "./camera.ts";
import { HEALTH_CODE, readerReady, readQr } from "./reader.ts";

/** The longer side of a searched picture, in pixels; phone photos are much larger than necessary. */
const SIDE = 2_048;

/** The text of the health code in an image file; throws `image-unreadable` or `image-without-code`. */
export async function readImage(file: Blob): Promise<string> {
  await readerReady();
  let image: ImageBitmap;
  try {
    image = await createImageBitmap(file);
  } catch {
    throw new PageProblem("image-unreadable", "the file is no image");
  }
  const picture = drawn(document.createElement("canvas"), image, image.width, image.height, SIDE);
  image.close();
  const text = picture && (await readQr(picture, true, HEALTH_CODE));
  if (text === undefined) throw new PageProblem("image-without-code", "there is no QR code in the image");
  return text;
}
