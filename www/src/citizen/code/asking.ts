import { type Problem, problemOf } from "healthcode";
import { NO_CHALLENGE } from "view/code.ts";
import { codeWords } from "view/code-words.ts";
import type { LiveCode } from "view/live-code.ts";
import { clock } from "../../app/clock.ts";
import { problemText } from "../../i18n/errors/problem.ts";
import { Camera } from "../../scan/camera.ts";

/** The form that takes a checkpoint's challenge, which the code then answers. */
export class Asking {
  open = false;
  scanning = false;
  /** What is wrong with what was typed or scanned. */
  fault = "";
  private readonly root: HTMLElement;
  private readonly code: LiveCode;
  private readonly update: () => void;
  private camera: Camera | undefined;

  constructor(root: HTMLElement, code: LiveCode, update: () => void) {
    this.root = root;
    this.code = code;
    this.update = update;
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
    this.code.answer.forget();
    await this.code.replace();
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
    const failed = (problem: Problem) => {
      this.scanning = false;
      this.fault = problemText(problem);
      this.update();
    };
    this.camera?.stop();
    this.camera = new Camera(video, found, failed);
    try {
      await this.camera.start();
    } catch (thrown) {
      failed(problemOf(thrown));
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
    if (this.code.answer.take(text, clock.now())) {
      this.close();
      await this.code.replace();
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
