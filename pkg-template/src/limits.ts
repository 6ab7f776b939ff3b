/** How many bytes are taken from a server. The core's own limits are in src/limits.rs. */

/** A signed file: as many as the core takes. */
export const FILE_BYTES = 8 << 20;

/** A manifest: one that names as many files as the core takes has less than 200 kB. */
export const MANIFEST_BYTES = 256 << 10;

/** Trust lists that are fetched one after another on the way to the newest: more than roots change in ten years. */
export const TRUST_LIST_STEPS = 64;

/** A day certificate, with what shows that restrictions were logged: a few of the longest entries about a day. */
export const CERTIFICATE_BYTES = 256 << 10;

/** A proof that the public log has a file: as many as the core takes. */
export const PROOF_BYTES = 8 << 10;

/** A mailbox: as many entries as the core takes have 64 kB. */
export const MAILBOX_BYTES = 68 << 10;

/** A list of withdrawn certificates: as many as the core takes. */
export const STATUS_BYTES = 512 << 10;

/** Lists of withdrawn certificates that are fetched at once: mini-programs have at most ten requests. */
export const STATUSES_AT_ONCE = 6;

/** A reason for refusing: a code and a sentence. */
export const REFUSAL_BYTES = 2 << 10;
