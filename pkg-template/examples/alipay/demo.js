// What only the demonstration needs: the demo issuer's root key, and its clock, which stands in February 2020. Both are kept,
// so that the code also opens without a network. An app that people use pins its roots and has the phone's own clock.
const KEY = "demo";

function ask(server) {
  return new Promise(function (resolve, reject) {
    my.request({
      url: server + "/demo.json",
      success: resolve,
      fail: function () {
        reject(new Error("the demo issuer does not answer: run `make demo`"));
      },
    });
  });
}

/** The roots and the clock of the demo issuer. */
module.exports = async function demo(server) {
  /** @type {any} */
  let known = my.getStorageSync({ key: KEY }).data;
  if (!known) {
    const answer = await ask(server);
    known = { roots: answer.data.roots, ahead: Date.parse(answer.data.clock.now) - Date.now() };
    my.setStorageSync({ key: KEY, data: known });
  }
  const ahead = known.ahead;
  return {
    roots: known.roots,
    clock: {
      now: function () {
        return Date.now() + ahead;
      },
    },
  };
};
