import {
  type Adaptors,
  errorText,
  type Family,
  hostAdaptors,
  type Identity,
  init,
  knownCodes,
  type News,
  openFamily,
  openPhone,
  type Person,
  type Phone,
  type Problem,
  problemOf,
  type RulesFor,
  setAside,
  unpackFamily,
} from "healthcode";
import type { connect, phoneShown, prefer, renew } from "healthcode/components/code";
import { html, render, type TemplateResult } from "lit-html";
import { Unsent } from "view/unsent.ts";
import { Focus } from "../../../pkg-template/src/components/web/focus.ts";
import { deskPath, type Offer, wantedRules, wantRules } from "../app/desk.ts";
import { keepForOffline } from "../app/offline.ts";
import { openOptions, use } from "../app/package.ts";
import { applyPreferences, preferences } from "../app/preferences.ts";
import { PageProblem } from "../app/problem.ts";
import { demonstrated, IS_DEMO, isKnown, loadSettings, NO_ROOTS, type Settings } from "../app/settings.ts";
import { Slow } from "../app/slow.ts";
import { removeEverything } from "../app/storage.ts";
import { watchRequests } from "../app/traffic.ts";

/** What the page shows. */
export type Stage = "loading" | "stopped" | "damaged" | "other-keys" | "welcome" | "questions" | "code";

/** What comes with the package's elements. */
export interface Elements {
  connect: typeof connect;
  phoneShown: typeof phoneShown;
  prefer: typeof prefer;
  renew: typeof renew;
  codeView(app: CitizenApp): TemplateResult;
}

/** What is said where what is stored cannot be used. */
export interface Trouble {
  damagedView(app: CitizenApp): TemplateResult;
  otherKeysView(app: CitizenApp): TemplateResult;
}

/** The parts of the page that come once they are needed. */
interface Parts {
  elements(): Promise<Elements>;
  trouble(): Promise<Trouble>;
}

/** The page's scanner, which comes once somebody scans. */
const SCAN: Adaptors["scan"] = {
  scan: async (wanted) => {
    const { scanner } = await import("../scan/scanner.ts").catch((thrown: unknown) => {
      throw new PageProblem("network-unreachable", `the scanner did not come: ${problemOf(thrown).message}`);
    });
    return scanner().scan(wanted);
  },
};

const chosenRules = (phone: Phone): RulesFor | undefined => phone.keptRules().find(({ chosen }) => chosen)?.for;

/** The citizen's page: which of the package's elements it shows, and what stands before there is anything for them to show. */
export class CitizenApp {
  stage: Stage = "loading";
  settings: Settings = { roots: NO_ROOTS, demo: IS_DEMO, otherKeys: false };
  /** What went wrong, if anything. */
  problem: Problem | undefined;
  busy = false;
  readonly slow = new Slow();
  /** What is said where what is stored cannot be used, once that is so. */
  trouble: Trouble | undefined;
  /** What the server has rules for, as far as that is known. */
  offers: Offer[] = [];
  /** Done once what is stored was opened, and the first files are there. */
  opened: Promise<void> | undefined;
  /** Everybody with a name on this phone. */
  people: Person[] = [];
  /** Whose code was shown last, and by which rules: where somebody goes back to who has not reported yet. */
  private last: { person: string; rules: RulesFor | undefined } | undefined;
  /** When a report was handed in, until something else is shown. */
  handedIn: number | undefined;
  private elements: Elements | undefined;
  private own: Phone | undefined;
  private family: Family | undefined;
  private readonly root: HTMLElement;
  private readonly focused = new Focus(document);
  private readonly view: (app: CitizenApp) => TemplateResult;
  private readonly parts: Parts;
  /** Stops listening to other pages. */
  private deaf: (() => void) | undefined;

  constructor(root: HTMLElement, view: (app: CitizenApp) => TemplateResult, parts: Parts) {
    this.root = root;
    this.view = view;
    this.parts = parts;
  }

