// What the checkpoint's component says.
import { words } from "./language.js";

/** What the scanning of codes says. */
export const checkpointWords = words(
  {
    title: "扫码核验",
    about: "对准手机上的二维码。扫到的内容只在本机核验，不保存、不上传。",
    scan: "扫码",
    open: "打开摄像头",
    close: "关闭摄像头",
    verifyOne: "核验健康码",
    withoutCamera: "这里不能用摄像头扫码：请用扫码枪，或输入文字。内容只在本机核验，不保存、不上传。",
    type: "健康码的文字（以JK1:开头）",
    paste: "或粘贴文字（以JK1:开头）",
    verify: "核验",
    trust: (version: string, until: string) => `信任名单第${version}版，有效期到${until}；核验不用联网`,
    noTrust: "还没有信任名单，无法核验。",
    refresh: "联网更新信任名单",
    closed: "本机暂时无法核验",
    expired: (when: string) => `信任名单已在${when}过期。与出示健康码的人无关，请联网更新。`,
    offline: "暂时连不上服务器；本机的信任名单仍然有效，核验不受影响。",
    more: "每一项由谁担保",
    ask: "要求输入口令",
    askMore: "转发来的码、提前做好的码里没有这个口令。每人一个新口令。",
    challenge: "请对方扫这个口令",
    challengeQr: "口令的二维码，给对方的手机扫",
    digits: "或在健康码里输入",
    less: "收起",
  },
  {
    title: "Scan a code",
    about: "Point at the QR code on the phone. It is verified on this device; nothing is stored or sent.",
    scan: "Scan",
    open: "Open the camera",
    close: "Close the camera",
    verifyOne: "Verify a code",
    withoutCamera:
      "The camera cannot scan here: use a scanner that types, or enter the text. It is verified on this device; nothing is stored or sent.",
    type: "Text of the code (it begins with JK1:)",
    paste: "Or paste the text (it begins with JK1:)",
    verify: "Verify",
    trust: (version, until) => `Trust list version ${version}, valid until ${until}; verifying needs no network`,
    noTrust: "There is no trust list yet, so nothing can be verified.",
    refresh: "Update the trust list",
    closed: "This device cannot verify right now",
    expired: (when) =>
      `Its trust list expired on ${when}. The people showing codes are not at fault. Go online to update it.`,
    offline:
      "The server cannot be reached. The trust list on this device is still valid, so verifying goes on as usual.",
    more: "Who vouches for what",
    ask: "Ask for an answer to a challenge",
    askMore: "A code copied from elsewhere or made ahead cannot answer. Everyone gets a new challenge.",
    challenge: "Have the holder scan this challenge",
    challengeQr: "QR code of the challenge, for the holder’s phone to scan",
    digits: "or enter in the health code",
    less: "Less",
  },
);
