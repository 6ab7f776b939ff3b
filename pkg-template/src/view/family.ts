// The component `family`.
import type { Colour, Problem } from "../engine/core/healthcode.js";
import { problemOf } from "../texts/problem.js";
import { words } from "./language.js";
import { colourName } from "./names.js";
import type { Family, Phone } from "./phone.js";
import { codeText, problemText } from "./problem.js";
import { connect, renew, session } from "./session.js";
import type { Context, Happened, Told, View } from "./view.js";
import { retry, waiting } from "./waiting.js";

const text = words(
  {
    title: "家人",
    about: "老人、孩子可以和您用同一台手机。每个人的申报、行程和健康码各存各的，互不相通。",
    me: (person: string) => `第${person}位`,
    now: "正在显示",
    show: "切换",
    showLabel: (name: string) => `切换，显示${name}的健康码`,
    add: "添加家人",
    digits: (digits: string) => `证件号码后4位 ${digits}`,
    unnamed: "还没有填写姓名",
    remove: "删除",
    removeLabel: (name: string) => `删除${name}`,
  },
  {
    title: "Family",
    about:
      "Children and elderly relatives can share this phone. Each has their own reports, diary and code, kept apart.",
    me: (person) => `Person ${person}`,
    now: "Shown now",
    show: "Switch",
    showLabel: (name) => `Switch, show the code of ${name}`,
    add: "Add a person",
    digits: (digits) => `Number ends in ${digits}`,
    unnamed: "No name entered yet",
    remove: "Remove",
    removeLabel: (name) => `Remove ${name}`,
  },
);

/** A person who uses this phone, as shown in the list. */
interface Member {
  person: string;
  name: string;
  digits: string;
  colour: Colour;
  problem: string;
  /** Whether nothing is stored about them yet. */
  empty: boolean;
}

/**
 * The people who use this phone, and switching between them. Emits the `person` who is shown then: `add` for a new
 * person, whose name the app should ask for, and `switched` for anybody else.
 */
export class FamilyView implements View {
  readonly needs = "family";
  private readonly context: Context;
  private members: Member[] = [];
  private problem: Problem | undefined;
  private busy = false;
  /** The phone that was opened here and must be closed. */
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
      ...waiting(),
      title: t.title,
      about: t.about,
      people: this.members.map(({ person, name, digits, colour, problem, empty }) => {
        const told = name || t.me(person);
        return {
          person,
          name: told,
          about: problem ? codeText(problem) : digits ? t.digits(digits) : t.unnamed,
          colour,
          word: colourName(colour),
          current: person === phone?.person,
          look: person === phone?.person ? "current" : "",
          label: t.showLabel(told),
          removable: empty && this.members.length > 1,
          removeLabel: t.removeLabel(told),
        };
      }),
      now: t.now,
      show: t.show,
      remove: t.remove,
      add: `+ ${t.add}`,
      busy: this.busy,
      problem: this.problem ? problemText(this.problem) : "",
    };
  }

  changed(): void {
    void this.look();
  }

  readonly on = {
    retry,
    show: ({ data }: Happened) => this.act((family) => this.take(family, data.person ?? "", "switched")),
    add: () => this.act(async (family) => this.take(family, await family.free(), "add")),
    remove: ({ data }: Happened) => this.act((family) => this.remove(family, data.person ?? "")),
  };

  /** Looks up everybody and their colours: their phones are open only for as long as that takes. */
  private async look(): Promise<void> {
    const { family, phone } = session;
    if (family === undefined) return;
    this.looks += 1;
    const mine = this.looks;
    // The phone that was shown may be closed by then.
    const late = () => mine !== this.looks || phone !== session.phone;
    try {
      const people = await family.people();
      if (late()) return;
      if (phone && !people.some(({ person }) => person === phone.person))
        people.push({ person: phone.person, identity: phone.identity });
      const members: Member[] = [];
      for (const { person, identity, problem = "" } of people) {
        const shown = person === phone?.person;
        const own = shown ? phone : problem ? undefined : await family.open(person);
        if (late()) {
          if (!shown) own?.close();
          return;
        }
        const { name = "", digits = "" } = identity ?? {};
        members.push({
          person,
          name,
          digits,
          colour: colourOf(own),
          problem,
          empty: own !== undefined && isEmpty(own),
        });
        if (!shown) own?.close();
      }
      this.members = members;
    } catch (thrown) {
      if (late()) return;
      this.problem = problemOf(thrown);
    }
    this.context.update();
  }

  private async act(doing: (family: Family) => Promise<void>): Promise<void> {
    const { family } = session;
    if (family === undefined || this.busy) return;
    this.busy = true;
    this.problem = undefined;
    try {
      await doing(family);
    } catch (thrown) {
      this.problem = problemOf(thrown);
    }
    this.busy = false;
    this.context.update();
  }

  /** Shows another person's phone everywhere and emits the event. */
  private async take(family: Family, person: string, event: Told): Promise<void> {
    // A new person without stored data may be the one who is shown.
    if (person !== session.phone?.person) {
      const phone = await family.open(person);
      const before = this.opened;
      this.opened = phone;
      connect({ phone });
      before?.close();
    }
    this.context.tell(event, { person });
  }

  /** Removes a person without data; somebody else is shown then. */
  private async remove(family: Family, person: string): Promise<void> {
    const { phone } = session;
    const other = this.members.find((member) => member.person !== person && !member.problem);
    const shown = person === phone?.person;
    if (shown && !other) return;
    const gone = shown ? phone : await family.open(person);
    // They may have been named elsewhere since.
    const empty = isEmpty(gone);
    if (empty) await gone.forget();
    if (!shown) gone.close();
    if (empty && shown && other) await this.take(family, other.person, "switched");
    else renew();
  }
}

/** Whether no data would be lost with a person. */
function isEmpty({ identity, holder }: Phone): boolean {
  return identity === undefined && holder.reports().length === 0 && holder.diary().length === 0;
}

/** The colour that a code of this phone would have. */
function colourOf(phone: Phone | undefined): Colour {
  return phone?.holder.rules() ? phone.assess().colour : "grey";
}
