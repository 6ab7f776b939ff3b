import { problemOf } from "healthcode";
import { Answer } from "view/challenge-answer.ts";
import { NO_CHALLENGE } from "view/code.ts";
import { codeWords } from "view/code-words.ts";
import { clock } from "../../app/clock.ts";
import { problemText } from "../../i18n/errors/problem.ts";
import { Camera } from "../../scan/camera.ts";

/** The challenge of a checkpoint that the code answers, and the form that takes it. */
export class Asking {
  open = false;
  scanning = false;
  /** What is wrong with what was typed or scanned. */
  fault = "";
  private readonly answer = new Answer();
  private readonly root: HTMLElement;
  /** Makes a new code and draws the page. */
  private readonly renew: () => Promise<void>;
  private readonly update: () => void;
  private camera: Camera | undefined;

  constructor(root: HTMLElement, renew: () => Promise<void>, update: () => void) {
    this.root = root;
    this.renew = renew;
    this.update = update;
  }

  /** What the code is to answer now, if anything. */
  get bytes(): Uint8Array | undefined {
    return this.answer.given(clock.now());
  }

  /** The digits that were typed, if they were. */
  get digits(): string | undefined {
    return this.answer.digits;
  }

  readonly begin = (): void => {
    this.open = true;
    this.fault = "";
    this.update();
    this.focus("input");
  };

  readonly cancel = (): void => {
    this.close();
    this.update();
    this.focus("button");
  };

  /** Stops answering. */
  readonly stop = async (): Promise<void> => {
    this.answer.forget();
    await this.renew();
    this.focus("button");
  };

  readonly type = async (event: Event): Promise<void> => {
    event.preventDefault();
    const input = (event.target as HTMLFormElement).querySelector("input");
    await this.take(input?.value ?? "", codeWords().fourDigits);
    if (this.open) input?.focus();
  };

  readonly scan = async (): Promise<void> => {
    this.fault = "";
    this.scanning = true;
    this.update();
    const video = this.root.querySelector<HTMLVideoElement>(".asking video");
    if (video === null) return;
    const found = (texts: string[]) => {
      const text = texts.find((text) => text.startsWith("JKC1:")) ?? texts[0];
      if (text !== undefined && this.scanning) void this.take(text, problemText(NO_CHALLENGE));
    };
    this.camera = new Camera(video, found);
    try {
      await this.camera.start();
      // It may have been closed while the browser asked.
      if (!this.scanning) this.camera.stop();
    } catch (thrown) {
      this.scanning = false;
      this.fault = problemText(problemOf(thrown));
      this.update();
    }
  };

  /** Closes the form, and the camera. */
  close(): void {
    this.camera?.stop();
    this.camera = undefined;
    this.scanning = this.open = false;
    this.fault = "";
  }

  /** Takes a typed or scanned challenge; `otherwise` is said if the text is none. */
  private async take(text: string, otherwise: string): Promise<void> {
    if (this.answer.take(text, clock.now())) {
      this.close();
      await this.renew();
      this.root.querySelector<HTMLElement>(".asking button")?.focus({ preventScroll: true });
      // The checkpoint scans it now.
      this.root.querySelector("qr-code")?.scrollIntoView({ block: "center" });
      return;
    }
    if (this.fault === otherwise) return;
    this.fault = otherwise;
    this.update();
  }

  private focus(of: string): void {
    this.root.querySelector<HTMLElement>(`.asking ${of}`)?.focus();
  }
}
