// The health code without any framework: opens the phone that this device has stored, and hands it to the components.
import { languageOf, openPhone, problemOf, problemText } from "healthcode";
import { connect, prefer, renew } from "healthcode/components";

/** A server that renders the page first has no page of its own, nor the language of whoever will look at it. */
const page = typeof document === "object";
export const language = languageOf(page ? navigator.language : undefined);

/** The page's own words; the components have theirs. */
export const words = {
  "zh-Hans": { title: "健康码", name: "姓名", number: "证件号码", enrol: "领取一天有效的证书", report: "重新申报" },
  en: {
    title: "Health code",
    name: "Name",
    number: "Document number",
    enrol: "Get a day certificate",
    report: "Report again",
  },
}[language];

if (page) {
  prefer({ language });
  document.documentElement.lang = language;
  document.title = words.title;
}

let phone;

/**
 * Opens the phone with what `options()` gives, once however often it is called, and says where the person has got to: "name",
 * "questions" or "code". If it cannot be opened, the components say why and try again, and `moved` is told what comes of it.
 */
export async function start(options, moved) {
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
export async function enrol(name, number) {
  try {
    await (await phone).enrol(name, number);
    return undefined;
  } catch (thrown) {
    console.error(thrown);
    return problemText(problemOf(thrown), language);
  }
}
