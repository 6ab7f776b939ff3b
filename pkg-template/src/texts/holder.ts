import { told, type ErrorTexts } from "./text.js";

const online = ["请联网后重试。", "Go online and try again."] as const;
const fault = ["这是应用的问题，请重新打开；如果还是这样，请反馈。", "This is a fault of the app. Open it again, and report it if it stays."] as const;

/** The citizen's side, the pages and the server. */
export const holder: ErrorTexts = {
  "holder-no-trust-list": told("还没有信任名单。", "There is no trust list yet.", ...online),
  "holder-no-rules": told("还没有本地的规则。", "There are no rules yet.", ...online),
  "holder-no-key": told("手机上还没有密钥。", "This phone has no key yet.", ...fault),
  "holder-key-exists": told("手机上已经有密钥。", "This phone already has a key.", ...fault),
  "holder-no-certificate": told("还没有证书，不能出码。", "Without a day certificate there is no code.", "请联网申请证书。", "Go online to get one."),
  "holder-unwanted-file": told("手机用不着这种文件。", "A phone has no use for this kind of file."),
  "holder-record-not-yours": told("这份登记是给另一台手机的。", "This record is for another phone."),
  "holder-state-damaged": told("保存的内容已损坏，没有读入。", "What was stored is damaged and was not read."),
  "holder-state-newer": told("保存的内容来自更新的版本。", "What was stored is from a newer version of the app.", "请更新应用后再打开。", "Update the app and open it again."),
  "holder-diary-full": told("行程记录满了；旧的会随时间自动删除。", "The diary is full; old visits drop out as time goes by."),
  "holder-visit-order": told("离开时间要晚于到达时间。", "You cannot have left before you arrived."),
  "holder-visit-in-future": told("到达时间不能晚于现在。", "A visit cannot begin in the future."),
  "holder-challenge": told("口令的长度不对。", "The challenge is not of the right length."),
  "misuse-argument": told("页面传错了内容。", "The page handed over something of the wrong form.", ...fault),
  "misuse-not-convertible": told("结果没能传给页面。", "The answer could not be handed to the page.", ...fault),
  "page-fault": told("页面出了错。", "Something went wrong in the page.", ...fault),
  "page-visit-incomplete": told("请选地点，并填到达时间。", "Please choose a place and enter when you arrived."),
  "network-unreachable": told("连不上服务器。", "The server cannot be reached.", "请检查网络后重试；已有的健康码不联网也能用。", "Check the network and try again; a code that you already have works without it."),
  "network-status": told("服务器的回答看不懂。", "The server’s answer was not understood.", "请稍后重试。", "Try again later."),
  "issuer-not-here": told("这个部门不给该地区发证书。", "This issuer gives no certificates for that region."),
  "issuer-fault": told("发证服务出了故障。", "The issuer has a fault.", "请稍后重试。", "Try again later."),
  "issuer-request-too-large": told("证书申请太大。", "The certificate request is too large.", ...fault),
  "issuer-request-cut": told("证书申请没有传完。", "The certificate request was cut short.", ...online),
  "http-not-found": told("服务器上没有这一项。", "The server has no such thing.", "请稍后重试。", "Try again later."),
  "http-no-page": told("服务器没有带网页启动。", "The server was started without a page."),
  "http-method": told("服务器不接受这种请求。", "The server does not take this kind of request.", ...fault),
  "camera-denied": told("没有摄像头的使用权限。", "The page may not use the camera.", "请在浏览器里允许，或改用图片、文字。", "Allow it in the browser, or use an image or text."),
  "camera-missing": told("没有找到摄像头。", "No camera was found.", "可以改用图片或文字。", "Use an image or text instead."),
  "camera-busy": told("摄像头打不开，可能正被占用。", "The camera cannot be opened; another program may be using it.", "请关闭其他程序，或改用图片、文字。", "Close other programs, or use an image or text."),
  "camera-insecure": told("浏览器只在安全连接（HTTPS或本机）下允许使用摄像头。", "Browsers allow the camera over HTTPS or on this machine only.", "可以改用图片或文字。", "Use an image or text instead."),
  "image-unreadable": told("这个文件不是能打开的图片。", "This file is no image that can be opened.", "请选PNG或JPEG图片。", "Choose a PNG or JPEG image."),
  "image-without-code": told("图片里没有找到二维码。", "No QR code was found in the image.", "请拍得近一些、清楚一些，或换一张。", "Take it closer and sharper, or choose another."),
  "reader-unavailable": told("读码程序没有加载成功。", "The QR reader could not be loaded.", ...online),
  "checkpoint-no-trust-list": told("还没有信任名单，无法核验。", "There is no trust list yet, so nothing can be verified.", ...online),
};
