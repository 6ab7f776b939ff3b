// Two readers of QR codes that are not ours, and a picture of a screen turned into a camera.
import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

/** What zbarimg reads in an image file. */
export async function zbar(image) {
  const { stdout } = await run("zbarimg", ["--quiet", "--raw", "--nodbus", image]);
  return stdout.trim();
}

/** What ZXingReader reads in an image file. */
export async function zxing(image) {
  const { stdout } = await run("ZXingReader", ["-bytes", "-format", "QRCode", image]);
  return stdout.trim();
}

/** A folder for files of one test. */
export async function scratch(test) {
  const folder = await mkdtemp(join(tmpdir(), "healthcode-"));
  test.after(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/**
 * A picture as Chromium's `--use-file-for-fake-video-capture` wants it: one JPEG, again and again. `page` draws it, the
 * size of a camera's.
 */
export async function camera(page, image, file, { width = 1280, height = 720 } = {}) {
  const jpeg = await page.evaluate(
    async ([base64, width, height]) => {
      const bytes = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
      const picture = await createImageBitmap(new Blob([bytes], { type: "image/png" }));
      const canvas = Object.assign(document.createElement("canvas"), { width, height });
      const context = canvas.getContext("2d");
      context.fillStyle = "#445";
      context.fillRect(0, 0, width, height);
      const scale = Math.min((width * 0.9) / picture.width, (height * 0.9) / picture.height);
      const [w, h] = [picture.width * scale, picture.height * scale];
      context.drawImage(picture, (width - w) / 2, (height - h) / 2, w, h);
      return canvas.toDataURL("image/jpeg", 0.9).split(",")[1];
    },
    [image.toString("base64"), width, height],
  );
  await writeFile(file, Buffer.from(jpeg, "base64"));
}
