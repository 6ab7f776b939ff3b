// Opens the health code once for the whole app, from what the phone has stored; the network comes after.
const { init, languageOf, openPhone, problemOf } = require("healthcode/alipay");
const { openCheckpoint } = require("healthcode/alipay/checkpoint");
const { connect, drawn, prefer, renew } = require("healthcode/alipay/components");
const config = require("./config");
const random = require("./random");

const language = languageOf(my.getSystemInfoSync().language);
prefer({ language });
// The engine comes up while the page is built. Whoever needs it hears of what goes wrong.
init().catch(() => {});

let options = async () => ({ server: config.server, roots: config.roots, adaptors: { random: random(config.random) } });
let phone;
let opened;
let desk;

/** Takes server, roots and adaptors from a function instead of config.js, before anything is opened. */
function use(others) {
  options = others;
}

/** The phone of the person who uses it. What goes wrong is shown by the components. */
function open() {
  opened =
    opened ||
    options()
      .then(openPhone)
      .then((found) => {
        phone = found;
        connect({ phone, problem: undefined });
        return phone;
      })
      .catch((thrown) => {
        opened = undefined;
        connect({ problem: problemOf(thrown), retry: undefined });
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

/** Where it is kept what codes are to be for at this gate, as somebody chose it last. */
const PURPOSE = "gate-purpose";

function chosen() {
  try {
    const { data } = my.getStorageSync({ key: PURPOSE });
    return typeof data === "string" && data !== "" ? data : undefined;
  } catch (_) {
    // Without storage it is asked anew.
    return undefined;
  }
}

/** Keeps what somebody chose in the checkpoint's component: its event `purpose`. */
function keepPurpose({ detail }) {
  my.setStorageSync({ key: PURPOSE, data: detail.purpose });
}

/** The checkpoint, for those who verify codes, opened once. What goes wrong is shown by the components, which can try again. */
async function openDesk() {
  desk = desk || options().then((given) => openCheckpoint(Object.assign({ purpose: chosen() }, given)));
  try {
    const checkpoint = await desk;
    connect({ checkpoint, problem: undefined });
    for (const { code, message } of await checkpoint.refresh()) console.warn(code, message);
    renew();
  } catch (thrown) {
    desk = undefined;
    connect({ problem: problemOf(thrown), retry: openDesk });
  }
}

module.exports = { language, use, open, update, enrol, openDesk, keepPurpose };
