// Alipay and Douyin document no secure random source, and the package takes none that is not secure: each of the phone's keys is
// made of 32 bytes from your own server, hashed with what only this phone has. The guide to Alipay says what is left to weigh.
import { hostAdaptors, pooledRandom } from "healthcode";
import { config } from "./config";

const server = {
  bytes: (length) =>
    new Promise((resolve, reject) => {
      const missing = () =>
        reject(Object.assign(new Error("the server gave no random bytes"), { code: "random-missing" }));
      uni.request({
        url: `${config.random}?length=${length}`,
        // Alipay hands the bytes over by `dataType`, Douyin by `responseType`.
        dataType: "arraybuffer",
        responseType: "arraybuffer",
        success({ statusCode, data }) {
          const bytes = typeof data === "object" ? new Uint8Array(data) : [];
          if (statusCode === 200 && bytes.length === length) resolve(bytes);
          else missing();
        },
        fail: missing,
      });
    }),
};

export const random = () => pooledRandom(server, hostAdaptors().storage);
