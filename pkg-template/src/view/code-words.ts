// What the code's component says.
import { words } from "./language.js";

/** What stands around a code. */
export const codeWords = words(
  {
    wait: "正在打开健康码……",
    qr: (colour: string) => `健康码二维码：${colour}。请对准检查点的读码器。`,
    renews: (left: number) => `${left}秒后自动换新`,
    noNetwork: "出示和换新都不用联网",
    holder: "证件号码后4位",
    unavailable: "暂时无法出示健康码",
    retry: "联网重试",
    busy: "正在更新……",
    until: (when: string) => `预计到${when}`,
    stale: (kind: string, when: string) => `${kind}已在${when}到期，请联网更新。`,
    notRenewed: (why: string) => `数据更新失败：${why}`,
    answer: "回应检查点的口令",
    digits: "检查点屏幕上的4位数字",
    give: "回应",
    scanIt: "改为扫检查点的二维码",
    cancel: "取消",
    fourDigits: "请输入4位数字。",
    answers: (digits?: string) => `这个码回应了口令${digits === undefined ? "" : ` ${digits}`}，请让检查点扫。`,
    stop: "不再回应",
  },
  {
    wait: "Opening the health code…",
    qr: (colour) => `QR code of the health code: ${colour}. Hold it up to the checkpoint’s scanner.`,
    renews: (left) => `New code in ${left} s`,
    noNetwork: "Works without a network",
    holder: "Number ends in",
    unavailable: "No code right now",
    retry: "Go online and try again",
    busy: "Updating…",
    until: (when) => `Expected until ${when}`,
    stale: (kind, when) => `${kind}: expired on ${when}. Go online to update.`,
    notRenewed: (why) => `The update failed: ${why}`,
    answer: "Answer a checkpoint’s challenge",
    digits: "The four digits on the checkpoint’s screen",
    give: "Answer",
    scanIt: "Scan the checkpoint’s QR code instead",
    cancel: "Cancel",
    fourDigits: "Enter four digits.",
    answers: (digits) =>
      `This code answers ${digits === undefined ? "the challenge" : `the challenge ${digits}`}. Have the checkpoint scan it.`,
    stop: "Stop answering",
  },
);
