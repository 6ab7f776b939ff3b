/** What is taken of codes and messages that come from outside: from servers, from hosts, from whatever was thrown. */

/** The form of every stable code: a few words. */
const CODE = /^[a-z0-9-]{1,64}$/;
/** As much of a message as a log or a screen can show, in characters. */
const MOST = 300;

/**
 * What is not seen, or turns the direction of what follows: from and to which character. Control characters, halves of
 * characters, and what `is_format` in src/unseen.rs lists: engines of mini-programs do not know
 * `\p{Default_Ignorable_Code_Point}`, and the engine's own function is not there before the engine is.
 */
const UNSEEN: readonly (readonly [number, number])[] = [
  [0x00, 0x1f],
  [0x7f, 0x9f],
  [0xad, 0xad],
  [0x34f, 0x34f],
  [0x61c, 0x61c],
  [0x115f, 0x1160],
  [0x17b4, 0x17b5],
  [0x180b, 0x180f],
  [0x200b, 0x200f],
  [0x2028, 0x202e],
  [0x2060, 0x206f],
  [0x2800, 0x2800],
  [0x3164, 0x3164],
  [0xd800, 0xdfff],
  [0xfe00, 0xfe0f],
  [0xfeff, 0xfeff],
  [0xffa0, 0xffa0],
  [0xfff0, 0xfffb],
  [0x1bca0, 0x1bca3],
  [0x1d159, 0x1d159],
  [0x1d173, 0x1d17a],
  [0xe0000, 0xe0fff],
];

/** Whether it has the form of a code. */
export function isCode(code: unknown): code is string {
  return typeof code === "string" && CODE.test(code);
}

/** The message, cut to a length that can be shown, with a sign in place of each character that is not seen. */
export function cleaned(message: string, most = MOST): string {
  const cut = message.slice(0, most);
  let clean = "";
  for (let at = 0; at < cut.length; ) {
    const code = cut.codePointAt(at) ?? 0;
    const length = code > 0xffff ? 2 : 1;
    const unseen = UNSEEN.some(([from, to]) => code >= from && code <= to);
    clean += unseen ? "\ufffd" : cut.slice(at, at + length);
    at += length;
  }
  return cut === message ? clean : `${clean}…`;
}
