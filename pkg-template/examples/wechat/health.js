// Opens the health code once for the whole app, from what the phone has stored; the network comes after.
const { init, languageOf, openPhone, problemOf } = require("healthcode");
const { openCheckpoint } = require("healthcode/checkpoint");
const { connect, drawn, prefer, renew } = require("healthcode/components");
const config = require("./config");

const system = wx.getAppBaseInfo ? wx.getAppBaseInfo() : wx.getSystemInfoSync();
const language = languageOf(system.language);
// The components follow the size of type that is set in WeChat; its mode for elders has 23.8 px.
const large = system.fontSizeSetting >= 23;
prefer({ language, large, simple: large });
// The engine comes up while the page is built. Whoever needs it hears of what goes wrong.
init().catch(() => {});

let options = async () => config;
let phone;
let opened;

/** Takes server, roots and adaptors from a function instead of config.js, before anything is opened. */
function use(others) {
  options = others;
}

/** The phone of the person who uses it. What goes wrong is shown by the components. */
function open() {
  opened ??= options()
    .then(openPhone)
    .then((found) => {
      phone = found;
      connect({ phone, problem: undefined });
      return phone;
    })
    .catch((thrown) => {
      opened = undefined;
      connect({ problem: problemOf(thrown) });
      throw thrown;
    });
  return opened;
}

/** Asks for new files and, when it is due, for a new certificate, after the code. Without a network, what is there goes on working. */
async function update() {
  await drawn();
  for (const { code, message } of await phone.renew()) console.warn(code, message);
  renew();
}

/** Asks for the first day certificate. Only the masked name and the last four characters leave the phone. */
async function enrol(name, number) {
  await phone.enrol(name, number);
}

/** The checkpoint, for those who verify codes. */
async function openDesk() {
  const checkpoint = await openCheckpoint(await options());
  connect({ checkpoint });
  const [problem] = await checkpoint.refresh();
  if (problem) console.warn(problem.code, problem.message);
  renew();
}

module.exports = { language, use, open, update, enrol, openDesk };
