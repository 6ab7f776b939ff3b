import type { Phone } from "healthcode";
import { html, nothing, render, type TemplateResult } from "lit-html";
import { colourWord } from "view/explain/names.ts";
import { say, words } from "view/language.ts";
import { colourName } from "view/names.ts";
import { sha256 } from "../../../pkg-template/src/engine/digest.ts";
import { filesIn, ruleIn, type SignedRule } from "./signed.ts";

const DAY = 1440;
const HOUR = 60;

const text = words(
  {
    close: "关闭",
    gone: "这台手机上没有这个规则文件：可能是规则刚换了版本。请更新后再看。",
    none: "这个文件里没有这条规则：可能是规则刚换了版本。请更新后再看。",
    id: "规则编号",
    for: "逐一对照",
    fors: { person: "您的全部情况", report: "您的每次申报", visit: "您的每段行程", record: "发证部门的每条登记" },
    when: "条件",
    whenMore: "由签名的内容逐字转写，写法和规则作者的一样。",
    reads: "条件里的问题",
    leads: "符合时",
    while: (colour: string) => `${colour}，直到不再符合`,
    lasts: (colour: string, length: string) => `${colour}${length}`,
    next: "，然后",
    since: (question: string) => `从这个问题所答日期的当天结束算起：“${question}”`,
    atLeast: (of: string, points: number) => `${of}达到${points}分`,
    ofs: { space: "空间分值", time: "时间分值", personal: "个人分值", total: "三项分值之和" },
    wayBack: "怎样恢复绿码",
    signed: "签名的写法（CertLogic）",
    file: "规则文件的SHA-256",
    checked: "就是这台手机核对过签名、正在使用的文件，没有另外下载。",
    days: (count: number) => `${count}天`,
    hours: (count: number) => `${count}小时`,
    minutes: (count: number) => `${count}分钟`,
  },
  {
    close: "Close",
    gone: "This phone does not have the file of rules: there may be a newer version. Update, and look again.",
    none: "This file has no such rule: there may be a newer version. Update, and look again.",
    id: "Rule",
    for: "Looks at",
    fors: {
      person: "everything known of you",
      report: "each of your reports",
      visit: "each of your visits",
      record: "each entry that the issuer has of you",
    },
    when: "Condition",
    whenMore: "Transcribed from what is signed, in the form in which its authors write it.",
    reads: "Questions in it",
    leads: "If it holds",
    while: (colour) => `${colour} for as long as it holds`,
    lasts: (colour, length) => `${colour} for ${length}`,
    next: ", then ",
    since: (question) => `counted from the end of the day given as the answer to “${question}”`,
    atLeast: (of, points) => `${of} of ${points} points or more`,
    ofs: { space: "Space score", time: "Time score", personal: "Personal score", total: "Sum of the three scores" },
    wayBack: "The way back to green",
    signed: "As it is signed (CertLogic)",
    file: "SHA-256 of the file of rules",
    checked: "The very file that this phone uses, whose signatures it has checked; nothing was downloaded.",
    days: (count) => (count === 1 ? "1 day" : `${count} days`),
    hours: (count) => (count === 1 ? "1 hour" : `${count} hours`),
    minutes: (count) => (count === 1 ? "1 minute" : `${count} minutes`),
  },
);

/** What came of looking a rule up. */
type Found = { digest: string; rule: SignedRule } | "gone" | "none";

/** Shows a rule of the pack that the start of a hash names, over the page. */
export function showRule(phone: Phone | undefined, rule: string, rules: string): void {
  const t = text();
  const dialog = document.body.appendChild(document.createElement("dialog"));
  dialog.className = "rule";
  dialog.setAttribute("aria-labelledby", "rule-title");
  dialog.addEventListener("close", () => dialog.remove());
  const found = lookUp(phone, rule, rules);
  const content =
    typeof found === "string"
      ? html`<p id="rule-title" class="fault" role="alert">${t[found]}</p>`
      : ruleView(found.rule, found.digest);
  render(html`${content}<button type="button" @click=${() => dialog.close()}>${t.close}</button>`, dialog);
  dialog.showModal();
}

/** Looks it up in the signed file that the phone keeps: nobody hears of it, and it needs no network. */
function lookUp(phone: Phone | undefined, id: string, rules: string): Found {
  const known = phone?.holder.files().find((one) => one.kind === "rule-pack" && one.digest?.startsWith(rules));
  const digest = known?.digest;
  const file = phone && filesIn(phone.holder.save()).find((one) => sha256(one) === digest);
  if (digest === undefined || file === undefined) return "gone";
  const rule = ruleIn(file, id);
  return rule ? { digest, rule } : "none";
}

/** A rule in words, in the form of its authors, and as it is signed. */
function ruleView(rule: SignedRule, digest: string): TemplateResult {
  const t = text();
  const { for: each, of, atLeast } = rule;
  const condition = html`<dt>${t.when}</dt>
    <dd>
      ${of === undefined ? html`<pre>${rule.condition}</pre>` : t.atLeast(t.ofs[of], atLeast ?? 0)}
      ${rule.logic === undefined ? nothing : html`<p class="hint">${t.whenMore}</p>`}
    </dd>`;
  const reads = html`<dt>${t.reads}</dt>
    ${rule.reads.map(({ path, question }) => html`<dd><code>${path}</code> ${say(question)}</dd>`)}`;
  return html`<h2 id="rule-title">${say(rule.text)}</h2>
    <dl>
      <dt>${t.id}</dt>
      <dd>${rule.id}</dd>
      ${each ? html`<dt>${t.for}</dt><dd>${t.fors[each]}</dd>` : nothing}
      ${condition} ${rule.reads.length > 0 ? reads : nothing}
      <dt>${t.leads}</dt>
      <dd>${leadsTo(rule)}</dd>
      ${rule.since ? html`<dd>${t.since(say(rule.since))}</dd>` : nothing}
      <dt>${t.wayBack}</dt>
      <dd>${say(rule.wayBack)}</dd>
      ${rule.logic === undefined ? nothing : html`<dt>${t.signed}</dt><dd><pre tabindex="0">${JSON.stringify(rule.logic, null, 1)}</pre></dd>`}
      <dt>${t.file}</dt>
      <dd><code>${digest}</code><p class="hint">${t.checked}</p></dd>
    </dl>`;
}

/** The colours that a rule gives, one after another. */
function leadsTo({ colours }: SignedRule): string {
  const t = text();
  const length = (minutes: number) => {
    if (minutes % DAY === 0) return t.days(minutes / DAY);
    return minutes % HOUR === 0 ? t.hours(minutes / HOUR) : t.minutes(minutes);
  };
  const steps = colours.map(({ colour, minutes }, at) => {
    const name = at === 0 ? colourName(colour) : colourWord(colour);
    return minutes === undefined ? t.while(name) : t.lasts(name, length(minutes));
  });
  return steps.join(t.next);
}
