/** What a building's own server for its gates must know. */
export const config = {
  /** Where it listens, in the building's own network: put what ends TLS before it. */
  port: Number(process.env.PORT ?? 8060),
  /** What each gate sends as `Authorization: Bearer …`. */
  token: process.env.GATE_TOKEN,
  /** Where the signed files come from, and the root keys to pin. */
  server: "https://health.example",
  roots: { keys: [], signers: 1 },
  /** What codes are to be for: docs/gate.md. */
  purpose: "everyday",
  /** Where a person opens their code, for apps that ask. The same for everybody. */
  open: {
    wechat: { appId: "wx0000000000000000", path: "pages/code/code" },
    alipay: { appId: "2021000000000000", page: "pages/code/code" },
    web: "https://health.example/",
  },
  /** Where somebody complains about what an authority has recorded. */
  correct: { "zh-Hans": "请联系发证部门。", en: "Ask the authority that issued the code." },
};