  /** The phone of the person who is shown. */
  get phone(): Phone | undefined {
    return this.elements?.phoneShown() ?? this.own;
  }

  /** Loads the package's elements, if they are not there yet. Throws `network-unreachable`. */
  readonly load = async (): Promise<void> => {
    if (this.elements) return;
    const elements = await this.parts.elements().catch((thrown: unknown) => {
      throw new PageProblem("network-unreachable", `a part of the page did not come: ${problemOf(thrown).message}`);
    });
    if (this.elements) return;
    use({ errorText, hostAdaptors, knownCodes, prefer: elements.prefer });
    this.elements = elements;
    applyPreferences();
    elements.connect({ phone: this.own, family: this.family, readRule: this.readRule });
  };

  /** Shows a rule of the pack that a hash names. */
  private readonly readRule = async (rule: string, rules: string): Promise<void> => {
    const { showRule } = await import("../rule/dialog.ts");
    showRule(this.phone, rule, rules);
  };

  /** Has them on their way before they are needed; if they do not come now, that is told when they are. */
  readonly loadEarly = (): void => void this.load().catch(() => undefined);

  /** The code and what explains it: there once the elements are. */
  codeView(): TemplateResult {
    return this.elements?.codeView(this) ?? html``;
  }

  /** Whether one thing at a time is shown. */
  get simple(): boolean {
    return preferences.large;
  }

  /** Draws the page. */
  readonly update = (): void => {
    this.focused.keep(() => void render(this.view(this), this.root));
  };

  /** Opens what is stored, or begins anew. */
  readonly start = (): Promise<void> => {
    this.opened = this.open();
    return this.opened;
  };

  private async open(): Promise<void> {
    applyPreferences();
    // Who is here for the first time can begin at once: the form needs nothing of what is still on its way.
    this.go(isKnown() ? "loading" : "welcome");
    try {
      [this.settings] = await Promise.all([loadSettings(), init()]);
      this.update();
    } catch (thrown) {
      this.stop(problemOf(thrown));
      return;
    }
    if (this.settings.otherKeys) {
      await this.goToTrouble("other-keys");
      return;
    }
    let phone: Phone;
    try {
      const options = { ...this.options, adaptors: { ...this.options.adaptors, scan: SCAN } };
      this.family = await this.slow.wait(openFamily(options), this.update);
      phone = this.own = await this.slow.wait(openPhone(options), this.update);
      this.elements?.connect({ phone, family: this.family });
    } catch (thrown) {
      await this.goToTrouble("damaged", problemOf(thrown));
      return;
    }
    await this.comeFor(phone, wantedRules());
    this.deaf = phone.listen(this.heard);
    watchRequests(this.update);
    addEventListener("popstate", this.moved);
    // Somebody who has been here before sees the code at once and continues from there, whatever the network does.
    const known = phone.holder.rules() !== undefined && phone.reported;
    if (known) {
      await this.goOn(phone);
      return;
    }
    [this.problem] = await phone.renew(true);
    await this.proceed();
  }

  /** Chooses the rules that somebody came for, if the server has them. */
  private async comeFor(phone: Phone, wanted: RulesFor | undefined): Promise<void> {
    if (!this.settings.demo) return;
    const offered = demonstrated(this.settings.main)
      .then((desks) => {
        this.offers = desks?.find(({ path }) => path === deskPath())?.rules ?? [];
        this.update();
      })
      .catch(() => undefined);
    const kept = phone.keptRules().map((one) => one.for);
    // Whoever has been here before waits for no network.
    if (wanted === undefined ? kept.length === 0 : !kept.includes(wanted)) await offered;
    const offer = this.offers.find((one) => one.for === wanted) ?? this.offers[0];
    const chosen = wanted !== undefined && kept.includes(wanted) ? wanted : offer?.for;
    // Where there is one set of everyday rules, they are the person's own without a word.
    if (chosen === undefined || (kept.length === 0 && this.offers.length === 1 && !chosen.includes("/"))) return;
    if (kept.length === 0 || chosen === wanted) [this.problem] = await phone.choose(chosen);
  }

