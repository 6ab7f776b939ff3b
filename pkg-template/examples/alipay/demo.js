// The demonstration alone: opens the health code with the demo issuer's address, its root key and its clock, which may be
// of another time. They are kept, so that the code also opens without a network. An app of your own has neither this file nor its
// line in app.js; as soon as config.js has root keys, it does nothing. It asks the computer that it runs on and no other.
const config = require("./config");
const health = require("./health");
const random = require("./random");

const SERVER = "http://127.0.0.1:8080";
/** Where random-server.mjs listens. */
const RANDOM = "http://127.0.0.1:8081/random";
const KEY = "demo";

function ask() {
  return new Promise((resolve, reject) => {
    my.request({
      url: `${SERVER}/demo.json`,
      success: resolve,
      fail() {
        reject(new Error("the demo issuer does not answer: run `npx healthcode demo`"));
      },
    });
  });
}

/** What config.js has of your own. */
async function demo() {
  /** @type {any} */
  let known = my.getStorageSync({ key: KEY }).data;
  if (!known) {
    const answer = await ask();
    known = { roots: answer.data.roots, ahead: Date.parse(answer.data.clock.now) - Date.now() };
    my.setStorageSync({ key: KEY, data: known });
  }
  const ahead = known.ahead;
  const clock = {
    now() {
      return Date.now() + ahead;
    },
  };
  return { server: SERVER, roots: known.roots, adaptors: { clock, random: random(RANDOM) } };
}

if (config.roots.keys.length === 0) health.use(demo);

module.exports = demo;
