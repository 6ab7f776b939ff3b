import { maskIdentity, openCheckpoint, openPhone, problemOf, problemText } from "healthcode";
import { connect, prefer, renew } from "healthcode/components";
import { config } from "./config.js";
import { demo } from "./demo.js";

const main = document.querySelector("main");
const { roots, adaptors } = config.demo ? await demo(config.server) : config;
const options = { roots, server: config.server, adaptors };
const language = navigator.language.startsWith("zh") ? "zh-Hans" : "en";
prefer({ language });
document.documentElement.lang = language;

/** The page's own words; the components have theirs. */
const t = {
  "zh-Hans": { title: "健康码", name: "姓名", number: "证件号码", enrol: "领取当日证书", report: "重新申报", verify: "核验他人的健康码" },
  en: { title: "Health code", name: "Name", number: "Number of your document", enrol: "Get a certificate for today", report: "Report again", verify: "Verify a code" },
}[language];
document.title = t.title;

/** Opens what this device has stored, and goes where the person has got to. */
async function start() {
  const phone = await openPhone(options);
  connect({ phone });
  if (!phone.identity) return enrol(phone);
  if (phone.holder.reports().length === 0) return questionnaire();
  show();
  await phone.renew();
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
      await phone.refresh();
      await phone.certify(maskIdentity(main.querySelector("#name").value, main.querySelector("#number").value));
      questionnaire();
    } catch (thrown) {
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

async function checkpoint() {
  const desk = await openCheckpoint(options);
  connect({ checkpoint: desk });
  main.innerHTML = "<healthcode-checkpoint></healthcode-checkpoint>";
  await desk.refresh();
  renew();
}

async function route() {
  try {
    await (location.hash === "#checkpoint" ? checkpoint() : start());
  } catch (thrown) {
    connect({ problem: problemOf(thrown) });
    main.innerHTML = "<healthcode-code></healthcode-code>";
  }
}

addEventListener("hashchange", route);
await route();
