import { languageOf, openPhone, problemOf, problemText } from "healthcode";
import { openCheckpoint } from "healthcode/checkpoint";
import { connect, prefer, renew } from "healthcode/components";

const main = document.querySelector("main");
/** What the health code is opened with: `open` has it. */
let given;
const language = languageOf(navigator.language);
prefer({ language });
document.documentElement.lang = language;

/** The page's own words; the components have theirs. */
const t = {
  "zh-Hans": {
    title: "健康码",
    name: "姓名",
    number: "证件号码",
    enrol: "领取一天有效的证书",
    report: "重新申报",
    verify: "核验他人的健康码",
    again: "重试",
  },
  en: {
    title: "Health code",
    name: "Name",
    number: "Document number",
    enrol: "Get a day certificate",
    report: "Report again",
    verify: "Verify a code",
    again: "Try again",
  },
}[language];
document.title = t.title;

/** Opens what this device has stored, and goes where the person has got to. */
async function start() {
  const phone = await openPhone(await given());
  connect({ phone, problem: undefined });
  if (!phone.identity) return enrol(phone);
  if (!phone.reported) return questionnaire();
  show();
  for (const { code, message } of await phone.renew()) console.warn(code, message);
  return renew();
}

/** Asks for the first day certificate. Only the masked name and the last four characters leave the device. */
function enrol(phone) {
  main.innerHTML = `
    <form>
      <label>${t.name}<input id="name" maxlength="40" required autocomplete="off" /></label>
      <label>${t.number}<input id="number" maxlength="40" required autocomplete="off" /></label>
      <p class="fault" role="alert"></p>
      <button>${t.enrol}</button>
    </form>`;
  main.querySelector("form").addEventListener("submit", async (event) => {
    event.preventDefault();
    try {
      await phone.enrol(main.querySelector("#name").value, main.querySelector("#number").value);
      questionnaire();
    } catch (thrown) {
      console.error(thrown);
      main.querySelector(".fault").textContent = problemText(problemOf(thrown), language);
    }
  });
}

function questionnaire() {
  main.innerHTML = "<healthcode-questionnaire></healthcode-questionnaire>";
  main.firstChild.addEventListener("reported", show);
  main.firstChild.addEventListener("back", show);
}

function show() {
  main.innerHTML = `
    <healthcode-code></healthcode-code>
    <healthcode-reasons></healthcode-reasons>
    <button id="report">${t.report}</button>
    <a href="#checkpoint">${t.verify}</a>`;
  main.querySelector("#report").addEventListener("click", questionnaire);
  main.querySelector("healthcode-reasons").addEventListener("report", questionnaire);
}

let opened;

/** The checkpoint, opened once however often its page is. */
async function checkpoint() {
  opened ??= (async () => openCheckpoint(await given()))();
  opened.catch(() => {
    opened = undefined;
  });
  const desk = await opened;
  connect({ checkpoint: desk, problem: undefined });
  main.innerHTML = "<healthcode-checkpoint></healthcode-checkpoint>";
  for (const { code, message } of await desk.refresh()) console.warn(code, message);
  renew();
}

async function route() {
  try {
    await (location.hash === "#checkpoint" ? checkpoint() : start());
  } catch (thrown) {
    connect({ problem: problemOf(thrown) });
    main.innerHTML = `<healthcode-code></healthcode-code><button>${t.again}</button>`;
    main.querySelector("button").addEventListener("click", route);
  }
}

/** Opens the page with server, roots and adaptors, which a function gives. */
export function open(options) {
  given = options;
  addEventListener("hashchange", route);
  // Without it the page works as long as it stays open.
  if (import.meta.env.PROD) navigator.serviceWorker?.register("offline.js").catch(() => {});
  return route();
}
