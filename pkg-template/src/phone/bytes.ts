/** Bytes as text and back, without `btoa`, `atob` or a text codec, which some hosts lack. */

const DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/** The value of each digit by its character code. */
const VALUES = Array.from({ length: 128 }, (_, code) => Math.max(0, DIGITS.indexOf(String.fromCharCode(code))));

/** What each byte does to a checksum. */
const CRC = Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit += 1) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  return crc;
});

/** Base64 (RFC 4648). */
export function toBase64(bytes: Uint8Array): string {
  const parts: string[] = [];
  for (let i = 0; i < bytes.length; i += 3) {
    const three = (bytes[i]! << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0);
    const left = bytes.length - i;
    parts.push(
      DIGITS.charAt(three >> 18) +
        DIGITS.charAt((three >> 12) & 63) +
        (left > 1 ? DIGITS.charAt((three >> 6) & 63) : "=") +
        (left > 2 ? DIGITS.charAt(three & 63) : "="),
    );
  }
  return parts.join("");
}

/** The bytes of a base64 text; `undefined` if it is invalid. */
export function fromBase64(text: string): Uint8Array | undefined {
  if (text.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(text)) return undefined;
  const padding = text.charAt(text.length - 2) === "=" ? 2 : text.charAt(text.length - 1) === "=" ? 1 : 0;
  const bytes = new Uint8Array((text.length / 4) * 3 - padding);
  for (let i = 0, at = 0; i < text.length; i += 4) {
    let four = 0;
    for (let j = 0; j < 4; j += 1) four = (four << 6) | VALUES[text.charCodeAt(i + j)]!;
    bytes[at++] = four >> 16;
    if (at < bytes.length) bytes[at++] = four >> 8;
    if (at < bytes.length) bytes[at++] = four;
  }
  return bytes;
}

/** CRC-32 (ISO 3309): detects the effects of a power cut or a worn memory cell. */
export function crc32(bytes: Uint8Array): number {
  let crc = -1;
  for (let i = 0; i < bytes.length; i += 1) crc = (crc >>> 8) ^ CRC[(crc ^ bytes[i]!) & 255]!;
  return ~crc >>> 0;
}

/** Hexadecimal digits, in lower case. */
export function toHex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => (byte + 256).toString(16).slice(1)).join("");
}

/** The bytes of hexadecimal digits. */
export function fromHex(digits: string): Uint8Array {
  return Uint8Array.from({ length: digits.length / 2 }, (_, at) =>
    Number.parseInt(digits.slice(2 * at, 2 * at + 2), 16),
  );
}
