import { begin, fault, support } from "./first.js";
import { type ErrorTexts, told } from "./text.js";

const online = ["请联网后重试。", "Go online and try again."] as const;

/** The citizen’s side, and what a server says in its own name. */
export const holder: ErrorTexts = {
  "holder-no-trust-list": told("还没有信任名单。", "There is no trust list yet.", ...online),
  "holder-no-rules": told("还没有本地的规则。", "There are no rules yet.", ...online),
  "holder-no-key": told("还没有填写姓名。", "No name has been given yet.", ...begin),
  "holder-key-exists": told("手机上已经有密钥。", "This phone already has a key.", ...fault),
  "holder-no-certificate": told(
    "还没有证书，不能出码。",
    "Without a day certificate there is no code.",
    "请联网申请证书。",
    "Go online to get one.",
  ),
  "holder-unwanted-file": told("手机用不着这种文件。", "A phone has no use for this kind of file."),
  "holder-record-not-yours": told("这份登记是给另一台手机的。", "This record is for another phone."),
  "holder-state-damaged": told(
    "保存的内容已损坏，没有读入。",
    "What was stored is damaged and was not read.",
    ...support,
  ),
  "holder-state-newer": told(
    "保存的内容来自更新的版本。",
    "What was stored is from a newer version of the app.",
    "请更新应用后再打开。",
    "Update the app and open it again.",
  ),
  "holder-diary-full": told(
    "行程记录满了；旧的会随时间自动删除。",
    "The diary is full; old visits drop out as time goes by.",
  ),
  "holder-visit-order": told("离开时间要晚于到达时间。", "You cannot have left before you arrived."),
  "holder-visit-in-future": told("到达时间不能晚于现在。", "A visit cannot begin in the future."),
  "holder-challenge": told("口令的长度不对。", "The challenge is not of the right length."),
  "misuse-argument": told("页面传错了内容。", "The page handed over something of the wrong form.", ...fault),
  "misuse-not-convertible": told("结果没能传给页面。", "The answer could not be handed to the page.", ...fault),
  "issuer-not-here": told("这个部门不给该地区发证书。", "This issuer gives no certificates for that region."),
  "issuer-fault": told("发证服务出了故障。", "The issuer has a fault.", "请稍后重试。", "Try again later."),
  "issuer-request-too-large": told("证书申请太大。", "The certificate request is too large.", ...fault),
  "issuer-request-cut": told("证书申请没有传完。", "The certificate request was cut short.", ...online),
  "http-not-found": told("服务器上没有这一项。", "The server has no such thing.", "请稍后重试。", "Try again later."),
  "http-no-page": told("服务器没有带网页启动。", "The server was started without a page."),
  "http-method": told("服务器不接受这种请求。", "The server does not take this kind of request.", ...fault),
};
