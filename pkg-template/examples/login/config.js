/** What the backend of an app must know. Secrets come from the environment. */
export const config = {
  /** Where it listens: put what ends TLS before it. */
  port: Number(process.env.PORT ?? 8070),
  /** The issuer's own address, which phones do not reach. */
  enrolments: process.env.ENROLMENTS ?? "http://127.0.0.1:8090/enrolments",
  /** As in the issuer's settings: `identity = { login = { issuer, audience, keys } }`. */
  issuer: "https://app.example",
  audience: "hangzhou-cdc",
  /** The secret half of the key that signs tokens, made by `npm run keys`. */
  key: process.env.APP_KEY ?? "app-key.json",
  wechat: {
    appId: process.env.WECHAT_APP_ID,
    secret: process.env.WECHAT_SECRET,
    server: process.env.WECHAT_SERVER ?? "https://api.weixin.qq.com",
  },
  alipay: {
    appId: process.env.ALIPAY_APP_ID,
    /** PKCS#1 or PKCS#8, in base64 or PEM: `keyType` says which. */
    privateKey: process.env.ALIPAY_PRIVATE_KEY,
    keyType: "PKCS8",
    alipayPublicKey: process.env.ALIPAY_PUBLIC_KEY,
    gateway: process.env.ALIPAY_GATEWAY ?? "https://openapi.alipay.com/gateway.do",
  },
};
