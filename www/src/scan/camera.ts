import { PageProblem } from "../app/problem.ts";
import { readerReady, readQr } from "./reader.ts";

/** The longer side of searched pictures, in pixels: a symbol of 81 modules across a third of it can still be read. */
const SIDE = 1_024;
/** The pause between two pictures, in milliseconds: short enough to seem immediate, and easy on the battery. */
const PAUSE = 120;
/** Every this many pictures, one is searched longer and more thoroughly. */
const PATIENT = 5;

/** A camera that scans until it is stopped or taken away. Pictures stay in memory and are overwritten by the next one. */
export class Camera {
  private stream: MediaStream | undefined;
  /** Counts starts and stops: what an earlier start still waits for is no longer wanted. */
  private turn = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private looks = 0;
  private readonly canvas = document.createElement("canvas");
  private readonly video: HTMLVideoElement;
  private readonly found: (texts: string[]) => void;
  private readonly lost: (problem: PageProblem) => void;

  /**
   * `found` is called with the texts of the QR codes in each picture, `lost` when the camera was unplugged or the browser
   * took it away: it is then stopped.
   */
  constructor(video: HTMLVideoElement, found: (texts: string[]) => void, lost: (problem: PageProblem) => void) {
    this.video = video;
    this.found = found;
    this.lost = lost;
  }

  /** Opens the camera, anew if it is open; throws the reason if it cannot be opened. If it is stopped meanwhile, that is all. */
  async start(): Promise<void> {
    this.stop();
    const { turn } = this;
    const over = () => turn !== this.turn;
    if (!navigator.mediaDevices?.getUserMedia) {
      throw new PageProblem("scan-insecure", "the browser gives no camera to this page");
    }
    const wanted = { facingMode: "environment", width: { ideal: 1280 }, height: { ideal: 720 } };
    let stream: MediaStream;
    try {
      stream = await navigator.mediaDevices.getUserMedia({ video: wanted, audio: false });
    } catch (thrown) {
      if (over()) return;
      throw cameraProblem(thrown);
    }
    if (over()) {
      release(stream);
      return;
    }
    this.stream = stream;
    for (const track of stream.getTracks()) track.addEventListener("ended", () => this.ended(stream));
    try {
      await readerReady();
      if (over()) return;
      this.video.srcObject = stream;
      await this.video.play();
    } catch (thrown) {
      // What stops it interrupts the playing.
      if (over()) return;
      this.stop();
      throw thrown;
    }
    if (!over()) void this.look();
  }

  stop(): void {
    this.turn += 1;
    clearTimeout(this.timer);
    this.timer = undefined;
    if (this.stream) release(this.stream);
    this.stream = undefined;
    this.video.srcObject = null;
  }

  /** The browser has ended a stream, which this page has not. */
  private ended(stream: MediaStream): void {
    if (this.stream !== stream) return;
    this.stop();
    this.lost(new PageProblem("scan-lost", "the camera was taken away"));
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

function release(stream: MediaStream): void {
  for (const track of stream.getTracks()) track.stop();
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
    return new PageProblem("scan-denied", "the camera was not allowed");
  if (name === "NotFoundError" || name === "OverconstrainedError")
    return new PageProblem("scan-missing", "there is no camera");
  return new PageProblem("scan-busy", "the camera could not be opened");
}
