// The component `family`.
import type { Colour, Problem } from "../engine/core/healthcode.js";
import { problemOf } from "../texts/problem.js";
import { wordsOf } from "./language.js";
import { colourName } from "./names.js";
import type { Family, Phone } from "./phone.js";
import { codeText, problemText } from "./problem.js";
import { connect, renew, session } from "./session.js";
import type { Context, Happened, Told, View } from "./view.js";
import { retry, waiting } from "./waiting.js";

const text = wordsOf(
  "family",
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
    both: (called: string, name: string) => `${called}（${name}）`,
    sure: (name: string) => `真的要删除${name}吗？申报、行程和健康码都会从这台手机上删除，无法恢复。`,
    yes: "删除",
    no: "不删除",
    call: "称呼",
    callLabel: (name: string) => `给${name}起一个称呼`,
    callMore: "称呼只留在这台手机上，不会出现在健康码里，最多20个字。",
    save: "保存",
    cancel: "取消",
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
    both: (called, name) => `${called} (${name})`,
    sure: (name) =>
      `Remove ${name}? The reports, the diary and the code are deleted from this phone and cannot be recovered.`,
    yes: "Remove",
    no: "Keep",
    call: "Nickname",
    callLabel: (name) => `Give ${name} a nickname`,
    callMore: "It stays on this phone and is in no health code; 20 characters at most.",
    save: "Save",
    cancel: "Cancel",
  },
);
export type FamilyText = ReturnType<typeof text>;

/** A person who uses this phone, as shown in the list. */
interface Member {
  person: string;
  name: string;
  digits: string;
  called: string;
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
  /** Who is to be removed, if that is confirmed. */
  private leaving = "";
  /** Who is being given a nickname, and what is typed of it. */
  private naming = "";
  private typed = "";

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
      people: this.members.map((member) => {
        const { person, digits, colour, problem, called } = member;
        const told = this.nameOf(member);
        return {
          person,
          name: told,
          about: problem ? codeText(problem) : digits ? t.digits(digits) : t.unnamed,
          colour,
          word: colourName(colour),
          current: person === phone?.person,
          look: person === phone?.person ? "current" : "",
          label: t.showLabel(told),
          removable: this.members.length > 1 && problem === "",
          removeLabel: t.removeLabel(told),
          leaves: person === this.leaving,
          sure: t.sure(told),
          callable: problem === "",
          called,
          named: person === this.naming,
          callLabel: t.callLabel(told),
        };
      }),
      now: t.now,
      show: t.show,
      remove: t.remove,
      yes: t.yes,
      no: t.no,
      call: t.call,
      callMore: t.callMore,
      save: t.save,
      cancel: t.cancel,
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
    remove: ({ data }: Happened) => {
      const member = this.members.find(({ person }) => person === data.person);
      if (member?.empty) return this.act((family) => this.remove(family, member.person));
      return this.ask(data.person ?? "", "");
    },
    confirm: () => {
      const person = this.leaving;
      this.leaving = "";
      return this.act((family) => this.remove(family, person, true));
    },
    call: ({ data }: Happened) => {
      this.typed = this.members.find(({ person }) => person === data.person)?.called ?? "";
      return this.ask("", data.person ?? "");
    },
    type: ({ value }: Happened) => {
      this.typed = value;
    },
    save: () => this.act((family) => this.callBy(family, this.naming, this.typed)),
    cancel: () => this.ask("", ""),
  };

  /** Opens the question before somebody is removed, or the field for a nickname, or neither. */
  private ask(leaving: string, naming: string): void {
    this.leaving = leaving;
    this.naming = naming;
    this.context.update();
  }

  /** What somebody is called in the list: no two are called the same. */
  private nameOf({ person, name, digits, called }: Member): string {
    const t = text();
    if (called) return name ? t.both(called, name) : called;
    const same = (other: Member) =>
      other.person !== person && !other.called && other.name === name && other.digits === digits;
    return name === "" ? t.me(person) : this.members.some(same) ? t.both(name, t.me(person)) : name;
  }

  /** Keeps a nickname. */
  private async callBy(family: Family, person: string, name: string): Promise<void> {
    const shown = person === session.phone?.person;
    const phone = shown ? session.phone : await family.open(person);
    await phone?.call([...name.trim()].slice(0, 20).join(""));
    if (!shown) phone?.close();
    this.naming = "";
    renew();
  }

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
        people.push({
          person: phone.person,
          identity: phone.identity,
          ...(phone.called ? { called: phone.called } : {}),
        });
      const members: Member[] = [];
      for (const { person, identity, called = "", problem = "" } of people) {
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
          called,
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

  /** Removes a person without data, or whose data is to go, too; somebody else is shown then. */
  private async remove(family: Family, person: string, sure = false): Promise<void> {
    const { phone } = session;
    const other = this.members.find((member) => member.person !== person && !member.problem);
    const shown = person === phone?.person;
    if (shown && !other) return;
    const gone = shown ? phone : await family.open(person);
    // They may have been named elsewhere since.
    const empty = sure || isEmpty(gone);
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
