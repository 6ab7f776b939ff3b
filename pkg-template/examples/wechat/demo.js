// The demonstration alone: opens the health code with the demo issuer's address, its root key and its clock, which may be
// of another time. They are kept, so that the code also opens without a network. An app of your own has neither this file nor its
// line in app.js; as soon as config.js has root keys, it does nothing. It asks the computer that it runs on and no other.
const config = require("./config");
const health = require("./health");

const SERVER = "http://127.0.0.1:8080";
const STORED = "demo";

function ask() {
  return new Promise((resolve, reject) => {
    wx.request({
      url: `${SERVER}/demo.json`,
      success(answer) {
        if (answer.statusCode === 200) resolve(answer);
        else reject(new Error(`the demo issuer answers ${answer.statusCode}`));
      },
      fail: () => reject(new Error("the demo issuer does not answer: run `npx healthcode demo`")),
    });
  });
}

/** What config.js has of your own. */
async function demo() {
  let known = wx.getStorageSync(STORED);
  if (!known) {
    const { data } = await ask();
    known = { roots: data.roots, ahead: Date.parse(data.clock.now) - Date.now() };
    wx.setStorageSync(STORED, known);
  }
  return { server: SERVER, roots: known.roots, adaptors: { clock: { now: () => Date.now() + known.ahead } } };
}

if (config.roots.keys.length === 0) health.use(demo);

module.exports = demo;
