import type { Accepted, Part, Refusal, Vouched } from "healthcode";
import { html, nothing, type TemplateResult } from "lit-html";
import { shape, type Sign } from "../app/shape.ts";
import { codeText, todoText } from "../app/texts.ts";
import { seconds } from "view/format.ts";
import { words } from "view/language.ts";
import { colourName, colourWord } from "view/names.ts";
import { VERDICT, type CheckpointApp, type Given } from "./app.ts";

const text = words(
  {
    accepted: "已核验，是真码",
    refused: "不接受",
    undecided: "无法判定",
    compare: "请与证件核对",
    name: "姓名",
    digits: "证件号码后4位",
    made: (when: string) => `${when}生成`,
    next: "下一位",
    resets: (left: number) => `${left}秒后自动清除`,
    word: "凭什么可信",
    issuer: "发证部门签名担保",
    holder: "对方手机自己说的",
    holderNote: "被改动过的应用可能说假话；发证部门登记的底线除外。",
    parts: {
      identity: "姓名和号码",
      floor: (colour: string) => `部门登记：不好于${colour}`,
      noFloor: "部门没有登记限制",
      colour: (colour: string) => `颜色：${colour}`,
      moment: "生成时间",
      versions: (rules: number, risk?: number) => `规则第${rules}版${risk === undefined ? "" : `，风险数据第${risk}版`}`,
      challenge: "口令的回应",
    },
    code: "原因代码",
  },
  {
    accepted: "Verified: a genuine code",
    refused: "Refused",
    undecided: "Undecided",
    compare: "Compare with the identity document",
    name: "Name",
    digits: "Number ends in",
    made: (when) => `made at ${when}`,
    next: "Next",
    resets: (left) => `Clears itself in ${left} s`,
    word: "On whose word",
    issuer: "Signed by the issuer",
    holder: "The holder’s phone alone",
    holderNote: "A changed app could say otherwise, but nothing better than the issuer’s record.",
    parts: {
      identity: "Name and number",
      floor: (colour) => `On record: ${colour} or worse`,
      noFloor: "Nothing on record against it",
      colour: (colour) => `Colour: ${colour}`,
      moment: "When it was made",
      versions: (rules, risk) => `Rules version ${rules}${risk === undefined ? "" : `, risk data version ${risk}`}`,
      challenge: "Answer to the challenge",
    },
    code: "Cause",
  },
);

/** The verdict: a sign, a word, the cause, what to compare, and on whose word each part stands. */
export function verdictView(app: CheckpointApp, given: Given): TemplateResult {
  const { verdict } = given;
  switch (verdict.verdict) {
    case "accepted":
      return panel(app, given, verdict.colour, colourName()[verdict.colour], text().accepted, accepted(verdict));
    case "refused":
      return panel(app, given, "refused", text().refused, undefined, refusal(verdict));
    case "undecided":
      return panel(app, given, "grey", text().undecided, undefined, refusal(verdict));
  }
}

function panel(
  app: CheckpointApp,
  { verdict, at }: Given,
  sign: Sign,
  word: string,
  under: string | undefined,
  more: TemplateResult,
): TemplateResult {
  const t = text();
  const left = Math.max(0, Math.ceil((VERDICT - (Date.now() - at)) / 1000));
  return html`<section class="verdict ${sign}" tabindex="-1" data-verdict=${verdict.verdict} data-sign=${sign}>
    <div role="alert">
      <div class="band">
        ${shape(sign)}
        <div>
          <h2 class="word">${word}</h2>
          ${under ? html`<p class="under">${under}</p>` : nothing}
        </div>
      </div>
      <div class="body">${more}</div>
    </div>
    <div class="actions">
      <button type="button" class="primary wide" @click=${app.next}>${t.next}</button>
      <p class="hint" aria-live="off">${t.resets(left)}</p>
    </div>
  </section>`;
}

function refusal({ code }: Refusal): TemplateResult {
  const todo = todoText(code);
  return html`
    <p class="cause" data-code=${code}>${codeText(code)}</p>
    ${todo ? html`<p class="todo">${todo}</p>` : nothing}
    <p class="hint">${text().code} ${code}</p>
  `;
}

function accepted(verdict: Accepted): TemplateResult {
  const t = text();
  const by = (party: Vouched["by"]) => verdict.vouched.filter((part) => part.by === party);
  const part = ({ what }: Vouched) => html`<li>${partInWords(what, verdict)}</li>`;
  return html`
    <h3>${t.compare}</h3>
    <dl class="compare">
      <div><dt>${t.name}</dt><dd class="name">${verdict.name}</dd></div>
      <div><dt>${t.digits}</dt><dd class="digits">${verdict.digits}</dd></div>
    </dl>
    <p class="hint">${t.made(seconds(verdict.issued))}</p>
    <details>
      <summary>${t.word}</summary>
      <div class="ledger">
        <div><h4>${t.issuer}</h4><ul>${by("issuer").map(part)}</ul></div>
        <div><h4>${t.holder}</h4><ul>${by("holder").map(part)}</ul><p class="hint">${t.holderNote}</p></div>
      </div>
    </details>
  `;
}

function partInWords(part: Part, verdict: Accepted): string {
  const { parts } = text();
  switch (part) {
    case "floor":
      return verdict.floor === "green" ? parts.noFloor : parts.floor(colourWord()[verdict.floor]);
    case "colour":
      return parts.colour(colourWord()[verdict.colour]);
    case "versions":
      return parts.versions(verdict.rulesVersion, verdict.riskVersion);
    default:
      return parts[part];
  }
}
