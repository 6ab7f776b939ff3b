// What only the demonstration needs: the demo issuer's root key, and its clock, which stands in February 2020. Both are kept,
// so that the code also opens without a network. An app that people use pins its roots and has the phone's own clock.
const STORED = "demo";

function ask(server) {
  return new Promise((resolve, reject) => {
    wx.request({ url: `${server}/demo.json`, success: resolve, fail: () => reject(new Error("the demo issuer does not answer: run `make demo`")) });
  });
}

/** The roots and the clock of the demo issuer. */
async function demo(server) {
  let known = wx.getStorageSync(STORED);
  if (!known) {
    const { data } = await ask(server);
    known = { roots: data.roots, ahead: Date.parse(data.clock.now) - Date.now() };
    wx.setStorageSync(STORED, known);
  }
  return { roots: known.roots, adaptors: { clock: { now: () => Date.now() + known.ahead } } };
}

module.exports = { demo };
