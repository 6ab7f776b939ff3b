import { type ErrorTexts, told } from "./text.js";

const fresh = ["请对方打开健康码，扫描当前的二维码。", "Ask for the code that the phone shows now."] as const;
const again = ["请再扫一次；屏幕调亮、擦干净会有帮助。", "Scan again; a bright, clean screen helps."] as const;
const clocks = ["请核对双方的日期和时间。", "Compare date and time on both devices."] as const;
const stop = [
  "不要放行；请查看证件，或请对方联系发证部门。",
  "Do not let it pass. Look at the identity document, or send them to the issuer.",
] as const;

/** What a checkpoint finds in a scanned code. */
export const codes: ErrorTexts = {
  "code-wrong-kind": told(
    "这是别的签名文件，不是健康码。",
    "This is some other signed file, not a health code.",
    ...fresh,
  ),
  "code-malformed": told("内容不是健康码。", "The content is not that of a health code.", ...fresh),
  "code-bad-signature": told(
    "签名不符：码被改动过，或不是这台手机生成的。",
    "The signature does not fit: the code was altered, or another phone made it.",
    ...stop,
  ),
  "code-expired": told(
    "码已过期。截图和照片都不能当健康码用。",
    "The code has expired. A screenshot or photo is no health code.",
    ...fresh,
  ),
  "code-from-future": told(
    "码的时间比本机还晚，双方有一方的时钟不准。",
    "The code is from the future by this device’s clock; one of the two clocks is wrong.",
    ...clocks,
  ),
  "code-long-lived": told("码自称的有效时间比规定的长。", "The code claims to hold longer than codes do.", ...stop),
  "code-outside-certificate": told(
    "码的生成时间不在证书有效期内。",
    "The code was made at a time for which its certificate does not hold.",
    "请对方联网更新证书后再出示。",
    "Ask the holder to go online, renew the certificate and show the code again.",
  ),
  "code-better-than-floor": told(
    "码的颜色比发证部门登记的要好，不可信。",
    "The code shows a better colour than the issuer’s own record allows.",
    ...stop,
  ),
  "code-challenge": told(
    "码没有回应本检查点的口令，可能是别处的码。",
    "The code does not answer this checkpoint’s challenge; it may be a copy from elsewhere.",
    ...fresh,
  ),
  "code-grey": told(
    "对方手机还判定不了颜色，原因在对方手机上写着。",
    "The holder’s phone could not decide a colour; it says why.",
    "请对方按手机上的提示补齐，再出示。",
    "Ask the holder to do what the phone asks for, and show the code again.",
  ),
  "text-too-long": told("这段文字太长，不是健康码。", "This text is too long for a health code.", ...fresh),
  "text-not-a-health-code": told("这不是本系统的健康码。", "This is not a health code of this system.", ...fresh),
  "text-damaged": told("文字不完整或有错。", "The text is damaged or incomplete.", ...again),
  "certificate-malformed": told("码里的证书不成样子。", "The certificate in the code is malformed.", ...fresh),
  "certificate-expired": told(
    "证书已过期。证书每天都要更新。",
    "The day certificate has expired; it is renewed each day.",
    "请联网打开健康码，它会自动更新。",
    "Open the health code with a network; it renews the certificate by itself.",
  ),
  "certificate-not-yet-valid": told(
    "证书还没有到生效时间。",
    "The day certificate does not hold yet.",
    "请核对日期和时间。",
    "Check date and time.",
  ),
  "certificate-long-lived": told(
    "证书自称的有效时间比规定的长。",
    "The certificate claims to hold longer than certificates do.",
    ...stop,
  ),
  "certificate-not-yours": told("这张证书是给另一台手机的。", "The day certificate is for another phone."),
  "certificate-not-masked": told(
    "姓名或号码没有打码，不能签发证书。",
    "Name or number are not masked, so there can be no certificate.",
  ),
  "certificate-name": told(
    "这不像证件上的姓名。",
    "This does not look like a name from an identity document.",
    "请照证件填写姓名。",
    "Enter it as the document has it.",
  ),
  "certificate-number": told(
    "这不像证件上的号码。",
    "This does not look like a document’s number.",
    "请照证件填写，至少4个字母或数字。",
    "Enter it as the document has it: at least 4 letters and digits.",
  ),
  "certificate-request-signature": told(
    "证书申请的签名不符。",
    "The signature of the certificate request does not fit.",
    "请再试一次。",
    "Please try again.",
  ),
  "certificate-request-age": told(
    "证书申请的时间和服务器差得太多。",
    "The time of the certificate request is too far from the server’s.",
    "请核对手机的日期和时间，再试一次。",
    "Check date and time of the phone and try again.",
  ),
};
