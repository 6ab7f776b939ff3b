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
    gate: "检查点",
    name: "姓名",
    number: "证件号码",
    enrol: "领取一天有效的证书",
    report: "重新申报",
    forget: "从头开始",
    sure: "要清除这台手机在本演示里的一切，从头开始吗？",
    another: "这个演示的签发方换了密钥，与上次不是同一个，手机上原有的证书和数据都不能再用。请从头开始。",
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
    sure: "Delete everything that this phone has of the demo, and start over?",
    another:
      "The issuer of this demo has other keys than the last time: it is another one, and what this phone has of the other is of no use. Start over.",
    verify: "Verify the code on this page",
    again: "Try again",
    none: "There is no code on this page yet.",
  },
};

const find = (selector) => document.querySelector(selector);
const [phonePart, gatePart] = [find("#phone > div"), find("#gate > div")];
let language = languageOf(remembered("language") ?? navigator.language);
let phone;
let desk;
/** The issuer's keys, by which all of its files are verified. */
let roots;

/** What was remembered here before; a browser that lets sites store nothing has none. */
function remembered(name) {
  try {
    return localStorage.getItem(name) ?? undefined;
  } catch {
    return undefined;
  }
}

function remember(name, text) {
  try {
    localStorage.setItem(name, text);
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
  ({ roots } = await answer.json());
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
  phonePart.replaceChildren(
    document.createElement("healthcode-code"),
    reasons,
    button(t().report, questionnaire),
    button(t().forget, () => confirm(t().sure) && forget()),
  );
}

/** Begins anew, with the keys of this issuer: whoever listens to the phone starts over. */
const forget = () => phone.forget();

/** Says that the issuer is another one than that of what is stored here. */
function another() {
  const told = Object.assign(document.createElement("p"), { className: "fault", textContent: t().another });
  told.setAttribute("role", "alert");
  const anew = async () => {
    remember("roots", JSON.stringify(roots));
    await desk.forget().catch(() => undefined);
    await forget();
    location.reload();
  };
  phonePart.replaceChildren(told, button(t().forget, anew, true));
}

/** Goes where the person has got to. */
function where() {
  const before = remembered("roots");
  if (phone.identity && before !== undefined && before !== JSON.stringify(roots)) {
    another();
    return;
  }
  remember("roots", JSON.stringify(roots));
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
    // It may be forgotten in another tab as well.
    phone.listen((news) => news === "forgotten" && void start());
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
  remember("language", language);
  if (phone) {
    if (!find("healthcode-questionnaire")) where();
    gate();
  }
});
speak(language);
start();
