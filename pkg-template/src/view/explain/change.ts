import type { Comparison, Difference } from "../../engine/core/healthcode.js";
import { dayAndTime } from "../format.js";
import { say, words } from "../language.js";
import { colourWord } from "./names.js";

const text = words(
  {
    title: (before: string, after: string) => `您的码由${before}变成了${after}`,
    since: (when: string) => `和您${when}看到的相比：`,
    rules: (version: number) => `规则更新到了第${version}版。`,
    risk: (version: number | undefined) =>
      version === undefined ? "风险数据不能再用。" : `风险数据更新到了第${version}版。`,
    new: (reason: string) => `新增或加重的原因：${reason}`,
    ended: (reason: string) => `已解除或减轻的原因：${reason}`,
    causes: "能不能判定的情况有了变化。",
    time: "只是时间过去了。",
    understood: "知道了",
  },
  {
    title: (before, after) => `Your code went from ${before} to ${after}`,
    since: (when) => `Compared with what you saw on ${when}:`,
    rules: (version) => `The rules are now version ${version}.`,
    risk: (version) =>
      version === undefined ? "The risk data can no longer be used." : `The risk data are now version ${version}.`,
    new: (reason) => `New, or stricter than before: ${reason}`,
    ended: (reason) => `Ended, or milder than before: ${reason}`,
    causes: "What is not known is not the same as before.",
    time: "Only time has passed.",
    understood: "I see",
  },
);

/** Why the colour is not the one that the person saw last, in words. */
export interface ToldChange {
  title: string;
  since: string;
  differences: string[];
  understood: string;
}

/** What has changed since the colour that was noted last. */
export function changeInWords({ before, after, noted, differences }: Comparison): ToldChange {
  const t = text();
  return {
    title: t.title(colourWord()[before], colourWord()[after]),
    since: t.since(dayAndTime(noted)),
    differences: differences.map(inWords),
    understood: t.understood,
  };
}

function inWords(difference: Difference): string {
  const t = text();
  switch (difference.why) {
    case "rules":
      return t.rules(difference.after);
    case "risk":
      return t.risk(difference.after);
    case "new-reason":
      return t.new(say(difference.text));
    case "ended-reason":
      return t.ended(say(difference.text));
    case "causes":
      return t.causes;
    case "time-passed":
      return t.time;
  }
}
