// FAKES of the two servers that exchange login codes, on loopback: what WeChat's `auth.code2Session` and Alipay's
// `alipay.system.oauth.token` are documented to ask and answer, with keys and codes of the tests' own. Nobody real is behind them.
import { createSign, createVerify, generateKeyPairSync } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";

async function serve(t, answer) {
  const server = createServer(async (request, response) => {
    const parts = [];
    for await (const part of request) parts.push(part);
    const { status = 200, body } = answer(request, Buffer.concat(parts).toString());
    // WeChat says that its JSON is text.
    response.writeHead(status, { "content-type": "text/plain" }).end(body);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => server.close());
  return `http://127.0.0.1:${server.address().port}`;
}

/** Login codes, each of which holds once. */
class Codes {
  #users = new Map();
  #used = new Set();

  of(user) {
    const code = `${user}-${this.#users.size}`;
    this.#users.set(code, user);
    return code;
  }

  /** The user; `undefined` for no such code, `null` for one that was used. */
  take(code) {
    if (this.#used.has(code)) return null;
    this.#used.add(code);
    return this.#users.get(code);
  }
}

export async function fakeWechat(t) {
  const codes = new Codes();
  const app = { appId: "wx0000000000000000", secret: "not a secret of WeChat" };
  const state = { asked: [], down: undefined };
  const server = await serve(t, (request) => {
    const url = new URL(request.url, "http://fake");
    const asked = Object.fromEntries(url.searchParams);
    state.asked.push({ method: request.method, path: url.pathname, ...asked });
    if (state.down) return state.down;
    const wrong = (errcode, errmsg) => ({ body: JSON.stringify({ errcode, errmsg }) });
    if (asked.appid !== app.appId) return wrong(40013, "invalid appid");
    if (asked.secret !== app.secret) return wrong(40125, "invalid appsecret");
    const user = asked.grant_type === "authorization_code" ? codes.take(asked.js_code) : undefined;
    if (user === undefined) return wrong(40029, "invalid code");
    if (user === null) return wrong(40163, "code been used");
    return { body: JSON.stringify({ session_key: "bm90IGEgc2Vzc2lvbiBrZXk=", openid: user }) };
  });
  return { server, app, state, login: (user) => codes.of(user) };
}

export async function fakeAlipay(t) {
  const codes = new Codes();
  const pair = () =>
    generateKeyPairSync("rsa", {
      modulusLength: 2048,
      publicKeyEncoding: { type: "spki", format: "pem" },
      privateKeyEncoding: { type: "pkcs8", format: "pem" },
    });
  const [app, own, other] = [pair(), pair(), pair()];
  const state = { forged: false };
  const response = "alipay_system_oauth_token_response";
  const signed = (content) => {
    const text = JSON.stringify(content);
    const key = (state.forged ? other : own).privateKey;
    const sign = createSign("RSA-SHA256").update(text, "utf8").sign(key, "base64");
    return { body: `{"${response}":${text},"sign":"${sign}"}` };
  };
  const server = await serve(t, (request, body) => {
    const url = new URL(request.url, "http://fake");
    const { sign, ...asked } = {
      ...Object.fromEntries(url.searchParams),
      ...Object.fromEntries(new URLSearchParams(body)),
    };
    const text = Object.keys(asked)
      .sort()
      .map((name) => `${name}=${asked[name]}`)
      .join("&");
    if (
      !createVerify("RSA-SHA256")
        .update(text, "utf8")
        .verify(app.publicKey, sign ?? "", "base64")
    )
      return signed({ code: "40002", msg: "Invalid Arguments", sub_code: "isv.invalid-signature" });
    const user = asked.method === "alipay.system.oauth.token" ? codes.take(asked.code) : undefined;
    if (!user) {
      const content = { code: "40002", msg: "Invalid Arguments", sub_code: "isv.code-invalid" };
      // Without a signature, as its gateway answers what it refuses; where a code was used, with one.
      return user === null ? signed(content) : { body: JSON.stringify({ error_response: content }) };
    }
    return signed({ access_token: "not-a-token", open_id: user, expires_in: 300 });
  });
  const keys = {
    ALIPAY_APP_ID: "2021000000000000",
    ALIPAY_PRIVATE_KEY: app.privateKey,
    ALIPAY_PUBLIC_KEY: own.publicKey,
  };
  return { gateway: `${server}/gateway.do`, keys, state, login: (user) => codes.of(user) };
}
