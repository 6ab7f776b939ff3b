// The demo's page: a phone beside a checkpoint, of the package's own elements.

import { openCheckpoint } from "./package/web/checkpoint.mjs";
import { connect, prefer, renew } from "./package/web/components.mjs";
import { languageOf, openPhone, problemOf, problemText } from "./package/web/index.mjs";

const WORDS = {
  "zh-Hans": {
    title: "健康码 · 演示",
    demo: "演示：这里签发的一切都不应被信任。请勿填写真实信息。",
    other: "English",
    phone: "手机",
    gate: "核验点",
    name: "姓名",
    number: "证件号码",
    enrol: "领取一天有效的证书",
    report: "重新申报",
    forget: "从头开始",
    verify: "核验本页的健康码",
    again: "重试",
    none: "本页还没有健康码。",
  },
  en: {
    title: "Health code · demo",
    demo: "A demo: nobody should trust anything that is signed here. Do not enter real data.",
    other: "中文",
    phone: "Phone",
    gate: "Checkpoint",
    name: "Name",
    number: "Document number",
    enrol: "Get a day certificate",
    report: "Report again",
    forget: "Start over",
    verify: "Verify the code on this page",
    again: "Try again",
    none: "There is no code on this page yet.",
  },
};

const find = (selector) => document.querySelector(selector);
const [phonePart, gatePart] = [find("#phone > div"), find("#gate > div")];
let language = languageOf(chosen() ?? navigator.language);
let phone;
let desk;

/** The language that was chosen here before; a browser that lets sites store nothing has none. */
function chosen() {
  try {
    return localStorage.language;
  } catch {
    return undefined;
  }
}

function choose(next) {
  try {
    localStorage.language = next;
  } catch {
    // It is for this page alone, then.
  }
}

/** The words of the page, in the language in use. */
const t = () => WORDS[language];

/** An element with text and what a click on it does. */
function button(text, click, main = false) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = main ? "main" : "";
  made.textContent = text;
  made.addEventListener("click", click);
  return made;
}

function speak(next) {
  language = next;
  prefer({ language });
  document.documentElement.lang = language;
  document.title = t().title;
  find("#demo").textContent = t().demo;
  find("#language").textContent = t().other;
  find("#phone > h1").textContent = t().phone;
  find("#gate > h1").textContent = t().gate;
}

async function options() {
  const answer = await fetch("demo.json");
  const { roots } = await answer.json();
  return { roots };
}

/** Asks for the first day certificate; the name is made up already. */
function enrol() {
  const form = document.createElement("form");
  const field = (text, value) => {
    const label = document.createElement("label");
    const input = Object.assign(document.createElement("input"), { value, maxLength: 40, required: true });
    input.autocomplete = "off";
    label.append(text, input);
    form.append(label);
    return input;
  };
  const name = field(t().name, "测试员");
  const number = field(t().number, "330106190001010000");
  const fault = Object.assign(document.createElement("p"), { className: "fault" });
  fault.setAttribute("role", "alert");
  const submit = Object.assign(document.createElement("button"), { className: "main", textContent: t().enrol });
  form.append(fault, submit);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    submit.disabled = true;
    try {
      await phone.enrol(name.value, number.value);
      questionnaire();
    } catch (thrown) {
      fault.textContent = problemText(problemOf(thrown), language);
      submit.disabled = false;
    }
  });
  phonePart.replaceChildren(form);
}

function questionnaire() {
  const made = document.createElement("healthcode-questionnaire");
  made.addEventListener("reported", show);
  made.addEventListener("back", show);
  phonePart.replaceChildren(made);
}

function show() {
  const reasons = document.createElement("healthcode-reasons");
  reasons.addEventListener("report", questionnaire);
  const forget = button(t().forget, async () => {
    await phone.forget();
    await start();
  });
  phonePart.replaceChildren(
    document.createElement("healthcode-code"),
    reasons,
    button(t().report, questionnaire),
    forget,
  );
}

/** Goes where the person has got to. */
function where() {
  if (!phone.identity) enrol();
  else if (phone.reported) show();
  else questionnaire();
}

function gate() {
  const made = document.createElement("healthcode-checkpoint");
  const note = Object.assign(document.createElement("p"), { className: "fault" });
  note.setAttribute("role", "alert");
  const verify = button(
    t().verify,
    () => {
      const text = find("healthcode-code")?.text;
      note.textContent = text ? "" : t().none;
      if (text) made.judge(text);
    },
    true,
  );
  gatePart.replaceChildren(verify, note, made);
}

async function start() {
  try {
    const given = await options();
    phone = await openPhone(given);
    desk ??= await openCheckpoint(given);
    connect({ phone, checkpoint: desk, problem: undefined });
    where();
    gate();
    await desk.refresh();
    await phone.renew();
    renew();
  } catch (thrown) {
    const told = Object.assign(document.createElement("p"), { className: "fault" });
    told.textContent = problemText(problemOf(thrown), language);
    phonePart.replaceChildren(told, button(t().again, start));
  }
}

find("#language").addEventListener("click", () => {
  speak(language === "en" ? "zh-Hans" : "en");
  choose(language);
  if (phone) {
    if (!find("healthcode-questionnaire")) where();
    gate();
  }
});
speak(language);
start();
