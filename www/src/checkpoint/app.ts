import {
  type Challenge,
  type Checkpoint,
  type FileState,
  type Judgement,
  openCheckpoint,
  type Problem,
  problemOf,
} from "healthcode";
import { render, type TemplateResult } from "lit-html";
import { troubleText } from "view/clock.ts";
import { VERDICT } from "view/verdict.ts";
import { keepForOffline } from "../app/offline.ts";
import { openOptions } from "../app/package.ts";
import { applyPreferences, prefer, preferences } from "../app/preferences.ts";
import { forgetKeys, loadSettings, NO_ROOTS, type Settings } from "../app/settings.ts";
import { Camera } from "../scan/camera.ts";
import { readImage } from "../scan/image.ts";
import { HEALTH_CODE } from "../scan/reader.ts";
import { sound } from "./sound.ts";

/** After this many milliseconds out of sight, the same code counts as shown again. */
const GONE = 1_500;

/** A verdict, and when it was given. */
export interface Given {
  verdict: Judgement;
  at: number;
}

/** The checkpoint's page: a verifier, a clock, and ways to scan. Scanned codes are never kept. */
export class CheckpointApp {
  settings: Settings = { roots: NO_ROOTS, demo: false, otherKeys: false };
  ready = false;
  /** Why nothing can be verified, or why the trust list is not the newest. */
  problem: Problem | undefined;
  /** Why a scan failed. */
  scanProblem: Problem | undefined;
  given: Given | undefined;
  /** What the next person's code is to answer, if that is asked. */
  challenge: Challenge | undefined;
  scanning = false;
  private checkpoint: Checkpoint | undefined;
  private camera: Camera | undefined;
  private readonly root: HTMLElement;
  private readonly view: (app: CheckpointApp) => TemplateResult;
  /** The last text that the camera saw, so that a code that is still held up gets only one verdict. */
  private seen: string | undefined;
  private seenAt = 0;

  constructor(root: HTMLElement, view: (app: CheckpointApp) => TemplateResult) {
    this.root = root;
    this.view = view;
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
    await this.renewChallenge();
    await this.renewTrust();
    setInterval(this.tick, 1_000);
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

  /** The trust list in use, if there is one. */
  get trust(): FileState | undefined {
    return this.checkpoint?.trust;
  }

  /** The manifest in use, if there is one. */
  get manifest(): FileState | undefined {
    return this.checkpoint?.manifest;
  }

  /** Fetches the newest manifest and trust list; if that fails, the stored ones stay in use. */
  async renewTrust(): Promise<void> {
    [this.problem] = (await this.checkpoint?.refresh()) ?? [];
    this.update();
  }

  /** What is wrong with the clock, in words; empty if nothing is. */
  get clockTrouble(): string {
    const { clockProblem, clockError = 0 } = this.checkpoint ?? {};
    return clockProblem ? troubleText(clockProblem, clockError) : "";
  }

  /**
   * Whether codes can be verified now: not before there is a trust list, nor before there is a challenge, if one is to be
   * answered.
   */
  get able(): boolean {
    return this.trust !== undefined && (!preferences.challenge || this.challenge !== undefined);
  }

  /** Turns on or off that codes must answer a challenge. */
  readonly ask = async (asked: boolean): Promise<void> => {
    prefer({ challenge: asked });
    this.scanProblem = undefined;
    await this.renewChallenge();
  };

  /** Draws the next challenge: everyone gets a new one. */
  private async renewChallenge(): Promise<void> {
    this.challenge = undefined;
    try {
      if (preferences.challenge) this.challenge = await this.checkpoint?.ask();
    } catch (thrown) {
      this.scanProblem = problemOf(thrown);
    }
    this.update();
  }

  /** Verifies a text, however it was scanned. */
  readonly verify = (text: string): void => {
    if (this.checkpoint?.trust === undefined) {
      this.scanProblem = { code: "checkpoint-no-trust-list", message: "there is no trust list" };
      this.update();
      return;
    }
    if (!this.able) return;
    this.scanProblem = undefined;
    this.given = { verdict: this.checkpoint.verify(text.trim(), this.challenge), at: Date.now() };
    void this.renewChallenge();
    if (preferences.sound) sound(this.given.verdict);
    this.update();
    this.root.querySelector<HTMLElement>(".verdict")?.focus();
  };

  readonly readFile = async (file: File): Promise<void> => {
    try {
      this.verify(await readImage(file));
    } catch (thrown) {
      this.given = undefined;
      this.scanProblem = problemOf(thrown);
      this.update();
    }
  };

  readonly openCamera = async (): Promise<void> => {
    this.scanProblem = undefined;
    this.scanning = true;
    this.update();
    const video = this.root.querySelector("video");
    if (video === null) return;
    this.camera = new Camera(video, this.looked, HEALTH_CODE);
    try {
      await this.camera.start();
    } catch (thrown) {
      this.scanning = false;
      this.scanProblem = problemOf(thrown);
      this.update();
    }
  };

  /** Handles one picture of the camera: a code that is still held up gets only one verdict. */
  private readonly looked = (text: string | undefined): void => {
    if (text === undefined) {
      if (Date.now() - this.seenAt > GONE) this.seen = undefined;
      return;
    }
    this.seenAt = Date.now();
    if (this.given !== undefined || text === this.seen) return;
    this.seen = text;
    this.verify(text);
  };

  readonly closeCamera = (): void => {
    this.camera?.stop();
    this.scanning = false;
    this.seen = undefined;
    this.update();
  };

  /** Forgets the verdict and continues scanning. */
  readonly next = (): void => {
    this.given = undefined;
    this.scanProblem = undefined;
    this.update();
    this.root.querySelector<HTMLElement>(".scan button, .scan textarea")?.focus({ preventScroll: true });
  };

  private readonly tick = (): void => {
    this.checkpoint?.tidy();
    if (this.given !== undefined && Date.now() - this.given.at >= VERDICT) this.next();
    else this.update();
  };
}
