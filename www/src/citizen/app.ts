import {
  type Comparison,
  type Identity,
  init,
  type LogChange,
  type News,
  openFamily,
  openPhone,
  type Phone,
  type Problem,
  problemOf,
  type Report,
  setAside,
  type Visit,
} from "healthcode";
import { nothing, render, type TemplateResult } from "lit-html";
import { QuestionnaireDraft } from "view/draft.ts";
import { dataWords } from "view/explain/data.ts";
import type { Log } from "view/explain/log.ts";
import { setUtcOffset, time } from "view/format.ts";
import { type Answered, keep } from "view/inside.ts";
import { LiveCode } from "view/live-code.ts";
import type { PlaceTable } from "view/places/table.ts";
import { type Review, reviewOf } from "view/review.ts";
import { Focus, focusOn } from "../../../pkg-template/src/components/web/focus.ts";
import { clock } from "../app/clock.ts";
import { keepForOffline } from "../app/offline.ts";
import { openOptions } from "../app/package.ts";
import { applyPreferences } from "../app/preferences.ts";
import { loadSettings, NO_ROOTS, type Settings } from "../app/settings.ts";
import { removeEverything } from "../app/storage.ts";
import { loadPlaces } from "../places/load.ts";
import { Asking } from "./code/asking.ts";
import { keepAwake } from "./code/awake.ts";
import { dropUnsent, keepUnsent, takeUpUnsent, unsentReport } from "./questionnaire/unsent.ts";

/** What the page shows. */
export type Stage = "loading" | "stopped" | "damaged" | "other-keys" | "welcome" | "questions" | "code";

/** Where renewing files can be asked for, and the answer is given. */
export type Panel = "code" | "causes" | "data";

/** The citizen's page: its state and actions. The views say how it looks. */
export class CitizenApp {
  stage: Stage = "loading";
  settings: Settings = { roots: NO_ROOTS, demo: false, otherKeys: false };
  /** What went wrong, if anything. */
  problem: Problem | undefined;
  /** Why the signed files could not be renewed. */
  refreshProblem: Problem | undefined;
  /** Why the day certificate could not be renewed. */
  certificateProblem: Problem | undefined;
  busy = false;
  /** Whether the code fills the screen. */
  enlarged = false;
  /** Whether a renewal that was asked for is under way. */
  renewing = false;
  /** What is said of the last renewal that was asked for, if it went well. */
  renewed = "";
  /** Where it was asked for. */
  asked: Panel = "data";
  places!: PlaceTable;
  phone!: Phone;
  draft: QuestionnaireDraft | undefined;
  /** A change that waits for a word, and what it would come to. */
  pending: { change: LogChange; review: Review } | undefined;
  readonly code: LiveCode;
  readonly asking: Asking;
  /** What has changed since the person last saw and accepted a colour; `undefined` while the colour is the same. */
  changed: Comparison | undefined;
  /** Whether a report was submitted during this visit. */
  reported = false;
  private readonly root: HTMLElement;
  private readonly focused = new Focus(document);
  private readonly view: (app: CitizenApp) => TemplateResult;
  /** Stops listening to other pages. */
  private deaf: (() => void) | undefined;

  constructor(root: HTMLElement, view: (app: CitizenApp) => TemplateResult) {
    this.root = root;
    this.view = view;
    this.code = new LiveCode({
      phone: () => this.phone,
      update: () => {
        if (this.stage === "code") this.update();
      },
      refresh: () => this.refresh(),
      made: () => {
        this.explain();
        if (this.code.outlook.forecast === undefined) this.code.outlook.look();
      },
    });
    this.asking = new Asking(root, this.code, this.update);
  }

  /** Draws the page. */
  readonly update = (): void => {
    this.focused.keep(() => void render(this.view(this), this.root));
  };

  async start(): Promise<void> {
    applyPreferences();
    this.go("loading");
    try {
      [this.places] = await Promise.all([loadPlaces(), init()]);
      this.settings = await loadSettings();
    } catch (thrown) {
      this.stop(problemOf(thrown));
      return;
    }
    keepForOffline();
    if (this.settings.otherKeys) {
      this.go("other-keys");
      return;
    }
    try {
      this.phone = await openPhone(openOptions(this.settings.roots));
    } catch (thrown) {
      this.problem = problemOf(thrown);
      this.go("damaged");
      return;
    }
    setInterval(this.tick, 1_000);
    this.deaf = this.phone.listen(this.heard);
    document.addEventListener("visibilitychange", this.tick);
    addEventListener("popstate", this.moved);
    // Somebody who has been here before sees the code at once and continues from there, whatever the network does.
    const known = this.phone.holder.rules() !== undefined && this.lastReport() !== undefined;
    if (known) await this.goOn();
    await this.refresh();
    if (!known) await this.proceed();
  }

