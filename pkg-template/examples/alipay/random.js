// Alipay's logic layer documents no secure random source, and the package takes none that is not secure. So the 32 bytes that
// each of the phone's keys is made of come from your own server, over HTTPS: from its secure source, never stored, never logged.
// Whoever could read them could show codes in this person's name until the day certificate is over; weigh that.
module.exports = function random(url) {
  return {
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
};
