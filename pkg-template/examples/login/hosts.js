// Who somebody is for their super-app: a login code, which a mini-program gets from its host and which holds once and for minutes,
// is exchanged for the host's own name of the user.
import { AlipayRequestError, AlipaySdk } from "alipay-sdk";
import { config } from "./config.js";

/** The host does not take this code: it is made up, used or too old. */
export class CodeRefused extends Error {}

/** The host cannot be asked, or says something else than whose code it is. The message has nothing of anybody. */
export class HostFault extends Error {}

/** How long a host may take. */
const PATIENCE = 10_000;

/** WeChat's codes that are about the login code: not valid, used already, of somebody who is kept from logging in. */
const REFUSED_BY_WECHAT = [40029, 40163, 40226];

/** https://developers.weixin.qq.com/miniprogram/dev/OpenApiDoc/user-login/code2Session.html */
async function wechat(code) {
  const { appId, secret, server } = config.wechat;
  const query = new URLSearchParams({ appid: appId, secret, js_code: code, grant_type: "authorization_code" });
  const response = await fetch(`${server}/sns/jscode2session?${query}`, { signal: AbortSignal.timeout(PATIENCE) });
  // It says what is wrong in a body with status 200. The session key in it is not needed here, and stays here.
  const { openid, errcode } = await response.json();
  if (REFUSED_BY_WECHAT.includes(errcode)) throw new CodeRefused();
  if (typeof openid !== "string") throw new HostFault(`WeChat answers with errcode ${Number(errcode)}`);
  return `wechat:${openid}`;
}

let sdk;

/** https://opendocs.alipay.com/open/84bc7352_alipay.system.oauth.token */
async function alipay(code) {
  sdk ??= new AlipaySdk({ ...config.alipay, timeout: PATIENCE });
  let answer;
  try {
    answer = await sdk.exec(
      "alipay.system.oauth.token",
      { grantType: "authorization_code", code },
      { validateSign: true },
    );
  } catch (thrown) {
    // Its `error_response` has no signature, which the library cannot check: that says nothing of anybody.
    if (thrown.code === "ERR_INVALID_ARG_TYPE") throw new CodeRefused();
    const why = thrown instanceof AlipayRequestError ? "does not answer, or not with its signature" : "cannot be asked";
    throw new HostFault(`Alipay ${why}`, { cause: thrown });
  }
  if (answer.subCode === "isv.code-invalid") throw new CodeRefused();
  const user = answer.openId ?? answer.userId;
  if (typeof user !== "string") throw new HostFault(`Alipay answers with ${String(answer.subCode ?? answer.code)}`);
  return `alipay:${user}`;
}

export const hosts = { wechat, alipay };