  /** Goes to the report that was being filled in when the page was loaded again, or else to the code. */
  private async goOn(): Promise<void> {
    const unsent = unsentReport();
    if (unsent === undefined) return this.showCode();
    const { corrects } = unsent;
    const report = corrects && this.phone.holder.reports().find(({ at }) => at === corrects);
    if (corrects && !report) {
      dropUnsent();
      return this.showCode();
    }
    this.fillIn(report || undefined);
  }

  /** Goes to whatever is missing next: rules, identity, report; otherwise to the code. */
  async proceed(): Promise<void> {
    if (!this.phone.holder.rules()) {
      this.stop(this.refreshProblem ?? { code: "holder-no-rules", message: "there are no rules" });
    } else if (this.phone.identity === undefined || this.phone.file("day-certificate") === undefined) {
      this.go("welcome");
    } else if (this.lastReport() === undefined) {
      this.beginReport();
    } else {
      await this.showCode();
    }
  }

  readonly retry = async (): Promise<void> => {
    if (this.phone === undefined) {
      await this.start();
      return;
    }
    this.go("loading");
    await this.refresh();
    await this.proceed();
  };

  /** Renews files and certificate if possible. */
  readonly refresh = async (): Promise<void> => {
    this.renewed = "";
    [this.refreshProblem] = await this.phone.refresh();
    const { identity } = this.phone;
    const due = identity !== undefined && this.phone.holder.rules() !== undefined && this.phone.certificateDue();
    this.certificateProblem = due ? await this.certified(identity) : undefined;
    if (this.stage === "code") await this.showCode();
  };

  /** The same for somebody who asks for it, and is told how it went. */
  async renew(panel: Panel): Promise<void> {
    if (this.renewing) return;
    Object.assign(this, { renewing: true, asked: panel });
    this.update();
    try {
      await this.refresh();
      if (this.refreshProblem === undefined && this.certificateProblem === undefined) {
        this.renewed = dataWords().done(time(clock.now()));
      }
    } finally {
      this.renewing = false;
      this.update();
    }
  }

  async enrol(identity: Identity): Promise<void> {
    this.busy = true;
    this.problem = undefined;
    this.update();
    this.problem = await this.certified(identity);
    this.busy = false;
    if (this.problem) this.update();
    else await this.proceed();
  }

  private async certified(identity: Identity): Promise<Problem | undefined> {
    try {
      await this.phone.certify(identity);
      return undefined;
    } catch (thrown) {
      return problemOf(thrown);
    }
  }

  readonly beginReport = (): void => this.fillIn();

  /** Corrects the report with this index. */
  correctReport(index: number): void {
    this.fillIn(this.phone.holder.reports()[index]);
  }

  private fillIn(corrects?: Report): void {
    // Not the holder itself: another page may change it in the meantime.
    this.draft = new QuestionnaireDraft(this.phone, this.lastReport(), corrects, clock.now());
    this.problem = undefined;
    takeUpUnsent(this.draft, this.lastReport()?.at);
    // The browser's way back leads to the code.
    if (this.lastReport() && history.state?.stage !== "questions") history.pushState({ stage: "questions" }, "");
    this.go("questions");
  }

  /** Keeps what is filled in. */
  keepDraft(): void {
    if (this.draft) keepUnsent(this.draft, this.lastReport()?.at);
  }

  /** Leaves the report: what was filled in of it is forgotten. */
  readonly leaveReport = (): void => {
    dropUnsent();
    void this.showCode();
  };

  /** The browser's way back was taken, or the one forth again. */
  private readonly moved = (): void => {
    if (history.state?.stage === "questions") {
      if (this.stage === "code") this.fillIn();
    } else if (this.stage === "questions" && this.lastReport()) void this.showCode();
  };

  /** Shows what the report would come to, if that is to be seen before it counts; else it is submitted. */
  readonly handIn = async (): Promise<void> => {
    const { draft } = this;
    if (draft === undefined) return;
    draft.touchAll();
    this.pending = undefined;
    this.problem = undefined;
    if (draft.firstFault() !== undefined) {
      this.showFault(draft);
      return;
    }
    const answers = draft.answers();
    await this.propose(draft.corrects ? { answers, corrects: draft.corrects.at } : { answers });
  };

  /** Shows what a change would come to, if that is to be seen before it counts; else it is made. */
  async propose(change: LogChange): Promise<Problem | undefined> {
    this.problem = undefined;
    try {
      const review = reviewOf(this.phone, change);
      this.pending = review && { change, review };
    } catch (thrown) {
      this.problem = problemOf(thrown);
      this.update();
      return this.problem;
    }
    if (this.pending === undefined) return this.make(change);
    this.update();
    focusOn(this.root.querySelector<HTMLElement>(".review"));
    return undefined;
  }

