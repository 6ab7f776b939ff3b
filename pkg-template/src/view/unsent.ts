// What is filled in and not handed in, kept by the phone for a page that is closed and opened again.
import type { QuestionnaireDraft } from "./draft.js";
import { lastReport } from "./explain/log.js";
import { logOf } from "./explain/phone.js";
import type { Phone } from "./phone.js";

/** What is kept: which report it is of, and its fields as `QuestionnaireDraft.written` gives them. */
interface Kept {
  /** Whose questions these are, and when the newest report was made: with other rules, or another after it, it is out of date. */
  after: string;
  /** When the report was made that is corrected; empty for a new one. */
  corrects: string;
  written: string;
}

const newest = (phone: Phone): string =>
  [phone.holder.rules(phone.now())?.id, lastReport(logOf(phone))?.at].filter(Boolean).join(" ");

/** The report that is being filled in, as it is kept. */
export class Unsent {
  private phone: Phone | undefined;
  /** What is to be kept next; the newest replaces what has not been written yet. */
  private next: { phone: Phone; text: string | undefined } | undefined;
  private writing: Promise<void> | undefined;

  /** Keeps what is filled in. */
  keep(phone: Phone, draft: QuestionnaireDraft): void {
    const kept: Kept = { after: newest(phone), corrects: draft.corrects?.at ?? "", written: draft.written() };
    this.write(phone, JSON.stringify(kept));
  }

  /** It was handed in, or the person wants nothing of it. */
  drop(): void {
    if (this.phone) this.write(this.phone, undefined);
  }

  /** What was filled in of the report that is due, if anything was. */
  async found(phone: Phone): Promise<Kept | undefined> {
    this.phone = phone;
    await this.writing;
    const text = await phone.unsent();
    if (text === undefined) return undefined;
    try {
      const kept = JSON.parse(text) as Partial<Kept>;
      const { after, corrects, written } = kept;
      if (after === newest(phone) && typeof corrects === "string" && typeof written === "string")
        return { after, corrects, written };
    } catch {
      // From another version: it is of no use to anybody.
    }
    this.drop();
    return undefined;
  }

  private write(phone: Phone, text: string | undefined): void {
    this.phone = phone;
    this.next = { phone, text };
    this.writing ??= this.writeAll();
  }

  private async writeAll(): Promise<void> {
    while (this.next) {
      const { phone, text } = this.next;
      this.next = undefined;
      // A phone that was closed keeps nothing any more.
      if (phone.closed !== true) await phone.keepUnsent(text).catch(() => undefined);
    }
    this.writing = undefined;
  }
}
