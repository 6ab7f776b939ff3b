import { type ErrorText, told } from "./text.js";

export const fault = [
  "这是应用的问题，请重新打开；如果还是这样，请反馈。",
  "This is a fault of the app. Open it again, and report it if it stays.",
] as const;
export const update = ["请更新应用后再试。", "Update the app and try again."] as const;
export const support = [
  "请联系应用的客服；可以重新开始使用，原来的内容会另外留着。",
  "Ask the app’s support: it can start afresh and keep what was there.",
] as const;
export const begin = ["请填写姓名和证件号码，重新开始。", "Give your name and document number to begin."] as const;

/** What can go wrong before the engine is there. */
export const first = {
  "misuse-not-ready": told("健康码还没有准备好。", "The health code is not ready yet.", ...fault),
  "engine-missing": told(
    "健康码的程序文件没有找到。",
    "A file of the health code was not found.",
    "请联网后重新打开；如果还是这样，请反馈。",
    "Go online and open it again; report it if it stays.",
  ),
  "engine-damaged": told(
    "健康码的程序文件已损坏，没有使用。",
    "A file of the health code is damaged and was not used.",
    "请联网后重新打开；如果还是这样，请更新应用。",
    "Go online and open it again; update the app if it stays.",
  ),
  "engine-other-version": told(
    "健康码的程序文件版本不一致。",
    "The files of the health code are of different versions.",
    ...update,
  ),
  "engine-host-too-old": told(
    "这个版本的宿主应用太旧，运行不了健康码。",
    "This version of the host app is too old for the health code.",
    "请更新微信、支付宝或抖音后再试。",
    "Update WeChat, Alipay or Douyin and try again.",
  ),
  "package-fault": told("健康码出了错。", "Something went wrong in the health code.", ...fault),
} satisfies { [code: string]: ErrorText };