  /** Shows the code by other rules, which the phone keeps from now on. */
  async chooseRules(rulesFor: RulesFor): Promise<void> {
    const { phone } = this;
    if (phone === undefined) return;
    this.go("loading");
    try {
      [this.problem] = await phone.choose(rulesFor);
      wantRules(rulesFor);
    } catch (thrown) {
      this.stop(problemOf(thrown));
      return;
    }
    this.elements?.renew();
    await this.proceed();
  }

  /** Keeps those rules no more. */
  async dropRules(rulesFor: RulesFor): Promise<void> {
    await this.phone?.dropRules(rulesFor);
    this.elements?.renew();
    this.update();
  }

  /** Goes to the report that was being filled in when the page was closed, or else to the code. */
  private async goOn(phone: Phone): Promise<void> {
    if (!(await this.loaded())) return;
    // What was filled in for a report that has been handed in since is out of date.
    if ((await new Unsent().found(phone)) === undefined) this.go("code");
    else this.fillIn();
  }

  /** Whether the package's elements are there; otherwise the page says why not. */
  private async loaded(): Promise<boolean> {
    try {
      await this.load();
      return true;
    } catch (thrown) {
      this.stop(problemOf(thrown));
      return false;
    }
  }

  /** Goes to whatever is missing next: rules, identity, report; otherwise to the code. */
  async proceed(): Promise<void> {
    const { phone } = this;
    // Somebody who was just added has none.
    if (phone && !phone.holder.rules()) [this.problem] = await phone.renew(true);
    if (!phone?.holder.rules()) {
      this.stop(this.problem ?? { code: "holder-no-rules", message: "there are no rules" });
    } else if (phone.identity === undefined || phone.file("day-certificate") === undefined) {
      this.problem = undefined;
      this.go("welcome");
    } else {
      if (!(await this.loaded())) return;
      if (phone.reported) this.go("code");
      else this.fillIn();
    }
  }

  readonly retry = async (): Promise<void> => {
    if (this.phone === undefined) {
      await this.start();
      return;
    }
    this.go("loading");
    [this.problem] = await this.phone.renew(true);
    await this.proceed();
  };

  async enrol(identity: Identity): Promise<void> {
    this.busy = true;
    this.problem = undefined;
    this.update();
    try {
      await this.phone?.certify(identity);
      // What is kept from now on is not to be cleared away when the browser needs room.
      void navigator.storage?.persist?.().catch(() => undefined);
    } catch (thrown) {
      this.problem = problemOf(thrown);
    }
    this.busy = false;
    if (this.problem) this.update();
    else await this.proceed();
  }

  /** Takes what another phone has saved for this one, and gets a certificate of its own. */
  async moveIn(file: string, passphrase: string): Promise<void> {
    await this.opened;
    const { phone } = this;
    if (phone === undefined) return;
    const people = await unpackFamily(this.options, file, passphrase);
    if (people.includes(phone.person)) await phone.reopen();
    else await this.show(people[0] ?? phone.person);
    void navigator.storage?.persist?.().catch(() => undefined);
    [this.problem] = (await this.phone?.renew(true)) ?? [];
    await this.proceed();
  }

  /** Goes to the questionnaire, which knows whether a report is to be corrected. */
  readonly fillIn = (): void => {
    // The browser's way back leads to the code.
    if (this.phone?.reported && history.state?.stage !== "questions") history.pushState({ stage: "questions" }, "");
    this.go("questions");
  };

  /** The report was left. */
  readonly showCode = (): void => this.go("code");

  /** The report was handed in. */
  readonly reported = (): void => {
    this.handedIn = this.phone?.now();
    this.go("code");
  };

  /** Whether somebody who has not reported here can go back to a code that was there. */
  get returns(): boolean {
    const { phone, last } = this;
    if (phone === undefined || last === undefined || phone.reported) return false;
    return last.person !== phone.person || last.rules !== chosenRules(phone);
  }

