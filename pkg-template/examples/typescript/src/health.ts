// The health code without any framework: opens the phone that this device has stored, and hands it to the components.
import { languageOf, openPhone, type Phone, type PhoneOptions, problemOf, problemText } from "healthcode";
import { connect, prefer, renew } from "healthcode/components";

/** Where somebody has got to. */
export type Step = "opening" | "name" | "questions" | "code";

/** The page's own words; the components have theirs. */
const WORDS = {
  "zh-Hans": { name: "姓名", number: "证件号码", enrol: "领取一天有效的证书", report: "重新申报" },
  en: { name: "Name", number: "Document number", enrol: "Get a day certificate", report: "Report again" },
};

/** In the language of the browser: for what is shown after an effect, since a server has none. */
export const words = () => WORDS[languageOf(navigator.language)];

let phone: Promise<Phone> | undefined;

/** Opens the phone, once however often it is called, and says where the person has got to. */
export async function start(options: () => Promise<PhoneOptions>, moved: (step: Step) => void): Promise<void> {
  prefer({ language: navigator.language });
  document.documentElement.lang = languageOf(navigator.language);
  try {
    // Set before anything is waited for: in development, React runs effects twice.
    phone ??= (async () => openPhone(await options()))();
    const opened = await phone;
    connect({ phone: opened, problem: undefined, retry: undefined });
    const step = !opened.identity ? "name" : !opened.reported ? "questions" : "code";
    moved(step);
    if (step !== "code") return;
    for (const { code, message } of await opened.renew()) console.warn(code, message);
    renew();
  } catch (thrown) {
    phone = undefined;
    connect({ problem: problemOf(thrown), retry: () => start(options, moved) });
    moved("code");
  }
}

/**
 * Asks for the first day certificate; gives the sentence of what is wrong, if anything is. Only the masked name and the last four
 * characters leave the device.
 */
export async function enrol(name: string, number: string): Promise<string | undefined> {
  try {
    await (await phone)?.enrol(name, number);
    return undefined;
  } catch (thrown) {
    console.error(thrown);
    return problemText(problemOf(thrown), navigator.language);
  }
}
