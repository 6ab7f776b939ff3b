import { type Checkpoint, type Judgement, openCheckpoint, type Problem, problemOf } from "healthcode/checkpoint";
import { connect } from "healthcode/components/checkpoint";
import { render, type TemplateResult } from "lit-html";
import type { Sign } from "view/names.ts";
import { isPerson, verdictInWords } from "view/verdict.ts";
import { keepForOffline } from "../app/offline.ts";
import { openOptions } from "../app/package.ts";
import { applyPreferences, prefer, preferences } from "../app/preferences.ts";
import { forgetKeys, IS_DEMO, loadSettings, NO_ROOTS, type Settings } from "../app/settings.ts";
import { Slow } from "../app/slow.ts";
import { readImage } from "../scan/image.ts";
import { readerReady } from "../scan/reader.ts";
import { scanner } from "../scan/scanner.ts";
import { ask, asked, offered } from "./asking.ts";
import { Counts } from "./counts.ts";
import { signal } from "./signal.ts";
import { Temperature } from "./temperature.ts";

/** An image of a batch, and what came of it: the sign of the verdict, or why there is none. */
export interface Judged {
  name: string;
  sign?: Sign;
  verdict?: Judgement;
  problem?: Problem;
}

/** How long the verdicts on several images are shown, in milliseconds. */
const BATCH = 120_000;

/** The checkpoint's page: the package's element, image files, sound, and counts of a day. */
export class CheckpointApp {
  settings: Settings = { roots: NO_ROOTS, demo: IS_DEMO, otherKeys: false };
  ready = false;
  readonly slow = new Slow();
  /** Why nothing can be verified yet, or why an image could not be read. */
  problem: Problem | undefined;
  /** What came of the images that were chosen together. */
  batch: Judged[] = [];
  readonly counts = new Counts(() => this.checkpoint?.adaptors.clock.now() ?? Date.now());
  /** A reading of a thermometer. */
  readonly temperature = new Temperature(
    () => this.update(),
    (is) => {
      this.counts.add(is);
      signal(is === "well" ? "green" : "yellow");
    },
  );
  private checkpoint: Checkpoint | undefined;
  private clearing: ReturnType<typeof setTimeout> | undefined;
  private readonly root: HTMLElement;
  private readonly view: (app: CheckpointApp) => TemplateResult;

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
      const options = openOptions(this.settings.roots);
      const purpose = asked(this.settings.offers ?? []);
      const adaptors = { ...options.adaptors, scan: scanner() };
      const opening = openCheckpoint({ ...options, purpose, adaptors });
      this.checkpoint = await this.slow.wait(opening, this.update);
    } catch (thrown) {
      this.problem = problemOf(thrown);
      this.update();
      return;
    }
    keepForOffline();
    // A gate scans, with a network or without: its reader is fetched while nobody waits for it.
    setTimeout(() => void readerReady().catch(() => undefined), 3_000);
    this.ready = true;
    const purposes = offered(this.settings.offers ?? []);
    connect({ checkpoint: this.checkpoint, challenge: preferences.challenge, purposes });
    // As in the element: nobody's name stays on a screen that nobody looks at.
    document.addEventListener("visibilitychange", () => {
      if (!document.hidden) return;
      this.clear();
      this.temperature.clear();
    });
    this.update();
  }

  readonly retry = async (): Promise<void> => {
    this.problem = undefined;
    await this.start();
  };

  /** Adopts the demo server's current keys. */
  readonly adoptKeys = async (): Promise<void> => {
    forgetKeys();
    await this.checkpoint?.forget().catch(() => undefined);
    location.reload();
  };

  /** The element has given a verdict. */
  readonly judged = ({ detail }: CustomEvent<{ sign: string; counts: string }>): void => {
    this.problem = undefined;
    this.batch = [];
    this.temperature.next();
    if (detail.counts === "yes") this.counts.add(detail.sign);
    signal(detail.sign);
    this.update();
  };

  /** Codes are to answer a challenge from now on, or no longer. */
  readonly asks = ({ detail }: CustomEvent<{ asks: string }>): void => prefer({ challenge: detail.asks === "yes" });

  /** Other codes are to be shown from now on. */
  readonly purpose = ({ detail }: CustomEvent<{ purpose: string }>): void => {
    ask(detail.purpose);
    this.clear();
  };

  /** Forgets what came of several images. */
  readonly clear = (): void => {
    clearTimeout(this.clearing);
    this.batch = [];
    this.update();
  };

  /** Judges what is in image files: one in the element, several in a list. */
  readonly readFiles = async (files: readonly File[]): Promise<void> => {
    this.problem = undefined;
    this.batch = [];
    const [first] = files;
    if (files.length === 1 && first) {
      try {
        this.root.querySelector("healthcode-checkpoint")?.judge(await this.textIn(first), true);
      } catch (thrown) {
        this.problem = problemOf(thrown);
      }
    }
    // One at a time: a phone has little memory for pictures.
    for (const file of files.length > 1 ? files : []) this.batch.push(await this.judgedFile(file));
    clearTimeout(this.clearing);
    this.clearing = setTimeout(this.clear, BATCH);
    this.update();
  };

  private async judgedFile(file: File): Promise<Judged> {
    try {
      const verdict = this.checkpoint?.verify(await this.textIn(file));
      if (verdict === undefined) return { name: file.name };
      const { sign } = verdictInWords(verdict);
      if (isPerson(verdict)) this.counts.add(sign);
      return { name: file.name, sign, verdict };
    } catch (thrown) {
      return { name: file.name, problem: problemOf(thrown) };
    }
  }

  /** The code in an image, or whatever else its one symbol says. */
  private async textIn(file: File): Promise<string> {
    const texts = await readImage(file);
    const codes = texts.map((text) => this.checkpoint?.codeIn(text)).filter((code) => code !== undefined);
    const [code, other] = new Set(codes);
    if (other !== undefined) throw Object.assign(new Error("there are two codes in it"), { code: "scan-two-codes" });
    return code ?? texts[0] ?? "";
  }
}
