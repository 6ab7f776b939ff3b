import { PageProblem } from "../app/problem.ts";
import { readerReady, readQr } from "./reader.ts";

/** The longer side of searched pictures, in pixels: a symbol of 81 modules across a third of it can still be read. */
const SIDE = 1_024;
/** The pause between two pictures, in milliseconds: short enough to seem immediate, and easy on the battery. */
const PAUSE = 120;
/** Every this many pictures, one is searched longer and more thoroughly. */
const PATIENT = 5;

/** A camera that scans until it is stopped. Pictures stay in memory and are overwritten by the next one. */
export class Camera {
  private stream: MediaStream | undefined;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private looks = 0;
  private readonly canvas = document.createElement("canvas");
  private readonly video: HTMLVideoElement;
  private readonly found: (texts: string[]) => void;

  /** `found` is called with the texts of the QR codes in each picture. */
  constructor(video: HTMLVideoElement, found: (texts: string[]) => void) {
    this.video = video;
    this.found = found;
  }

  /** Opens the camera; throws the reason if it cannot be opened. */
  async start(): Promise<void> {
    if (!navigator.mediaDevices?.getUserMedia) {
      throw new PageProblem("camera-insecure", "the browser gives no camera to this page");
    }
    const wanted = { facingMode: "environment", width: { ideal: 1280 }, height: { ideal: 720 } };
    try {
      this.stream = await navigator.mediaDevices.getUserMedia({ video: wanted, audio: false });
    } catch (thrown) {
      throw cameraProblem(thrown);
    }
    try {
      await readerReady();
      this.video.srcObject = this.stream;
      await this.video.play();
    } catch (thrown) {
      this.stop();
      throw thrown;
    }
    this.look();
  }

  stop(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    for (const track of this.stream?.getTracks() ?? []) track.stop();
    this.stream = undefined;
    this.video.srcObject = null;
  }

  private readonly look = async (): Promise<void> => {
    const { stream } = this;
    if (stream === undefined) return;
    try {
      const picture = this.picture();
      this.looks += 1;
      const texts = picture ? await readQr(picture, this.looks % PATIENT === 0) : [];
      if (this.stream === stream) this.found(texts);
    } finally {
      // Whatever one picture came to, there is a next one, unless the camera was stopped meanwhile.
      if (this.stream === stream) this.timer = setTimeout(this.look, PAUSE);
    }
  };

  private picture(): ImageData | undefined {
    const { videoWidth, videoHeight } = this.video;
    if (videoWidth === 0) return undefined;
    return drawn(this.canvas, this.video, videoWidth, videoHeight, SIDE);
  }
}

/** The pixels of a picture of any kind, scaled to at most `most` pixels on its longer side. */
export function drawn(
  canvas: HTMLCanvasElement,
  source: CanvasImageSource,
  width: number,
  height: number,
  most: number,
): ImageData | undefined {
  const scale = Math.min(1, most / Math.max(width, height));
  canvas.width = Math.round(width * scale);
  canvas.height = Math.round(height * scale);
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context?.drawImage(source, 0, 0, canvas.width, canvas.height);
  return context?.getImageData(0, 0, canvas.width, canvas.height);
}

function cameraProblem(thrown: unknown): PageProblem {
  const name = thrown instanceof DOMException ? thrown.name : "";
  if (name === "NotAllowedError" || name === "SecurityError")
    return new PageProblem("camera-denied", "the camera was not allowed");
  if (name === "NotFoundError" || name === "OverconstrainedError")
    return new PageProblem("camera-missing", "there is no camera");
  return new PageProblem("camera-busy", "the camera could not be opened");
}
