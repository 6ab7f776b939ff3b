/** What an issuer of your own must know. */
export const config = {
  /** Where it listens: put what ends TLS before it. */
  port: Number(process.env.PORT ?? 8090),
  /** Where its keys are. The root's belongs into a safe: it is needed for a new trust list alone, once in some months. */
  keys: process.env.KEYS ?? "keys",
  /** Its rules in TOML, and its risk data. */
  rules: "rules.toml",
  risk: "risk.json",
  /** Who signs, in small letters: two keys of one signer count once. */
  signers: ["first rule office", "second rule office", "first risk office", "second risk office"],
  /** For how many hours certificates hold, 48 at most: so long a phone that does not ask goes on by what was said of its person before. */
  hours: 24,
};