  /** Goes back to it. */
  readonly goBack = async (): Promise<void> => {
    const { last } = this;
    if (last === undefined) return;
    try {
      if (last.person !== this.phone?.person) await this.show(last.person);
      const { phone } = this;
      if (phone && last.rules !== undefined && chosenRules(phone) !== last.rules) await this.chooseRules(last.rules);
      else this.switched();
    } catch (thrown) {
      this.stop(problemOf(thrown));
    }
  };

  /** Opens the phone of another person, and shows it. */
  private async show(person: string): Promise<void> {
    await this.load();
    const before = this.phone;
    const phone = await this.family?.open(person);
    if (phone === undefined) return;
    this.elements?.connect({ phone });
    if (before !== this.own) before?.close();
  }

  /** Looks up who is on this phone. */
  private async lookWho(): Promise<void> {
    const people = await this.family?.people().catch(() => undefined);
    this.people = people?.filter(({ identity, problem }) => identity ?? problem) ?? [];
    this.update();
  }

  /** Another person is shown, who may have no name yet. */
  readonly switched = (): void => {
    this.deaf?.();
    this.deaf = this.phone?.listen(this.heard);
    void this.proceed();
  };

  /** The browser's way back was taken, or the one forth again. */
  private readonly moved = (): void => {
    if (!this.phone?.reported) return;
    if (history.state?.stage === "questions") this.go("questions");
    else if (this.stage === "questions") this.go("code");
  };

  readonly forget = async (): Promise<void> => {
    this.deaf?.();
    this.go("loading");
    // It would look at the storage again, and so bring it back.
    this.phone?.close();
    // Everybody's, also what was set aside or cannot be read; where it cannot be written over, it is still removed.
    await openFamily(this.options)
      .then((family) => family.forget())
      .catch(() => undefined);
    try {
      await removeEverything();
      location.replace("/#cleared");
    } catch (thrown) {
      this.own = undefined;
      this.stop(problemOf(thrown));
    }
  };

  readonly setAside = async (): Promise<void> => {
    try {
      await setAside(this.options);
      location.reload();
    } catch (thrown) {
      this.problem = problemOf(thrown);
      this.update();
    }
  };

  get options(): ReturnType<typeof openOptions> {
    return openOptions(this.settings.roots);
  }

  /** Another page has changed what this one shows. */
  private readonly heard = (news: News): void => {
    if (news === "forgotten") location.replace("/");
    else if (news === "stored" && this.stage === "code") this.update();
  };

  /** Shows what is wrong with what is stored; who is here for the first time need not load that. */
  private async goToTrouble(stage: "damaged" | "other-keys", problem?: Problem): Promise<void> {
    try {
      this.trouble ??= await this.parts.trouble();
      this.problem = problem;
      this.go(stage);
    } catch (thrown) {
      this.stop(problem ?? { code: "network-unreachable", message: problemOf(thrown).message });
    }
  }

  private stop(problem: Problem): void {
    this.problem = problem;
    this.go("stopped");
  }

  /** Shows another stage, from the top. */
  private go(stage: Stage): void {
    const moved = this.stage !== stage;
    this.stage = stage;
    // From here on there is something to show without a network.
    if (stage === "code") {
      keepForOffline();
      if (this.phone) this.last = { person: this.phone.person, rules: chosenRules(this.phone) };
      void this.lookWho();
    } else if (stage !== "loading") {
      this.handedIn = undefined;
    }
    // Who left the report otherwise need not go back twice.
    if (moved && stage === "code" && history.state?.stage === "questions") history.back();
    this.update();
    if (moved && stage !== "loading") {
      scrollTo({ top: 0 });
      // In the largest type what stands above the code would leave no room for it.
      const card = this.root.querySelector("healthcode-code");
      if (card && card.getBoundingClientRect().top > innerHeight / 4) card.scrollIntoView();
      this.root.querySelector<HTMLElement>("main")?.focus({ preventScroll: true });
    }
  }
}
