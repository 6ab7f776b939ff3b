// The component `diary`.
import type { LogChange, Mode, Place, Problem, Visit } from "../engine/core/healthcode.js";
import { problemOf } from "../texts/problem.js";
import { diaryWords } from "./diary-words.js";
import { dayAndTime, isoDay, isoMinute, momentOf, zoneName } from "./format.js";
import { type Answered, answered, clarified, entered, insideField } from "./inside.js";
import { wordsOf } from "./language.js";
import { MODES, modeName } from "./names.js";
import type { Phone } from "./phone.js";
import { picked, placeField } from "./places/field.js";
import { Finding } from "./places/finding.js";
import { learn, placesAgain } from "./places/names.js";
import { problemText } from "./problem.js";
import { type Review, reviewData, reviewOf } from "./review.js";
import { renew, session } from "./session.js";
import { span } from "./spans.js";
import { venueKept, venueNow, where, whereToday } from "./venue.js";
import type { Context, Happened, View } from "./view.js";
import { retry, waiting } from "./waiting.js";
import { whereabouts } from "./whereabouts.js";

const text = wordsOf(
  "diaryList",
  {
    cannotScan: "这里不能扫码。请在下面按地点名称添加。",
    leave: "我已离开",
    leaveLabel: (place: string) => `我已离开${place}`,
    removeLabel: (place: string) => `删除：${place}`,
    correct: "更正",
    correctLabel: (place: string) => `更正：${place}`,
    correcting: "更正一条行程",
    told: (when: string) => `来自${when}的申报；有错请更正那次申报。`,
    same: "与您记下的行程是同一次停留，只计一次。",
    corrected: (when: string) => `${when}已更正，不再计算。`,
    removed: (when: string) => `${when}已删除，不再计算。`,
    day: "日期",
    time: "时间",
    choose: "请选择",
    left: "离开日期",
    leftTime: "离开时间",
    arrived: "到达日期",
    arrivedTime: "到达时间",
    still: (zone: string) => `还在当地，离开的日期和时间请留空。时间按${zone}。`,
  },
  {
    cannotScan: "Codes cannot be scanned here. Add the visit below, with the name of the place.",
    leave: "I have left",
    leaveLabel: (place) => `I have left ${place}`,
    removeLabel: (place) => `Remove: ${place}`,
    correct: "Correct",
    correctLabel: (place) => `Correct: ${place}`,
    correcting: "Correct a visit",
    told: (when) => `From your report of ${when}; if it is wrong, correct that report.`,
    same: "The same stay as a visit that you entered, and counted once with it.",
    corrected: (when) => `Corrected on ${when}; it no longer counts.`,
    removed: (when) => `Removed on ${when}; it no longer counts.`,
    day: "Date",
    time: "Time",
    choose: "Choose",
    left: "Day left",
    leftTime: "Time left",
    arrived: "Day of arrival",
    arrivedTime: "Time of arrival",
    still: (zone) => `If you are still there, leave the day and time of leaving empty. Times are ${zone}.`,
  },
);
export type DiaryListText = ReturnType<typeof text>;

const DAY = 86_400_000;

/** A visit that is being filled in. */
interface NewVisit {
  place: Place | undefined;
  arriveDay: string;
  arriveTime: string;
  leaveDay: string;
  leaveTime: string;
  mode: Mode;
  /** What was said of where inside the place it was. */
  inside?: Answered | undefined;
}

const NEW: NewVisit = { place: undefined, arriveDay: "", arriveTime: "", leaveDay: "", leaveTime: "", mode: "stay" };

/** When somebody came, and when they left, as rules write it; empty if that is missing. */
function times({ arriveDay, arriveTime, leaveDay, leaveTime }: NewVisit): { arrive: string; leave: string } {
  return {
    arrive: arriveDay === "" || arriveTime === "" ? "" : momentOf(`${arriveDay}T${arriveTime}`),
    leave: leaveDay === "" ? "" : momentOf(`${leaveDay}T${leaveTime || "23:59"}`),
  };
}

/** The visit as far as it can be asked about. */
function visitOf(adding: NewVisit, now: number): Visit | undefined {
  const { arrive, leave } = times(adding);
  return entered(now, adding.place, adding.mode, Date.parse(arrive), leave === "" ? undefined : Date.parse(leave));
}

/** Where somebody was, the newest first: visits by their index in the diary, trips of reports, and what was corrected. */
export function visitsData(phone: Pick<Phone, "holder">) {
  const t = text();
  return whereabouts(phone).map(({ visit, index, report, corrected, by, same }, at) => {
    const { arrive, leave, mode = "stay" } = visit;
    const own = index !== undefined;
    const told = report ? t.told(dayAndTime(report.at)) : "";
    return {
      key: String(at),
      index: own ? String(index) : "",
      place: whereToday(visit),
      when: span(arrive, leave),
      mode: modeName(mode),
      note: corrected ? (by ? t.corrected : t.removed)(dayAndTime(corrected)) : told,
      same: same ? t.same : "",
      struck: corrected ? "struck" : "",
      own,
      still: own && leave === undefined,
      leaveLabel: t.leaveLabel(where(visit)),
      correct: t.correct,
      correctLabel: t.correctLabel(where(visit)),
      removeLabel: t.removeLabel(where(visit)),
    };
  });
}

