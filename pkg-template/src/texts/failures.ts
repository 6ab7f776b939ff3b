import { begin, fault, first, support, update } from "./first.js";
import { type ErrorText, told } from "./text.js";

const space = [
  "请清理手机空间后再试；已有的内容还在。",
  "Free some space on the phone and try again; what was there before is still there.",
] as const;

/** What can go wrong between the package and its host, beside what the core knows. */
export const failures = {
  ...first,
  "misuse-not-connected": told(
    "页面没有给出这里要显示的内容。",
    "The page has not given what is to be shown here.",
    ...fault,
  ),
  "engine-out-of-memory": told("数据太多，这里处理不了。", "There are more data than can be handled here.", ...update),
  "random-missing": told(
    "手机没有提供安全的随机数，不能生成密钥。",
    "The device gave no secure random numbers, so there can be no key.",
    "请更新微信等宿主应用后再试；如果还是这样，请联系应用的客服。",
    "Update WeChat or whatever you opened this in and try again; if it stays, ask the app’s support.",
  ),
  "clock-set-back": told(
    "手机的时钟比上次使用时还早。",
    "The phone’s clock shows an earlier time than when you were last here.",
    "请把日期和时间调准。",
    "Please set date and time.",
  ),
  "storage-full": told(
    "手机的存储空间满了，这次的改动没有保存。",
    "There is no room left on the phone, so the change was not stored.",
    ...space,
  ),
  "storage-unavailable": told(
    "手机没有让应用保存内容，关闭后改动会丢失。",
    "The phone does not let the app store anything; changes are lost when it is closed.",
    "请允许应用使用存储，或退出无痕浏览。",
    "Allow the app to use storage, or leave private browsing.",
  ),
  "storage-too-large": told("要保存的内容超出了上限。", "There is more to store than this host allows.", ...fault),
  "storage-damaged": told("保存的内容已损坏，没有读入。", "What was stored is damaged and was not read.", ...support),
  "storage-newer": told(
    "保存的内容来自更新的版本。",
    "What was stored is from a newer version of the app.",
    "请更新应用后再打开。",
    "Update the app and open it again.",
  ),
  "phone-forgotten": told(
    "这个健康码已清除，没有留下任何内容。",
    "This health code was deleted; nothing of it is left.",
    ...begin,
  ),
  "phone-person": told("没有这个人的健康码。", "There is no health code under this name.", ...fault),
  "scan-cancelled": told("没有扫码。", "Nothing was scanned."),
  "scan-denied": told(
    "没有摄像头的使用权限。",
    "The camera may not be used.",
    "请在设置里允许使用摄像头。",
    "Allow the camera in the settings.",
  ),
  "scan-missing": told(
    "这里不能扫码。",
    "Codes cannot be scanned here.",
    "可以改为输入文字。",
    "Enter the text instead.",
  ),
  "scan-failed": told(
    "没有扫到二维码。",
    "No QR code was read.",
    "请再扫一次；屏幕调亮、擦干净会有帮助。",
    "Scan again; a bright, clean screen helps.",
  ),
  "scan-no-venue": told(
    "这不是场所码。",
    "This is not the code of a venue.",
    "请扫场所门口张贴的场所码。",
    "Scan the code that is posted at the venue’s door.",
  ),
  "visit-incomplete": told("请选地点，并填到达时间。", "Please choose a place and enter when you arrived."),
  "location-denied": told(
    "没有定位的使用权限。",
    "The location may not be used.",
    "可以在设置里允许，也可以自己选地点。",
    "Allow it in the settings, or choose the place yourself.",
  ),
  "location-off": told(
    "手机的定位没有打开。",
    "The phone’s location is turned off.",
    "请打开定位，或自己选地点。",
    "Turn it on, or choose the place yourself.",
  ),
  "location-missing": told(
    "没能确定位置。",
    "The place could not be determined.",
    "请自己选地点。",
    "Choose the place yourself.",
  ),
  "canvas-missing": told("页面上没有显示二维码的地方。", "The page has no place to draw the QR code.", ...fault),
  "network-unreachable": told(
    "连不上服务器。",
    "The server cannot be reached.",
    "请检查网络后重试；已有的健康码不联网也能用。",
    "Check the network and try again; a code that you already have works without it.",
  ),
  "network-not-allowed": told(
    "应用没有登记这个服务器地址。",
    "The app has not registered this server’s address.",
    ...fault,
  ),
  "network-not-signed": told(
    "收到的不是健康码的数据，可能是网络的登录页面。",
    "What came back is not from the health code; it may be the network’s sign-in page.",
    "请先登录这个无线网络，或换一个网络再试。",
    "Sign in to the Wi-Fi, or use another network, and try again.",
  ),
  "network-status": told(
    "服务器的回答看不懂。",
    "The server’s answer was not understood.",
    "请稍后重试。",
    "Try again later.",
  ),
} satisfies { [code: string]: ErrorText };

/** A code of the package's own. */
export type FailureCode = keyof typeof failures;
