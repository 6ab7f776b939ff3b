// A verdict as one text, for a gate without the component.
import { codeColours } from "../../../words/terms.json";
import { hasTexts, isObject, need } from "../argument.js";
import type { Judgement } from "../phone/challenge.js";
import { languageOf } from "../texts/problem.js";
import { doubtInWords, shownBeforeInWords, verdictInWords } from "./glance.js";
import { english, speaking } from "./language.js";
import { codeText, todoText } from "./problem.js";

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
 * What a verdict means and what to do about it, as the component `checkpoint` says it, in the language that `languageOf` gives for
 * the tag: colour or refusal, whether to let them through, why not, and that the code was shown before. Compare name and digits of
 * an accepted code with the document besides. Throws `misuse-argument` for anything but what `verify` gave.
 */
export function verdictText(judgement: Judgement, tag?: string): string {
  need(isJudgement(judgement), "judgement", "what `verify` gave");
  return speaking(languageOf(tag), () => {
    const { word, use, under, todo } = verdictInWords(judgement);
    const said = [word, use, under, todo].filter((one) => one !== "").map((one) => one + (english() ? "." : "。"));
    if (judgement.verdict === "accepted") said.push(shownBeforeInWords(judgement));
    else {
      const { code } = judgement;
      const { cause, todo } = doubtInWords(judgement) ?? { cause: codeText(code), todo: todoText(code) };
      said.push(cause, todo);
    }
    return said.filter((one) => one !== "").join(english() ? " " : "");
  });
}