/** A visit of the diary as a form that is being filled in. */
function formOf({ place, arrive, leave, mode = "stay", notIn }: Visit): NewVisit {
  const [came, left] = [isoMinute(Date.parse(arrive)), leave === undefined ? "" : isoMinute(Date.parse(leave))];
  return {
    place,
    arriveDay: came.slice(0, 10),
    arriveTime: came.slice(11),
    leaveDay: left.slice(0, 10),
    leaveTime: left.slice(11),
    mode,
    ...(notIn ? { inside: { said: "none", asked: notIn } } : {}),
  };
}

/** The diary of visits, including scanning venues' codes. */
export class DiaryView implements View {
  private readonly context: Context;
  private phone: Phone | undefined;
  private adding: NewVisit | undefined;
  /** The visit that is corrected by what is filled in. */
  private correcting: Visit | undefined;
  /** A change that waits for a word, and what it would come to. */
  private pending: { change: LogChange; review: Review } | undefined;
  private problem: Problem | undefined;
  private readonly finding = new Finding();
  private note = "";
  private busy = false;

  constructor(context: Context) {
    this.context = context;
    this.changed();
  }

  data() {
    const { phone } = session;
    const [t, d] = [text(), diaryWords()];
    const now = phone?.now() ?? 0;
    const adding = this.adding ?? NEW;
    const visits = phone ? visitsData(phone) : [];
    return {
      open: phone !== undefined,
      ...waiting(),
      title: d.title,
      about: d.about,
      scans: phone?.adaptors.scan.able !== false,
      scan: d.scan,
      scanHint: phone?.adaptors.scan.able === false ? t.cannotScan : d.scanHint,
      note: this.note,
      // Where it is to be put right.
      problem: this.problem && !this.adding ? problemText(this.problem) : "",
      wrong: this.problem && this.adding ? problemText(this.problem) : "",
      none: visits.length === 0 ? d.none : "",
      visits,
      leave: t.leave,
      remove: d.remove,
      correct: t.correct,
      reviewed: this.pending !== undefined,
      review: reviewData(this.pending?.review),
      formTitle: this.correcting ? t.correcting : d.add,
      busy: this.busy,
      adding: this.adding !== undefined,
      add: `+ ${d.add}`,
      placeWord: d.place,
      place: placeField(
        "visit",
        "",
        adding.place,
        2,
        this.problem !== undefined && adding.place === undefined,
        this.finding,
      ),
      arriveDay: adding.arriveDay,
      arriveTime: adding.arriveTime,
      leaveDay: adding.leaveDay,
      leaveTime: adding.leaveTime,
      arrived: t.arrived,
      arrivedTime: t.arrivedTime,
      left: t.left,
      leftTime: t.leftTime,
      still: t.still(zoneName()),
      choose: t.choose,
      from: isoDay(now - 90 * DAY),
      to: isoDay(now),
      modeWord: d.mode,
      modes: MODES.map(modeName),
      mode: MODES.indexOf(adding.mode),
      inside: insideField(phone, visitOf(adding, now), adding.inside),
      save: d.save,
      cancel: d.cancel,
    };
  }

  changed(): void {
    if (session.phone === this.phone) return;
    this.phone = session.phone;
    this.close();
    this.problem = undefined;
    this.note = "";
  }

