import { type Checkpoint, openCheckpoint, type Problem, problemOf } from "healthcode/checkpoint";
import { render, type TemplateResult } from "lit-html";
import { troubleText } from "view/clock.ts";
import { type Desk, deskInWords } from "view/desk.ts";
import { Gate } from "view/gate.ts";
import { pauseOf } from "view/refreshing.ts";
import { hearKeys } from "../../../pkg-template/src/components/web/keys.ts";
import { keepForOffline } from "../app/offline.ts";
import { openOptions } from "../app/package.ts";
import { applyPreferences, prefer, preferences } from "../app/preferences.ts";
import { forgetKeys, loadSettings, NO_ROOTS, type Settings } from "../app/settings.ts";
import { Camera } from "../scan/camera.ts";
import { readImage } from "../scan/image.ts";
import { sound } from "./sound.ts";

/** The checkpoint's page: a gate, a clock, and ways to scan. */
export class CheckpointApp {
  settings: Settings = { roots: NO_ROOTS, demo: false, otherKeys: false };
  ready = false;
  /** Why nothing can be verified, or why the trust list is not the newest. */
  problem: Problem | undefined;
  scanning = false;
  readonly gate: Gate;
  private checkpoint: Checkpoint | undefined;
  private camera: Camera | undefined;
  private readonly root: HTMLElement;
  private readonly view: (app: CheckpointApp) => TemplateResult;

  constructor(root: HTMLElement, view: (app: CheckpointApp) => TemplateResult) {
    this.root = root;
    this.view = view;
    this.gate = new Gate({
      checkpoint: () => this.checkpoint,
      asks: () => preferences.challenge,
      update: this.update,
      judged: (verdict) => {
        if (preferences.sound) sound(verdict);
        // What a scanner has typed into the field is another person's by now.
        const field = root.querySelector("textarea");
        if (field) field.value = "";
        this.update();
        root.querySelector<HTMLElement>(".verdict")?.focus();
      },
    });
  }

  readonly update = (): void => {
    render(this.view(this), this.root);
  };

  async start(): Promise<void> {
    applyPreferences();
    this.update();
    try {
      this.settings = await loadSettings();
      this.checkpoint = await openCheckpoint(openOptions(this.settings.roots));
    } catch (thrown) {
      this.problem = problemOf(thrown);
      this.update();
      return;
    }
    keepForOffline();
    this.ready = true;
    hearKeys((key, inField, at) => this.gate.key(key, inField, at));
    setInterval(this.tick, 1_000);
    await this.gate.renew();
    await this.renewTrust();
  }

  readonly retry = async (): Promise<void> => {
    this.problem = undefined;
    if (this.ready) await this.renewTrust();
    else await this.start();
  };

  /** Adopts the demo server's current keys. */
  readonly adoptKeys = async (): Promise<void> => {
    forgetKeys();
    await this.checkpoint?.forget().catch(() => undefined);
    location.reload();
  };

  /** What the checkpoint says of itself; nothing before it is open. */
  get desk(): Desk | undefined {
    return this.checkpoint && deskInWords(this.checkpoint, this.problem);
  }

  /** Fetches the newest manifest and trust list; if that fails, the stored ones stay in use. */
  async renewTrust(): Promise<void> {
    const renewed = this.checkpoint?.refresh().catch((thrown: unknown) => [problemOf(thrown)]);
    [this.problem] = (await renewed) ?? [];
    this.update();
  }

  /** What is wrong with the clock, in words; empty if nothing is. */
  get clockTrouble(): string {
    const { clockProblem, clockError = 0 } = this.checkpoint ?? {};
    return clockProblem ? troubleText(clockProblem, clockError) : "";
  }

  /** Turns on or off that codes must answer a challenge. */
  readonly ask = (asked: boolean): void => {
    prefer({ challenge: asked });
    this.gate.asked();
    this.update();
  };

  readonly readFile = async (file: File): Promise<void> => {
    try {
      const texts = await readImage(file);
      const [code, other] = new Set(
        texts.map((text) => this.checkpoint?.codeIn(text)).filter((code) => code !== undefined),
      );
      if (other === undefined) this.gate.judge(code ?? texts[0] ?? "");
      else this.fail({ code: "scan-two-codes", message: "there are two health codes in the image" });
    } catch (thrown) {
      this.fail(problemOf(thrown));
    }
  };

  readonly openCamera = async (): Promise<void> => {
    this.gate.failed = undefined;
    this.scanning = true;
    this.update();
    const video = this.root.querySelector("video");
    if (video === null) return;
    this.camera?.stop();
    this.camera = new Camera(
      video,
      (texts) => this.gate.look(texts),
      (problem) => this.cameraFailed(problem),
    );
    try {
      await this.camera.start();
    } catch (thrown) {
      this.cameraFailed(problemOf(thrown));
    }
  };

  private cameraFailed(problem: Problem): void {
    this.gate.lookAway();
    this.gate.failed = problem;
    this.scanning = false;
    this.update();
  }

  readonly closeCamera = (): void => {
    this.camera?.stop();
    this.gate.lookAway();
    this.scanning = false;
    this.update();
  };

  /** Forgets the verdict and continues scanning. */
  readonly next = (): void => {
    this.gate.forget();
    this.update();
    this.root.querySelector<HTMLElement>(".scan button, .scan textarea")?.focus({ preventScroll: true });
  };

  /** Says why there is no verdict. */
  private fail(problem: Problem): void {
    this.gate.forget();
    this.gate.failed = problem;
    this.update();
  }

  private readonly tick = (): void => {
    const { given } = this.gate;
    this.gate.tick();
    // A gate is open for days.
    const { checkpoint } = this;
    if (checkpoint && Math.abs(Date.now() - checkpoint.asked) >= pauseOf(checkpoint.clockProblem))
      void this.renewTrust();
    if (given !== undefined && this.gate.given === undefined) this.next();
    else this.update();
  };
}
