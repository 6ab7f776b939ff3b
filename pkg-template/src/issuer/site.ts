// The files that phones ask for, under the paths of docs/server.md.
import { createHash } from "node:crypto";
import { isRecord, need, wrong } from "../argument.js";
import * as core from "../engine/issuer/healthcode.js";
import { type FileHeader, headerOf, type SecretKey } from "./signing.js";

/** A file of a site. */
export interface SiteFile {
  /** Its bytes. */
  readonly bytes: Uint8Array;
  /** Its SHA-256, as `ETag` has it. */
  readonly tag: string;
  /** Whether it never changes under its path. */
  readonly forGood: boolean;
}

/** Everything that is published, under paths such as `/manifest` and `/files/…`. */
export type Site = ReadonlyMap<string, SiteFile>;

/** What is published. */
export interface Published {
  /** The manifest's: a greater version each time, issued now, in force for 72 hours at most. */
  readonly header: FileHeader;
  /** The trust lists, the newest last: phones that know an earlier one walk along them. */
  readonly trustLists: readonly { readonly version: number; readonly bytes: Uint8Array }[];
  /** Rule packs, risk tables and exposure lists. */
  readonly files: readonly Uint8Array[];
  /** The roots that apps pin. */
  readonly roots: { readonly keys: readonly string[]; readonly signers: number };
  /** The key that signs manifests. */
  readonly key: SecretKey;
}

const isBytes = (given: unknown) => given instanceof Uint8Array;

/**
 * The site of these files, with a manifest of them. Each is opened as a phone that pins the roots does, and the code for which one
 * would be refused is thrown. Publish anew every hour.
 */
export function publish(published: Published): Site {
  need(isRecord(published), "published", "an object");
  const { header, trustLists, files, roots, key } = published;
  const isList = (given: unknown) => isRecord(given) && Number.isSafeInteger(given.version) && isBytes(given.bytes);
  need(Array.isArray(trustLists) && trustLists.every(isList), "trustLists", "a list of `{ version, bytes }`");
  need(Array.isArray(files) && files.every(isBytes), "files", "a list of bytes");
  need(isRecord(roots) && Array.isArray(roots.keys), "roots", "`{ keys, signers }`");
  const newest = trustLists[trustLists.length - 1];
  if (newest === undefined) throw wrong("trustLists", "a list with the newest trust list last");
  const pinned = { keys: [...roots.keys], signers: roots.signers };
  const manifest = core.signManifest(headerOf(header), [newest.bytes, ...files], pinned, key);
  const site = new Map<string, SiteFile>();
  const put = (path: string, bytes: Uint8Array, forGood: boolean) => {
    const digest = createHash("sha256").update(bytes).digest("hex");
    site.set(path.replace("*", digest), { bytes, tag: `"${digest}"`, forGood });
  };
  for (const { version, bytes } of trustLists) put(`/trust/${version}`, bytes, true);
  put("/trust-list", newest.bytes, false);
  for (const file of files) put("/files/*", file, true);
  put("/manifest", manifest, false);
  return site;
}
