import type { ErrorText } from "healthcode";

/** An entry: message in Chinese and English, then advice in Chinese and English. */
function told(zh: string, en: string, zhTodo: string, enTodo: string): ErrorText {
  return { says: { "zh-Hans": zh, en }, todo: { "zh-Hans": zhTodo, en: enTodo } };
}

const online = ["请联网后重试。", "Go online and try again."] as const;

/** The pages' own codes; the package has the texts of all others. */
export const pages: { [code: string]: ErrorText } = {
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
  "move-no-file": told(
    "还没有选文件。",
    "No file is chosen.",
    "请先选择换机文件。",
    "Choose the file for moving first.",
  ),
  "not-deleted": told(
    "没有清除全部内容。",
    "Not everything was deleted.",
    "请再试一次，或在浏览器设置里清除本网站的数据。",
    "Try again, or clear this site’s data in the browser’s settings.",
  ),
  "reader-unavailable": told("读码程序没有加载成功。", "The QR reader could not be loaded.", ...online),
};
