import type { Colour, Problem } from "../engine/core/healthcode.js";
import { problemOf } from "../texts/problem.js";
import { words } from "./language.js";
import { colourName } from "./names.js";
import type { Phone } from "./phone.js";
import { codeText, problemText } from "./problem.js";
import { connect, session } from "./session.js";
import type { Context, Happened, View } from "./view.js";

const text = words(
  {
    wait: "正在打开……",
    title: "家人",
    about: "老人、孩子可以和您用同一台手机。每个人的申报、行程和健康码各存各的，互不相通。",
    me: (person: string) => `第${person}位`,
    now: "正在显示",
    show: "切换",
    showLabel: (name: string) => `切换，显示${name}的健康码`,
    add: "添加家人",
    digits: (digits: string) => `证件号码后4位 ${digits}`,
    unnamed: "还没有申请证书",
  },
  {
    wait: "Opening…",
    title: "Family",
    about: "Children and elders can share this phone. Each has reports, a diary and a code of their own, kept apart.",
    me: (person) => `Person ${person}`,
    now: "Shown now",
    show: "Switch",
    showLabel: (name) => `Switch, show the code of ${name}`,
    add: "Add somebody",
    digits: (digits) => `Number ends in ${digits}`,
    unnamed: "No certificate yet",
  },
);

/** One of those who use this phone, as the list shows them. */
interface Member {
  person: string;
  name: string;
  digits: string;
  colour: Colour;
  problem: string;
}

/** The people who use this phone, and the switch between them. Tells `add` after somebody new was opened. */
export class FamilyView implements View {
  private readonly context: Context;
  private members: Member[] = [];
  private problem: Problem | undefined;
  private busy = false;
  /** The phone that was opened here, to be let go of. */
  private opened: Phone | undefined;
  private looks = 0;

  constructor(context: Context) {
    this.context = context;
    this.changed();
  }

  data() {
    const t = text();
    const { family, phone } = session;
    return {
      open: family !== undefined,
      wait: session.problem ? problemText(session.problem) : t.wait,
      title: t.title,
      about: t.about,
      people: this.members.map(({ person, name, digits, colour, problem }) => {
        const told = name || t.me(person);
        return {
          person,
          name: told,
          about: problem ? codeText(problem) : digits ? t.digits(digits) : t.unnamed,
          colour,
          word: colourName()[colour],
          current: person === phone?.person,
          look: person === phone?.person ? "current" : "",
          label: t.showLabel(told),
        };
      }),
      now: t.now,
      show: t.show,
      add: `+ ${t.add}`,
      busy: this.busy,
      problem: this.problem ? problemText(this.problem) : "",
    };
  }

  changed(): void {
    void this.look();
  }

  readonly on = {
    show: ({ data }: Happened) => this.open(async () => data["person"] ?? ""),
    add: () => this.open(() => session.family?.free() ?? Promise.resolve(""), "add"),
  };

  /** Asks who there is, and which colour each has: their phones are opened only for as long as that takes. */
  private async look(): Promise<void> {
    const { family, phone } = session;
    if (family === undefined) return;
    this.looks += 1;
    const mine = this.looks;
    try {
      const people = await family.people();
      const members: Member[] = [];
      for (const { person, identity, problem } of people) {
        const colour = problem ? "grey" : person === phone?.person ? colourOf(phone) : await this.colourOf(person);
        members.push({ person, name: identity?.name ?? "", digits: identity?.digits ?? "", colour, problem: problem ?? "" });
      }
      if (phone && !people.some(({ person }) => person === phone.person)) {
        const { person, identity } = phone;
        members.push({ person, name: identity?.name ?? "", digits: identity?.digits ?? "", colour: colourOf(phone), problem: "" });
      }
      if (mine !== this.looks) return;
      this.members = members;
    } catch (thrown) {
      this.problem = problemOf(thrown);
    }
    this.context.update();
  }

  private async colourOf(person: string): Promise<Colour> {
    const phone = await session.family?.open(person);
    const colour = colourOf(phone);
    phone?.close();
    return colour;
  }

  private async open(who: () => Promise<string>, then?: string): Promise<void> {
    const { family } = session;
    if (family === undefined || this.busy) return;
    this.busy = true;
    this.problem = undefined;
    try {
      const person = await who();
      if (person !== session.phone?.person) this.take(await family.open(person));
      if (then) this.context.tell(then);
    } catch (thrown) {
      this.problem = problemOf(thrown);
    }
    this.busy = false;
    this.context.update();
  }

  /** Shows another person's phone everywhere. */
  private take(phone: Phone): void {
    const before = this.opened;
    this.opened = phone;
    connect({ phone });
    before?.close();
  }
}

/** The colour that a code of this phone would have. */
function colourOf(phone: Phone | undefined): Colour {
  if (!phone?.holder.rules()) return "grey";
  const shown = phone.show();
  return shown.result === "shown" ? shown.code.colour : phone.assess().colour;
}
