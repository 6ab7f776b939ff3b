import { words } from "./language.js";

/** What the scanning of codes says. */
export const checkpointWords = words(
  {
    title: "扫码核验",
    about: "对准手机上的二维码。扫到的内容只在本机核验，不保存、不上传。",
    scan: "扫码",
    paste: "或粘贴文字（以 JK1: 开头）",
    verify: "核验",
    trust: (version: string, until: string) => `信任名单第${version}版，有效期到${until}；核验不用联网`,
    noTrust: "还没有信任名单，无法核验。",
    refresh: "联网更新信任名单",
    stale: "信任名单已过期，请联网更新。",
    more: "凭什么可信",
    less: "收起",
  },
  {
    title: "Scan a code",
    about: "Point at the QR code on the phone. It is verified on this device; nothing is stored or sent.",
    scan: "Scan",
    paste: "Or paste the text (it begins with JK1:)",
    verify: "Verify",
    trust: (version, until) => `Trust list version ${version}, valid until ${until}; verifying needs no network`,
    noTrust: "There is no trust list yet, so nothing can be verified.",
    refresh: "Update the trust list",
    stale: "The trust list has expired; go online to update it.",
    more: "Who vouches for it",
    less: "Less",
  },
);