  readonly on = {
    retry,
    scan: () => this.act((phone) => this.scan(phone)),
    begin: () => {
      const now = isoMinute(this.phone?.now() ?? 0);
      this.close();
      this.fill({ ...NEW, arriveDay: now.slice(0, 10), arriveTime: now.slice(11) });
      this.context.reveal("adding");
    },
    correct: ({ data }: Happened) => {
      const visit = this.phone?.holder.diary()[Number(data.index)];
      if (visit === undefined) return;
      this.close();
      this.correcting = visit;
      this.fill(formOf(visit));
      this.context.reveal("adding");
    },
    confirm: async () => {
      await this.act((phone) => this.confirm(phone));
      this.reveal();
    },
    amend: () => {
      this.pending = undefined;
      this.context.update();
      this.context.reveal(this.adding ? "adding" : "add");
    },
    cancel: () => {
      this.close();
      this.problem = undefined;
      this.context.update();
      this.context.reveal("add");
    },
    list: ({ data, value }: Happened) => this.fill({ place: picked(this.adding?.place, 2, data.depth ?? "", value) }),
    places: placesAgain,
    find: (happened: Happened) => {
      this.finding.type(happened);
      this.context.update();
    },
    found: ({ data }: Happened) => {
      this.finding.clear();
      this.fill({ place: data.code });
    },
    region: ({ data, value }: Happened) => {
      learn(value, data.name ?? "");
      this.fill({ place: value || undefined });
    },
    pickDay: ({ data, value }: Happened) =>
      this.fill(data.part === "leave" ? { leaveDay: value } : { arriveDay: value }),
    pickTime: ({ data, value }: Happened) => {
      const time = value.slice(0, 5);
      this.fill(data.part === "leave" ? { leaveTime: time } : { arriveTime: time });
    },
    mode: ({ value }: Happened) => this.fill({ mode: MODES[Number(value)] ?? "stay", inside: this.adding?.inside }),
    inside: ({ data }: Happened) => {
      const { phone } = this;
      const visit = phone && visitOf(this.adding ?? NEW, phone.now());
      if (visit) this.fill({ inside: answered(phone, visit, data.option ?? "") });
    },
    save: async () => {
      await this.act((phone) => this.save(phone));
      this.reveal();
    },
    leave: ({ data }: Happened) => this.act((phone) => this.leave(phone, Number(data.index))),
    remove: async ({ data }: Happened) => {
      await this.act((phone) => this.remove(phone, Number(data.index)));
      this.reveal();
    },
  };

  private close(): void {
    this.adding = undefined;
    this.correcting = undefined;
    this.pending = undefined;
  }

  /** Goes to where it goes on: what a change would come to, or the list. */
  private reveal(): void {
    if (this.pending) this.context.reveal("review");
    else if (this.adding === undefined) this.context.reveal("add");
  }

  /** Takes a change. What was said of where it was holds for its place and its time alone. */
  private fill(part: Partial<NewVisit>): void {
    this.adding = { ...(this.adding ?? NEW), inside: undefined, ...part };
    this.pending = undefined;
    this.problem = undefined;
    this.context.update();
  }

  /** Runs something that takes a while, and shows any problem. */
  private async act(doing: (phone: Phone) => Promise<Problem | undefined>): Promise<void> {
    const { phone } = this;
    if (phone === undefined || this.busy) return;
    this.busy = true;
    this.note = "";
    this.problem = undefined;
    this.context.update();
    try {
      this.problem = await doing(phone);
    } catch (thrown) {
      const problem = problemOf(thrown);
      if (problem.code !== "scan-cancelled") this.problem = problem;
    }
    this.busy = false;
    renew();
  }

  /** Scans a venue's code and begins a visit there now, which ends the one at the venue before. */
  private async scan(phone: Phone): Promise<Problem | undefined> {
    const entered = await phone.enterVenue(await phone.adaptors.scan.scan());
    if (entered.result === "refused") return entered.problem;
    this.note = diaryWords().scanned(venueNow(phone.holder.diary()));
    return undefined;
  }

  private async save(phone: Phone): Promise<Problem | undefined> {
    const { place, mode, inside } = this.adding ?? NEW;
    const { arrive, leave } = times(this.adding ?? NEW);
    if (place === undefined || arrive === "") {
      return { code: "visit-incomplete", message: "place or time of arrival is missing" };
    }
    const visit = this.correcting;
    const venue = visit && venueKept(visit, place);
    const entered = clarified<Visit>({ place, arrive, mode, ...(leave === "" ? {} : { leave }), ...venue }, inside);
    return this.propose(phone, visit ? { remove: visit, add: entered } : { add: entered });
  }

  /** Shows what a change would come to, if that is to be seen before it counts; else it is made. */
  private async propose(phone: Phone, change: LogChange): Promise<Problem | undefined> {
    const review = reviewOf(phone, change);
    if (review) this.pending = { change, review };
    return review ? undefined : this.make(phone, change);
  }

  private async confirm(phone: Phone): Promise<Problem | undefined> {
    const change = this.pending?.change;
    this.pending = undefined;
    return change && this.make(phone, change);
  }

  private async make(phone: Phone, change: LogChange): Promise<Problem | undefined> {
    const result = await phone.change(change);
    if (result.result === "refused") return result.problem;
    this.close();
    return undefined;
  }

  /** Ends an ongoing visit now. */
  private async leave(phone: Phone, index: number): Promise<Problem | undefined> {
    const visit = phone.holder.diary()[index];
    if (visit === undefined) return undefined;
    // The core counts whole seconds, and a visit lasts at least one.
    const leave = Math.max(phone.now(), Date.parse(visit.arrive) + 1_000);
    const add = { ...visit, leave: new Date(leave).toISOString() };
    const result = await phone.change({ remove: visit, add });
    return result.result === "refused" ? result.problem : undefined;
  }

  private async remove(phone: Phone, index: number): Promise<Problem | undefined> {
    const visit = phone.holder.diary()[index];
    this.close();
    return visit && this.propose(phone, { remove: visit });
  }
}
