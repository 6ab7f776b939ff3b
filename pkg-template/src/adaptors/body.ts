// What is taken of a server's answer: its headers by name, its body up to a length.
import { FILE_BYTES, REFUSAL_BYTES } from "../limits.js";
import type { NetworkAnswer } from "./interfaces.js";

/** A body as far as it was taken. */
export type Body = Pick<NetworkAnswer, "body" | "cut">;

/** A body that is not taken. */
export const CUT: Body = { body: new Uint8Array(0), cut: true };

/** How many bytes are taken of an answer with this status. */
export function mostOf(status: number, most = FILE_BYTES): number {
  return status >= 200 && status <= 299 ? most : Math.min(most, REFUSAL_BYTES);
}

/** The body, unless its length is known to be more. */
export function measured(length: number, most: number, body: () => Uint8Array): Body {
  return length > most ? CUT : { body: body() };
}

/** The headers of an answer by their lower-case names; hosts write the names in their own way. */
export function headersOf(found: unknown): (name: string) => string | undefined {
  const fields = (typeof found === "object" && found !== null ? found : {}) as { [name: string]: unknown };
  return (wanted) => {
    const name = Object.keys(fields).filter((name) => name.toLowerCase() === wanted)[0];
    const value = name === undefined ? undefined : fields[name];
    const first: unknown = Array.isArray(value) ? value[0] : value;
    return typeof first === "string" || typeof first === "number" ? String(first) : undefined;
  };
}

/** The length that an answer's headers announce; 0 if they do not. */
export function announced(header: unknown): number {
  const length = Number(headersOf(header)("content-length") ?? 0);
  return Number.isNaN(length) ? 0 : length;
}
