/** What is taken of codes and messages that come from outside: from servers, from hosts, from whatever was thrown. */

/** The form of every stable code: a few words. */
const CODE = /^[a-z0-9-]{1,64}$/;
/** As much of a message as a log or a screen can show, in characters. */
const MOST = 300;

/** What is not seen, or turns the direction of what follows: from and to which character code. */
const HIDDEN: readonly (readonly [number, number])[] = [
  [0x00, 0x1f],
  [0x7f, 0x9f],
  [0xad, 0xad],
  [0x61c, 0x61c],
  [0x180e, 0x180e],
  [0x200b, 0x200f],
  [0x2028, 0x202e],
  [0x2060, 0x206f],
  [0xfe00, 0xfe0f],
  [0xfeff, 0xfeff],
  [0xfff9, 0xfffb],
];
/** The first half of each character from U+E0000 to U+E0FFF: tags and selectors, which are not seen either. */
const TAGS = [0xdb40, 0xdb43] as const;

/** Whether it has the form of a code. */
export function isCode(code: unknown): code is string {
  return typeof code === "string" && CODE.test(code);
}

/** The message, cut to a length that can be shown, with a sign in place of each character that is not seen. */
export function cleaned(message: string, most = MOST): string {
  const cut = message.slice(0, most);
  let clean = "";
  for (let at = 0; at < cut.length; at += 1) clean += seen(cut, at) ? cut.charAt(at) : "\ufffd";
  return cut === message ? clean : `${clean}…`;
}

function seen(message: string, at: number): boolean {
  const code = message.charCodeAt(at);
  if (HIDDEN.some(([from, to]) => code >= from && code <= to)) return false;
  // Half a character is none.
  if (isHigh(code)) return !isTag(code) && isLow(message.charCodeAt(at + 1));
  const before = message.charCodeAt(at - 1);
  return !isLow(code) || (isHigh(before) && !isTag(before));
}

const isHigh = (code: number): boolean => code >= 0xd800 && code <= 0xdbff;
const isTag = (code: number): boolean => code >= TAGS[0] && code <= TAGS[1];
const isLow = (code: number): boolean => code >= 0xdc00 && code <= 0xdfff;
