import { type ErrorTexts, told } from "./text.js";

const anew = [
  "请联网重试；如果一直这样，请告诉发布的部门。",
  "Try again with a network; if it goes on, tell who publishes the data.",
] as const;
const clock = ["请核对手机的日期和时间。", "Check date and time of this device."] as const;
const newer = ["请更新应用后再试。", "Update the app and try again."] as const;
const support = [
  "请更新应用后再试；如果还是这样，请联系应用的客服。",
  "Update the app and try again; if it stays, ask the app’s support.",
] as const;

/** Signed files, and keys. */
export const files: ErrorTexts = {
  "file-wrong-kind": told("收到的不是需要的那种文件。", "This is another kind of file than was expected.", ...anew),
  "file-malformed": told("文件内容不对。", "The content of the file is not in order.", ...anew),
  "file-unknown-key": told(
    "签名的密钥不在信任名单上：不是认可的部门发的。",
    "The trust list does not name the key that signed this: it is not from a recognised issuer.",
    "请不要接受；码或数据可能来自别的系统。",
    "Do not accept it; it may come from another system.",
  ),
  "file-bad-signature": told(
    "签名不符：文件被改动过或已损坏。",
    "The signature does not fit: the file was altered or damaged.",
    ...anew,
  ),
  "file-too-few-signers": told("签名的人数不够。", "Too few different signers have signed it.", ...anew),
  "file-not-yet-issued": told(
    "文件的发布时间比本机时钟还晚。",
    "The file was issued after the time that this device’s clock shows.",
    ...clock,
  ),
  "file-expired": told("文件已过期。", "The file has expired.", "请联网更新。", "Go online to renew it."),
  "file-rollback": told(
    "收到的版本比已有的旧，没有采用。",
    "This version is older than one that was here before, and was not taken.",
    ...anew,
  ),
  "file-never-valid": told("文件的有效期写错了。", "The file’s dates are the wrong way round.", ...anew),
  "envelope-algorithm": told("签名的算法不对。", "The signature is of an algorithm that is not used here."),
  "envelope-shape": told("这不是签名文件。", "This is not a signed file.", ...anew),
  "envelope-too-large": told("文件太大。", "The file is too large.", ...anew),
  "envelope-too-many-signatures": told("签名太多。", "There are more signatures than any file needs."),
  "envelope-unknown-kind": told("这种文件还不认识。", "This kind of file is not known.", ...newer),
  "cbor-duplicate-key": told("数据里有重复的项。", "The data name the same thing twice.", ...anew),
  "cbor-key-order": told("数据的顺序不合规定。", "The data are not in the prescribed order.", ...anew),
  "cbor-not-canonical": told("数据的写法不合规定。", "The data are not written in the prescribed way.", ...anew),
  "cbor-not-utf8": told(
    "数据里的文字不是规定的编码。",
    "A text in the data is not in the prescribed encoding.",
    ...anew,
  ),
  "cbor-too-deep": told("数据嵌套太深。", "The data are nested too deeply."),
  "cbor-trailing-bytes": told("数据后面有多余的内容。", "There is something after the end of the data.", ...anew),
  "cbor-truncated": told(
    "数据不完整。",
    "The data end too early.",
    "请重新获取或重新扫描。",
    "Fetch or scan it again.",
  ),
  "cbor-unsupported": told("数据里有不认识的内容。", "The data hold something that signed files do not use.", ...newer),
  "key-malformed": told("密钥的格式不对。", "A key is not of the right form.", ...support),
  "key-not-random": told(
    "手机没有给出随机数，不能生成密钥。",
    "The device gave no random numbers, so there can be no key.",
    "请换一个浏览器再试。",
    "Try another browser.",
  ),
  "key-weak": told("密钥不安全，没有采用。", "The key is not safe and was not taken.", ...support),
  "trust-no-roots": told(
    "应用里没有根密钥，什么都无法核对。",
    "The app names no root key, so nothing can be checked.",
    ...newer,
  ),
};
