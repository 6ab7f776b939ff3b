import type { ErrorText } from "healthcode";

/** An entry: message in Chinese and English, then advice in Chinese and English. */
function told(zh: string, en: string, zhTodo: string, enTodo: string): ErrorText {
  return { says: { "zh-Hans": zh, en }, todo: { "zh-Hans": zhTodo, en: enTodo } };
}

const online = ["请联网后重试。", "Go online and try again."] as const;

/** The pages' own codes; the package has the texts of all others. */
export const pages: { [code: string]: ErrorText } = {
  "camera-denied": told(
    "没有摄像头的使用权限。",
    "The page may not use the camera.",
    "请在浏览器里允许，或改用图片、文字。",
    "Allow it in the browser, or use an image or text.",
  ),
  "camera-missing": told(
    "没有找到摄像头。",
    "No camera was found.",
    "可以改用图片或文字。",
    "Use an image or text instead.",
  ),
  "camera-busy": told(
    "摄像头打不开，可能正被占用。",
    "The camera cannot be opened; another program may be using it.",
    "请关闭其他程序，或改用图片、文字。",
    "Close other programs, or use an image or text.",
  ),
  "camera-lost": told(
    "摄像头断开了。",
    "The camera was disconnected.",
    "请重新打开摄像头，或改用图片、文字。",
    "Open the camera again, or use an image or text.",
  ),
  "camera-insecure": told(
    "浏览器只在安全连接（HTTPS或本机）下允许使用摄像头。",
    "Browsers allow the camera only over HTTPS or on this device.",
    "可以改用图片或文字。",
    "Use an image or text instead.",
  ),
  "image-unreadable": told(
    "这个文件不是能打开的图片。",
    "This file is not an image that can be opened.",
    "请选PNG或JPEG图片。",
    "Choose a PNG or JPEG image.",
  ),
  "image-without-code": told(
    "图片里没有找到二维码。",
    "No QR code was found in the image.",
    "请拍得近一些、清楚一些，或换一张。",
    "Take it closer and sharper, or choose another.",
  ),
  "reader-unavailable": told("读码程序没有加载成功。", "The QR reader could not be loaded.", ...online),
};
