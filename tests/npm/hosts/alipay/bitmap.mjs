// A canvas that only fills rectangles, and its picture as PNG.
import { deflateSync } from "node:zlib";

export class Bitmap {
  constructor() {
    this.size(300, 150);
  }

  size(width, height) {
    this.w = width;
    this.h = height;
    this.grey = new Uint8Array(width * height).fill(255);
  }

  get width() {
    return this.w;
  }

  set width(width) {
    this.size(width, this.h);
  }

  get height() {
    return this.h;
  }

  set height(height) {
    this.size(this.w, height);
  }

  getContext(kind) {
    if (kind !== "2d") return null;
    const bitmap = this;
    return {
      fillStyle: "#000",
      fillRect(x, y, width, height) {
        if (![x, y, width, height].every(Number.isInteger)) throw new Error("a rectangle between pixels is blurred");
        const dark = /^(#0{3,6}|black)$/.test(this.fillStyle) ? 0 : 255;
        for (let row = y; row < Math.min(y + height, bitmap.h); row += 1)
          bitmap.grey.fill(dark, row * bitmap.w + x, row * bitmap.w + Math.min(x + width, bitmap.w));
      },
    };
  }

  /** The picture with a white rim, as it lies on the page. */
  png(rim = 40) {
    const [width, height] = [this.w + 2 * rim, this.h + 2 * rim];
    const rows = Buffer.alloc((width + 1) * height, 255);
    for (let row = 0; row < height; row += 1) {
      rows[row * (width + 1)] = 0;
      if (row >= rim && row < rim + this.h)
        rows.set(this.grey.subarray((row - rim) * this.w, (row - rim + 1) * this.w), row * (width + 1) + 1 + rim);
    }
    const header = Buffer.alloc(13);
    header.writeUInt32BE(width, 0);
    header.writeUInt32BE(height, 4);
    header.set([8, 0, 0, 0, 0], 8);
    return Buffer.concat([
      Buffer.from("89504e470d0a1a0a", "hex"),
      chunk("IHDR", header),
      chunk("IDAT", deflateSync(rows)),
      chunk("IEND", Buffer.alloc(0)),
    ]);
  }
}

function chunk(type, data) {
  const body = Buffer.concat([Buffer.from(type, "ascii"), data]);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  sum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, sum]);
}

function crc32(bytes) {
  let crc = ~0;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
}
