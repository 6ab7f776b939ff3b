// A verdict as one text, for a gate without the component.
import { codeColours } from "../../../words/terms.json";
import { hasTexts, isObject, need } from "../argument.js";
import type { Judgement } from "../phone/challenge.js";
import { spokenFor } from "../texts/language.js";
import { doubtInWords, shownBeforeInWords, verdictInWords } from "./glance.js";
import { speaking, wordsOf } from "./language.js";
import { codeText, todoText } from "./problem.js";
import { sentences } from "./spans.js";

const text = wordsOf("verdictText", { sentence: (said: string) => `${said}。` }, { sentence: (said) => `${said}.` });
export type VerdictTextText = ReturnType<typeof text>;

/** Whether it has what there is to say of a verdict: in JavaScript anything may be passed. */
function isJudgement(given: unknown): boolean {
  if (!isObject(given)) return false;
  const { verdict, colour, shownBefore } = given;
  if (verdict !== "accepted")
    return (verdict === "refused" || verdict === "undecided") && hasTexts(given, "code", "stage");
  return (
    Object.keys(codeColours).indexOf(String(colour)) >= 0 &&
    (shownBefore === undefined || Number.isFinite(Number(shownBefore)))
  );
}

/**
 * What a verdict means and what to do about it, as the component `checkpoint` says it, in the language for the tag, as `problemText`
 * does: colour or refusal, whether to let them through, why not, and that the code was shown before. Compare name and digits of
 * an accepted code with the document besides. Throws `misuse-argument` for anything but what `verify` gave.
 */
export function verdictText(judgement: Judgement, tag?: string): string {
  need(isJudgement(judgement), "judgement", "what `verify` gave");
  return speaking(spokenFor(tag), () => {
    const { word, use, under, todo } = verdictInWords(judgement);
    const said = [word, use, under, todo].filter((one) => one !== "").map(text().sentence);
    if (judgement.verdict === "accepted") said.push(shownBeforeInWords(judgement));
    else {
      const { code } = judgement;
      const { cause, todo } = doubtInWords(judgement) ?? { cause: codeText(code), todo: todoText(code) };
      said.push(cause, todo);
    }
    return sentences(said);
  });
}
