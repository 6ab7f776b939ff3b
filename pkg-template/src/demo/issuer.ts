// The demo issuer: its keys, and what it signs with them each hour.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { failure, HealthcodeError } from "../failure.js";
import {
  newKey,
  openRequest,
  publicKey,
  type RulesOf,
  rulesOf,
  type SecretKey,
  type SignedKind,
  signCertificate,
  signRiskTable,
  signRules,
  signTrustList,
} from "../issuer/signing.js";
import { publish, type Site } from "../issuer/site.js";
import { monthOf, movedFile, rowsOf } from "./sources.js";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** The demo's keys: who signs what. */
const ROLES = {
  "rules-1": ["first rule signer", "rule-pack"],
  "rules-2": ["second rule signer", "rule-pack"],
  "risk-1": ["first risk signer", "risk-table"],
  "risk-2": ["second risk signer", "risk-table"],
  manifest: ["publisher", "manifest"],
  certificate: ["certificates", "day-certificate"],
} as const satisfies Record<string, readonly [string, SignedKind]>;

type Role = keyof typeof ROLES | "root";

/** Where its rules and its risk data are. */
export interface Sources {
  readonly rules: readonly (string | URL)[];
  readonly risk: string | URL;
}

const WARNING = "# DEMO key of the demo issuer: never let anyone trust it outside a demonstration\n";

/** A key of the demo's folder, made where there is none. */
function keyIn(folder: string, role: Role): SecretKey {
  const file = join(folder, `${role}.key`);
  if (!existsSync(file)) {
    const made = newKey();
    writeFileSync(file, `${WARNING}${Buffer.from(made).toString("hex")}\n`, { mode: 0o600, flag: "wx" });
    return made;
  }
  const digits = readFileSync(file, "utf8").replace(/^#.*$/gm, "").trim();
  if (!/^[0-9a-f]{64}$/i.test(digits))
    throw failure("misuse-argument", `${file} is no key: remove it, and another one is made`);
  return Uint8Array.from(Buffer.from(digits, "hex"));
}

/** The demo issuer, which believes whoever asks. */
export class DemoIssuer {
  /** What apps pin to try it. */
  readonly roots: { readonly keys: readonly string[]; readonly signers: number };
  private readonly keys: { readonly [role in Role]: SecretKey };
  private readonly sources: Sources;
  /** What its rules say of themselves. */
  rules: readonly RulesOf[] = [];
  private published: { readonly hour: number; readonly site: Site } | undefined;

  /** With the keys in this folder, which are made at its first start. */
  constructor(folder: string, sources: Sources) {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const roles: Role[] = ["root", ...(Object.keys(ROLES) as (keyof typeof ROLES)[])];
    const missing = roles.filter((role) => !existsSync(join(folder, `${role}.key`)));
    // Another root would cut off every phone that has the old one, and another key what was signed before.
    if (missing.length > 0 && missing.length < roles.length)
      throw failure(
        "misuse-argument",
        `${folder} has no ${missing.join(".key, ")}.key: put it back, or remove the folder`,
      );
    const keys = roles.map((role) => [role, keyIn(folder, role)]);
    this.keys = Object.fromEntries(keys) as { [role in Role]: SecretKey };
    this.roots = { keys: [publicKey(this.keys.root)], signers: 1 };
    this.sources = sources;
  }

  /** What it publishes in this hour: the same bytes, however often it is asked and after each start. */
  site(now = Date.now()): Site {
    const hour = Math.floor(now / HOUR);
    if (this.published?.hour !== hour) this.published = { hour, site: this.sign(hour) };
    return this.published.site;
  }

  private sign(hour: number): Site {
    const { keys, roots } = this;
    const issued = hour * HOUR;
    const today = Math.floor(issued / DAY);
    const { version, days } = monthOf(issued);
    // What is of a month was signed before it began.
    const began = new Date(Date.UTC(Math.floor(version / 100), (version % 100) - 1, 1)).getTime() - DAY;
    const from = began - 366 * DAY;
    const trusted = (Object.keys(ROLES) as (keyof typeof ROLES)[]).map((role) => {
      const [signer, kind] = ROLES[role];
      const key = publicKey(keys[role]);
      return { key, signer: `demo ${signer}`, kinds: [kind], from, until: today * DAY + 366 * DAY };
    });
    const ofDay = { version: today, issued: today * DAY };
    const listHeader = { ...ofDay, expires: today * DAY + 30 * DAY };
    const list = signTrustList(listHeader, { keys: trusted, roots }, [keys.root]);
    const sources = this.sources.rules.map((file) =>
      movedFile(file, days).replace(/^version = \d+$/m, `version = ${version}`),
    );
    this.rules = sources.map(rulesOf);
    const rules = sources.map((toml) => signRules(toml, began, [keys["rules-1"], keys["rules-2"]]));
    const rows = rowsOf(movedFile(this.sources.risk, days));
    const risk = signRiskTable({ ...ofDay, expires: today * DAY + 2 * DAY }, rows, [keys["risk-1"], keys["risk-2"]]);
    return publish({
      header: { version: hour, issued, expires: issued + 72 * HOUR },
      trustLists: [{ version: today, bytes: list }],
      files: [...rules, risk],
      roots,
      key: keys.manifest,
    });
  }

  /** The certificate for whoever asks. */
  certify(request: Uint8Array, now = Date.now()): Uint8Array {
    const { place } = openRequest(request, now);
    this.site(now);
    if (!this.rules.some(({ region }) => region === place))
      throw new HealthcodeError({ code: "issuer-not-here", message: `this issuer has no rules for ${place}` });
    return signCertificate(request, { now, hours: 24, key: this.keys.certificate });
  }
}
