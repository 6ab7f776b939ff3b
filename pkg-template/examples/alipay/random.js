// Alipay's logic layer documents no secure random source, and the package takes none that is not secure. So each of the phone's
// keys is made of 32 bytes from your own server, over HTTPS: from its secure source, never stored, never logged. The package hashes
// them with what only this phone has, so that whoever could read them cannot make the keys of them alone; weigh what is left.
const { hostAdaptors, pooledRandom } = require("healthcode/alipay");

module.exports = function random(url) {
  const server = {
    /** @param {number} length */
    bytes(length) {
      return new Promise((resolve, reject) => {
        const missing = () => {
          reject(Object.assign(new Error("the server gave no random bytes"), { code: "random-missing" }));
        };
        my.request({
          url: `${url}?length=${length}`,
          dataType: "arraybuffer",
          success(answer) {
            // Whatever else a server says, such as a page of HTML, is not taken for random.
            const bytes =
              typeof answer.data === "object" ? new Uint8Array(/** @type {ArrayBuffer} */ (answer.data)) : [];
            if (answer.status === 200 && bytes.length === length) resolve(bytes);
            else missing();
          },
          fail: missing,
        });
      });
    },
  };
  return pooledRandom(server, hostAdaptors().storage);
};
