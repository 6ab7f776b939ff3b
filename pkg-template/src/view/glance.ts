// What a verdict comes to, for whoever stands at the gate.
import type { Refusal, Verdict } from "../engine/core/healthcode.js";
import type { Judgement } from "../phone/challenge.js";
import { seconds } from "./format.js";
import { wordsOf } from "./language.js";
import { colourName, type Sign } from "./names.js";
import { misuseInWords, useInWords } from "./purpose.js";

const text = wordsOf(
  "glance",
  {
    accepted: "已核验，是真码",
    answered: "已核验，是真码，口令也对",
    shownBefore: (when: string) => `这个码在${when}出示过。如果不是同一个人，请仔细核对。`,
    refused: "不接受",
    undecided: "无法判定",
    unread: "请再扫一次",
    notCode: "不是健康码",
    otherUse: "用途不符",
    unknownUse: "用途不明",
    todo: {
      green: "核对证件后放行",
      yellow: "先不要放行，按当地对黄码的规定处理",
      red: "不要放行，请联系卫生部门",
      refused: "不要放行",
      again: "先不要放行，请再扫一次或核对输入的文字",
    },
    damaged: "读到的内容不完整或有错：可能没扫清楚，也可能输错了。",
    reread: "请再扫一次；如果是手工输入的，请核对每一个字符。",
    unsigned: "读到的内容与签名对不上：可能没扫清楚或输错了，也可能被改动过，或来自别的系统。",
    still: "如果还是这样，请按当地规定人工核查，或请对方联系卫生部门；在此之前不要放行。",
  },
  {
    accepted: "Verified: a genuine code",
    answered: "Verified: a genuine code with this checkpoint’s number",
    shownBefore: (when) => `Shown before, at ${when}. If that was somebody else, check closely.`,
    refused: "Refused",
    undecided: "Undecided",
    unread: "Scan again",
    notCode: "Not a health code",
    otherUse: "Wrong purpose",
    unknownUse: "Purpose unknown",
    todo: {
      green: "Check the document, then let them through",
      yellow: "Do not let them through yet; follow the local rules for yellow codes",
      red: "Do not let them through; call the health authority",
      refused: "Do not let them through",
      again: "Do not let them through yet: scan it again, or check what was typed",
    },
    damaged: "What was read is damaged or incomplete; it may have been scanned or typed wrongly.",
    reread: "Scan it again. If it was typed, check each character.",
    unsigned:
      "What was read does not match its signature: it may have been scanned or typed wrongly, altered, or made by another system.",
    still:
      "If it happens again, follow the local rules for checking people without a code, or refer them to the health authority. Until then, do not let them through.",
  },
);
export type GlanceText = ReturnType<typeof text>;

/** The faults in a certificate that come before its signature is known to be good. */
const BEFORE_SIGNATURE =
  /^((cbor|envelope|key|place|time)-|certificate-malformed$|file-(malformed|wrong-kind|unknown-key|bad-signature|too-few-signers)$)/;

/** Whether one character that was typed wrongly could be all: nothing of what was read is known to be signed. */
const mayBeMistyped = ({ stage, code }: Refusal): boolean =>
  stage === "signature" || (stage === "certificate" && BEFORE_SIGNATURE.test(code));

/** A verdict at a glance. */
export interface Glance {
  sign: Sign;
  word: string;
  /** What to do; empty if the cause says it. */
  todo: string;
  /** What was found. */
  under: string;
  /** What an accepted code is for. */
  use: string;
}

const NOTHING = { todo: "", under: "", use: "" };

/** What is read well and is no health code. */
const NO_CODE: readonly string[] = ["text-not-a-health-code", "text-too-long", "code-wrong-kind"];

/**
 * Whether a verdict is about a person who was not judged before: the same code again is nobody else, and what is no health code says
 * nothing about anybody.
 */
export const isPerson = (judgement: Judgement): boolean =>
  judgement.again !== true &&
  (judgement.verdict === "accepted" || (judgement.stage !== "text" && judgement.stage !== "envelope"));

/** The sign of a verdict, its word, what to do, and the line below. */
export function verdictInWords(verdict: Verdict): Glance {
  const t = text();
  switch (verdict.verdict) {
    case "accepted": {
      const { colour } = verdict;
      const todo = colour === "grey" ? "" : t.todo[colour];
      const under = verdict.answered ? t.answered : t.accepted;
      return { sign: colour, word: colourName(colour), todo, under, use: useInWords(verdict) };
    }
    case "refused":
      // What could not be read says nothing about whoever showed it.
      if (verdict.stage === "text" || verdict.stage === "envelope")
        return { ...NOTHING, sign: "grey", word: NO_CODE.indexOf(verdict.code) < 0 ? t.unread : t.notCode };
      return {
        ...NOTHING,
        sign: "refused",
        word: t.refused,
        todo: mayBeMistyped(verdict) ? t.todo.again : t.todo.refused,
      };
    case "undecided": {
      const { code } = verdict;
      const use = code === "gate-other-purpose" ? t.otherUse : code === "gate-unknown-purpose" ? t.unknownUse : "";
      return { ...NOTHING, sign: "grey", word: use || t.undecided, todo: use && t.todo.refused };
    }
  }
}

/** What is said in place of a code's own text. */
export interface Doubt {
  cause: string;
  todo: string;
}

/**
 * What whoever stands at the gate is told of faults that may be no more than a bad scan or a wrong character. The codes' own texts
 * are about files from a server, and would accuse.
 */
export function doubtInWords(refusal: Refusal & Judgement): Doubt | undefined {
  const t = text();
  const misuse = misuseInWords(refusal);
  if (misuse) return misuse;
  if (mayBeMistyped(refusal)) return { cause: t.unsigned, todo: t.still };
  const damaged = refusal.stage === "envelope" && refusal.code !== "code-wrong-kind";
  return damaged ? { cause: t.damaged, todo: t.reread } : undefined;
}

/** That the same code was shown before, if it was. */
export const shownBeforeInWords = ({ shownBefore }: Judgement): string =>
  shownBefore === undefined ? "" : text().shownBefore(seconds(shownBefore));
