import { type Identity, maskIdentity, type Problem, problemOf } from "healthcode";
import { html, nothing, type TemplateResult } from "lit-html";
import { say, words } from "view/language.ts";
import { problemText } from "../i18n/errors/problem.ts";
import type { CitizenApp } from "./app.ts";

const text = words(
  {
    title: "开始之前",
    stays: "只留在这台手机上",
    staysItems: [
      "您完整的姓名和证件号码：只用来生成隐去一部分的样子，不保存，也不发出",
      "您的申报：体温、症状、接触情况",
      "您去过的地方和时间",
      "颜色、分值和原因：都在手机上算出",
    ],
    leaves: "会离开手机",
    leavesItems: [
      "领取一天有效的证书：隐去一部分的姓名（如*三）、证件号码后4位、手机的公钥（用来核对码是不是这台手机做的）、地区和时间",
      "下载规则和风险数据：里面没有您的身份，但服务器看得到下载的是哪种用途的规则（如医院、学校）和您的网络地址",
      "二维码：您出示给谁，谁就看到颜色、隐去一部分的姓名、后4位、生成时间，以及用的是哪版规则和数据",
    ],
    who: "身份信息",
    name: "姓名",
    nameHint: "与证件上一致",
    number: "证件号码",
    numberHint: "身份证、护照等；只有后4位会出现在证书里",
    preview: "检查点会看到",
    empty: "填写后显示",
    agree: "同意并领取证书",
    asking: "正在领取……",
    forgetful: "此浏览器不让本站保存数据。您可以继续，但关闭页面后一切都会丢失。",
  },
  {
    title: "Before you start",
    stays: "Stays on this phone",
    staysItems: [
      "Your full name and document number: used only to make the masked form, and neither stored nor sent",
      "Your reports: temperature, symptoms, contacts",
      "Where you have been, and when",
      "Your colour, scores and reasons: all worked out on the phone",
    ],
    leaves: "Leaves this phone",
    leavesItems: [
      "A request for a certificate valid for one day: your masked name (such as A* L*), the last 4 characters of your document number, the phone’s public keys (to check that codes come from this phone), the region and the time",
      "Downloads of rules and risk data: nothing in them says who you are, but the server sees which purposes they are for, such as a hospital or a school, and your network address",
      "The QR code: whoever you show it to sees the colour, the masked name, the last 4 characters, when it was made, and which rules and data were used",
    ],
    who: "Your details",
    name: "Name",
    nameHint: "As in your identity document",
    number: "Document number",
    numberHint: "Identity card, passport and the like; only the last 4 characters go into the certificate",
    preview: "A checkpoint will see",
    empty: "Shown once you have filled this in",
    agree: "Agree and get a certificate",
    asking: "Requesting it…",
    forgetful:
      "This browser does not let the page save anything. You can go on, but everything is lost when you close the page.",
  },
);

/** The code of what is called before the engine is loaded. */
const NOT_READY = "misuse-not-ready";

/** What is typed here never leaves this form; only its masked form does. */
interface Typed {
  name: string;
  number: string;
  tried: boolean;
}
const typed: Typed = { name: "", number: "", tried: false };

/** The masked form, or what is wrong: while the engine is not there yet, just that. */
function masked({ name, number }: { name: string; number: string } = typed): Identity | Problem {
  try {
    return maskIdentity(name, number);
  } catch (thrown) {
    return problemOf(thrown);
  }
}

/** What is wrong with one of the two, regardless of the other. */
function faultOf(part: { name: string } | { number: string }): string | undefined {
  const made = masked({ name: "X", number: "0000", ...part });
  return typed.tried && "code" in made && made.code !== NOT_READY ? problemText(made) : undefined;
}

/** The first visit: which data stays and which leaves, then the identity. */
export function welcomeView(app: CitizenApp): TemplateResult {
  const t = text();
  const rules = app.phone?.holder.rules(app.phone.now());
  const list = (items: string[]) => html`<ul>${items.map((item) => html`<li>${item}</li>`)}</ul>`;
  return html`
    <section class="panel">
      <h2>${t.title}</h2>
      <div class="ledger">
        <div class="stays"><h3>${t.stays}</h3>${list(t.staysItems)}</div>
        <div class="leaves"><h3>${t.leaves}</h3>${list(t.leavesItems)}</div>
      </div>
    </section>
    <form class="panel" novalidate autocomplete="off" @focusin=${app.loadEarly} @submit=${(event: Event) => submit(event, app)}>
      <h2>${t.who}</h2>
      ${app.phone?.storageProblem === undefined ? nothing : html`<p class="fault">${t.forgetful}</p>`}
      ${field(app, "name", t.name, t.nameHint, faultOf({ name: typed.name }))}
      ${field(app, "number", t.number, t.numberHint, faultOf({ number: typed.number }))}
      ${preview()}
      ${app.problem ? html`<p class="fault" role="alert">${problemText(app.problem)}</p>` : nothing}
      <button class="primary wide" ?disabled=${app.busy}>${app.busy ? t.asking : t.agree}</button>
      ${rules ? html`<p class="hint">${say(rules.issuer)}</p>` : nothing}
    </form>
  `;
}

function field(app: CitizenApp, which: "name" | "number", label: string, hint: string, fault?: string): TemplateResult {
  const type = (event: Event) => {
    typed[which] = (event.target as HTMLInputElement).value;
    app.update();
  };
  return html`<div class="field">
    <label for=${which}>${label}</label>
    <p class="hint" id="${which}-hint">${hint}</p>
    <input
      id=${which}
      class=${fault ? "faulty" : ""}
      .value=${typed[which]}
      autocomplete="off"
      autocapitalize=${which === "number" ? "characters" : "words"}
      spellcheck="false"
      maxlength="80"
      aria-describedby="${which}-hint ${which}-fault"
      aria-invalid=${fault !== undefined}
      @input=${type}
    />
    <p class="fault" id="${which}-fault">${fault ?? nothing}</p>
  </div>`;
}

function preview(): TemplateResult {
  const t = text();
  const identity = masked();
  return html`<p class="preview">
    <span class="hint">${t.preview}</span>
    ${
      "name" in identity
        ? html`<strong>${identity.name}</strong> <span class="digits">···· ${identity.digits}</span>`
        : html`<span class="hint">${t.empty}</span>`
    }
  </p>`;
}

async function submit(event: Event, app: CitizenApp): Promise<void> {
  event.preventDefault();
  typed.tried = true;
  // The form may be there before the engine is.
  await app.opened;
  const identity = masked();
  app.update();
  if ("code" in identity) {
    (event.target as HTMLFormElement).querySelector<HTMLElement>(".faulty")?.focus();
    return;
  }
  await app.enrol(identity);
  if (app.problem === undefined) Object.assign(typed, { name: "", number: "", tried: false });
}
