// The component `diary`.
import type { Mode, Place, Problem, Visit } from "../engine/core/healthcode.js";
import { problemOf } from "../texts/problem.js";
import { diaryWords } from "./diary-words.js";
import { isoDay, isoMinute, momentOf, zoneName } from "./format.js";
import { type Answered, answered, clarified, entered, insideField } from "./inside.js";
import { words } from "./language.js";
import { MODES, modeName } from "./names.js";
import type { Phone } from "./phone.js";
import { picked, placeField } from "./places/field.js";
import { Finding } from "./places/finding.js";
import { learn, placeName, placeToday } from "./places/names.js";
import { problemText } from "./problem.js";
import { renew, session } from "./session.js";
import { span } from "./spans.js";
import { NO_VENUE, venueOf } from "./venue.js";
import type { Context, Happened, View } from "./view.js";
import { retry, waiting } from "./waiting.js";

const text = words(
  {
    scan: "扫场所码",
    scanHint: "进门时扫一下，记在自己手机上，不上传。",
    scanned: (place: string) => `已记下：${place}`,
    leave: "我已离开",
    leaveLabel: (place: string) => `我已离开${place}`,
    removeLabel: (place: string) => `删除：${place}`,
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
    scan: "Scan a venue’s code",
    scanHint: "Scan it at the door. It goes into this phone’s diary and nowhere else.",
    scanned: (place) => `Noted: ${place}`,
    leave: "I have left",
    leaveLabel: (place) => `I have left ${place}`,
    removeLabel: (place) => `Remove: ${place}`,
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

/** The visits, the newest first, each with its index in the log. */
export function visitsData(visits: Visit[]) {
  const t = text();
  const numbered = visits.map((visit, index) => ({ visit, index }));
  numbered.sort((a, b) => Date.parse(b.visit.arrive) - Date.parse(a.visit.arrive));
  return numbered.map(({ visit: { place, arrive, leave, mode = "stay" }, index }) => ({
    index: String(index),
    place: placeToday(place),
    when: span(arrive, leave),
    mode: modeName(mode),
    still: leave === undefined,
    leaveLabel: t.leaveLabel(placeName(place)),
    removeLabel: t.removeLabel(placeName(place)),
  }));
}

/** The diary of visits, including scanning venues' codes. */
export class DiaryView implements View {
  private readonly context: Context;
  private phone: Phone | undefined;
  private adding: NewVisit | undefined;
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
    const visits = phone ? visitsData(phone.holder.diary()) : [];
    return {
      open: phone !== undefined,
      ...waiting(),
      title: d.title,
      about: d.about,
      scan: t.scan,
      scanHint: t.scanHint,
      note: this.note,
      problem: this.problem ? problemText(this.problem) : "",
      none: visits.length === 0 ? d.none : "",
      visits,
      leave: t.leave,
      remove: d.remove,
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
    this.adding = undefined;
    this.problem = undefined;
    this.note = "";
  }

  readonly on = {
    retry,
    scan: () => this.act((phone) => this.scan(phone)),
    begin: () => {
      const now = isoMinute(this.phone?.now() ?? 0);
      this.fill({ ...NEW, arriveDay: now.slice(0, 10), arriveTime: now.slice(11) });
      this.context.reveal("adding");
    },
    cancel: () => {
      this.adding = undefined;
      this.problem = undefined;
      this.context.update();
      this.context.reveal("add");
    },
    list: ({ data, value }: Happened) => this.fill({ place: picked(this.adding?.place, 2, data.depth ?? "", value) }),
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
      if (this.adding === undefined) this.context.reveal("add");
    },
    leave: ({ data }: Happened) => this.act((phone) => this.leave(phone, Number(data.index))),
    remove: ({ data }: Happened) => this.act((phone) => this.remove(phone, Number(data.index))),
  };

  /** Takes a change. What was said of where it was holds for its place and its time alone. */
  private fill(part: Partial<NewVisit>): void {
    this.adding = { ...(this.adding ?? NEW), inside: undefined, ...part };
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

  /** Scans a venue's code and begins a visit there now. */
  private async scan(phone: Phone): Promise<Problem | undefined> {
    const place = venueOf(await phone.adaptors.scan.scan());
    if (place === undefined) return NO_VENUE;
    const problem = await this.put(phone, { place, arrive: new Date(phone.now()).toISOString(), mode: "stay" });
    if (problem === undefined) this.note = text().scanned(placeName(place));
    return problem;
  }

  private async save(phone: Phone): Promise<Problem | undefined> {
    const { place, mode, inside } = this.adding ?? NEW;
    const { arrive, leave } = times(this.adding ?? NEW);
    if (place === undefined || arrive === "") {
      return { code: "visit-incomplete", message: "place or time of arrival is missing" };
    }
    const visit: Visit = { place, arrive, mode, ...(leave === "" ? {} : { leave }) };
    const problem = await this.put(phone, clarified(visit, inside));
    if (problem === undefined) this.adding = undefined;
    return problem;
  }

  /** Ends an ongoing visit now. */
  private async leave(phone: Phone, index: number): Promise<Problem | undefined> {
    const visit = phone.holder.diary()[index];
    if (visit === undefined) return undefined;
    // The core counts whole seconds, and a visit lasts at least one.
    const leave = Math.max(phone.now(), Date.parse(visit.arrive) + 1_000);
    const problem = await this.put(phone, { ...visit, leave: new Date(leave).toISOString() });
    if (problem === undefined) await phone.removeVisit(visit);
    return problem;
  }

  private async remove(phone: Phone, index: number): Promise<undefined> {
    const visit = phone.holder.diary()[index];
    if (visit) await phone.removeVisit(visit);
    return undefined;
  }

  private async put(phone: Phone, visit: Visit): Promise<Problem | undefined> {
    const result = await phone.addVisit(visit);
    return result.result === "refused" ? result.problem : undefined;
  }
}
