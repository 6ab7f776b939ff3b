// A page of its own making on the engine alone: its own fields, the rules' own questions behind them, and the code as SVG.
const COLOURS = { green: "绿码", yellow: "黄码", red: "红码", grey: "无法判定" };
const element = (selector) => document.querySelector(selector);
let phone;
let watched = false;

async function open() {
  phone = await healthcode.openPhone(await config);
  if (phone.reported) watch();
}

async function submit() {
  await opened;
  await phone.enrol(element("#name").value, element("#number").value);
  const answers = {
    residence: "resident",
    home: "330106",
    temperature: Number(element("#temperature").value),
    symptoms: [element("#cough").checked ? "dry-cough" : "none"],
    household_ill: false,
    contact: element("#contact").checked,
    been_away: false,
  };
  if (answers.contact) answers.last_contact = new Date(phone.now()).toISOString().slice(0, 10);
  const report = await phone.report(answers);
  if (report.result === "rejected") throw new healthcode.HealthcodeError(report.faults[0]);
  watch();
}

/** Shows the code, and from now on a new one before it expires and after each report. */
function watch() {
  if (!watched) phone.watch(show);
  watched = true;
}

function show(shown) {
  element("figure").hidden = shown.result === "unavailable";
  if (shown.result === "unavailable") return tell(shown.problem);
  const { text, colour } = shown.code;
  const symbol = new healthcode.Qr(text);
  element("#code").innerHTML = symbol.svg(COLOURS[colour]);
  symbol.free();
  element("figcaption").textContent = COLOURS[colour];
  element("figure").dataset.colour = colour;
  element(".fault").textContent = "";
}

function tell(thrown) {
  element(".fault").textContent = healthcode.problemText(healthcode.problemOf(thrown), "zh-Hans");
}

element("form").addEventListener("submit", (event) => {
  event.preventDefault();
  submit().catch(tell);
});
const opened = open();
opened.catch((thrown) => {
  console.error(thrown);
  tell(thrown);
});