  /** Makes the change that waits. */
  readonly confirm = async (): Promise<Problem | undefined> => {
    const { pending } = this;
    this.pending = undefined;
    return pending && this.make(pending.change);
  };

  /** Does not make it. */
  readonly amend = (): void => {
    this.pending = undefined;
    this.update();
  };

  /** Makes a change; faults are shown, and the first one gets the focus. */
  private async make(change: LogChange): Promise<Problem | undefined> {
    const { draft } = this;
    const reports = "answers" in change;
    try {
      const result = await this.phone.change(change);
      if (result.result === "accepted") {
        if (reports) {
          // Later colours are compared with the first one.
          if (this.phone.compare() === undefined) await this.phone.note();
          dropUnsent();
          this.draft = undefined;
          this.reported = true;
        }
        await this.showCode();
        return undefined;
      }
      if (result.result === "refused") this.problem = result.problem;
      if (result.result === "rejected") draft?.reject(result.faults);
    } catch (thrown) {
      this.problem = problemOf(thrown);
    }
    if (draft && reports) this.showFault(draft);
    else this.update();
    return this.problem;
  }

  private showFault(draft: QuestionnaireDraft): void {
    this.update();
    const first = draft.firstFault();
    const field = first && this.root.querySelector<HTMLElement>(`[data-question="${CSS.escape(first)}"] .faulty`);
    if (field) field.focus();
  }

  /** Keeps where in its place a visit was. */
  readonly sayWhere = async (visit: Visit, said: Answered): Promise<Problem | undefined> => {
    try {
      const problem = await keep(this.phone, visit, said);
      if (problem) return problem;
    } catch (thrown) {
      return problemOf(thrown);
    }
    await this.showCode();
    return undefined;
  };

  /** The person has read why the colour changed. */
  readonly acceptChange = async (): Promise<void> => {
    await this.phone.note();
    this.explain();
    this.update();
  };

  readonly showCode = async (): Promise<void> => {
    const { stage } = this;
    await this.code.changed();
    // The person may have gone elsewhere while the code was made.
    if (this.stage === stage) this.go("code");
  };

  lastReport(): Report | undefined {
    return this.phone.holder.reports().at(-1);
  }

  /** The log of reports, for explanations. */
  readonly log: Log = {
    reports: () => this.phone.holder.reports(),
    questions: (answers) => this.phone.holder.questions(answers, clock.now()).questions,
  };

  readonly forget = async (): Promise<void> => {
    this.deaf?.();
    this.go("loading");
    // It would look at the storage again, and so bring it back.
    this.phone?.close();
    // Everybody's, also what was set aside or cannot be read; where it cannot be written over, it is still removed.
    await openFamily(openOptions(this.settings.roots))
      .then((family) => family.forget())
      .catch(() => undefined);
    await removeEverything();
    location.replace("/");
  };

  readonly setAside = async (): Promise<void> => {
    await setAside(openOptions(this.settings.roots));
    location.reload();
  };

  /** Another page has changed what this one shows. */
  private readonly heard = (news: News): void => {
    if (news === "forgotten") location.replace("/");
    else if (this.stage === "code") void this.showCode();
  };

  /** Runs each second, and when the page becomes visible again. */
  private readonly tick = async (): Promise<void> => {
    if (this.stage !== "code" || document.hidden) return;
    void keepAwake(true);
    try {
      if (this.code.due(clock.now())) this.reported = false;
      await this.code.tick();
    } catch (thrown) {
      this.withoutCode(thrown);
      throw thrown;
    }
  };

  /** After a fault of the page's own: no code, rather than one that is no longer renewed. */
  private withoutCode(thrown: unknown): void {
    this.code.fail(thrown);
    try {
      this.update();
    } catch {
      render(nothing, this.root);
    }
  }

  /** Finds out what has changed since the person last accepted a colour. */
  private explain(): void {
    const { holder } = this.phone;
    const rules = holder.rules(this.phone.now());
    if (!rules) return;
    setUtcOffset(rules.utcOffset);
    const compared = holder.compare(clock.now());
    if (compared === undefined && this.lastReport()) void this.phone.note();
    this.changed = compared?.before === compared?.after ? undefined : compared;
  }

  private stop(problem: Problem): void {
    this.problem = problem;
    this.go("stopped");
  }

  /** Shows another stage, from the top. */
  private go(stage: Stage): void {
    const moved = this.stage !== stage;
    if (moved) {
      this.pending = undefined;
      this.asking.close();
      this.enlarged = false;
    }
    this.stage = stage;
    // Who left the report otherwise need not go back twice.
    if (moved && stage === "code" && history.state?.stage === "questions") history.back();
    void keepAwake(stage === "code");
    this.update();
    if (!moved || stage === "loading") return;
    scrollTo(0, 0);
    this.root.querySelector<HTMLElement>("main")?.focus({ preventScroll: true });
  }
}
