/**
 * UTF-8 for hosts without `TextEncoder` and `TextDecoder`. The assemble script substitutes these two for the globals
 * wherever a mini-program may lack them. They do no more than wasm-bindgen's glue needs.
 */

/** UTF-8 of a text; a lone surrogate becomes U+FFFD, as in the Encoding standard. */
export function encodeUtf8(text: string): Uint8Array {
  const bytes = new Uint8Array(3 * text.length);
  let end = 0;
  for (let i = 0; i < text.length; i += 1) {
    let point = text.charCodeAt(i);
    if (point >= 0xd800 && point < 0xe000) {
      const next = text.charCodeAt(i + 1);
      if (point < 0xdc00 && next >= 0xdc00 && next < 0xe000) {
        point = 0x10000 + ((point - 0xd800) << 10) + (next - 0xdc00);
        i += 1;
      } else {
        point = 0xfffd;
      }
    }
    if (point < 0x80) {
      bytes[end++] = point;
    } else if (point < 0x800) {
      bytes[end++] = 0xc0 | (point >> 6);
      bytes[end++] = 0x80 | (point & 63);
    } else if (point < 0x10000) {
      bytes[end++] = 0xe0 | (point >> 12);
      bytes[end++] = 0x80 | ((point >> 6) & 63);
      bytes[end++] = 0x80 | (point & 63);
    } else {
      bytes[end++] = 0xf0 | (point >> 18);
      bytes[end++] = 0x80 | ((point >> 12) & 63);
      bytes[end++] = 0x80 | ((point >> 6) & 63);
      bytes[end++] = 0x80 | (point & 63);
    }
  }
  return bytes.slice(0, end);
}

/** The text of bytes; anything that is not UTF-8 becomes U+FFFD. */
export function decodeUtf8(bytes: Uint8Array): string {
  const parts: string[] = [];
  let units: number[] = [];
  for (let i = 0; i < bytes.length; ) {
    const first = bytes[i++]!;
    let more =
      first < 0x80
        ? 0
        : first >= 0xc2 && first < 0xe0
          ? 1
          : first >= 0xe0 && first < 0xf0
            ? 2
            : first >= 0xf0 && first < 0xf5
              ? 3
              : -1;
    let point = more === -1 ? 0xfffd : more === 0 ? first : first & (0x3f >> more);
    // The second byte's bounds exclude surrogates, overlong forms and anything beyond U+10FFFF.
    let least = first === 0xe0 ? 0xa0 : first === 0xf0 ? 0x90 : 0x80;
    let most = first === 0xed ? 0x9f : first === 0xf4 ? 0x8f : 0xbf;
    for (; more > 0; more -= 1) {
      const next = bytes[i] ?? 0;
      if (next < least || next > most) {
        point = 0xfffd;
        break;
      }
      point = (point << 6) | (next & 63);
      i += 1;
      least = 0x80;
      most = 0xbf;
    }
    if (point >= 0x10000) units.push(0xd7c0 + (point >> 10), 0xdc00 | (point & 0x3ff));
    else units.push(point);
    if (units.length >= 0x1000) {
      parts.push(String.fromCharCode(...units));
      units = [];
    }
  }
  return parts.join("") + String.fromCharCode(...units);
}

/** The part of the global of the same name that the glue uses. */
export class TextEncoder {
  encode(text: string): Uint8Array {
    return encodeUtf8(text);
  }
}

/** The part of the global of the same name that the glue uses. */
export class TextDecoder {
  decode(bytes?: Uint8Array): string {
    return bytes === undefined ? "" : decodeUtf8(bytes);
  }
}
