// Opens the health code once for the whole app, from what the phone has stored; the network comes after.
import { languageOf, openPhone, problemOf } from "healthcode";
import { connect, drawn, prefer, renew } from "healthcode/components";
import { config } from "./config";

export const language = languageOf(wx.getAppBaseInfo().language);
prefer({ language });

const options = { server: config.server, roots: config.roots };
let opened;

/** The phone of the person who uses it. What goes wrong is shown by the components. */
export function open() {
  opened ??= openPhone(options).then(
    (phone) => {
      connect({ phone, problem: undefined });
      return phone;
    },
    (thrown) => {
      opened = undefined;
      connect({ problem: problemOf(thrown) });
      throw thrown;
    },
  );
  return opened;
}

/** Asks for new files and, when it is due, for a new certificate, after the code. Without a network, what is there goes on working. */
export async function update() {
  const phone = await open();
  await drawn();
  for (const { code, message } of await phone.renew()) console.warn(code, message);
  renew();
}
