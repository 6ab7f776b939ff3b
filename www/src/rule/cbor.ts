/** What CBOR holds, as far as signed files have it: keys of maps are whole numbers or texts. */
export type Item = boolean | number | string | Uint8Array | Item[] | Map<number | string, Item>;

/** The item at the start of bytes that the engine has read before; throws `RangeError` for anything else. */
export function decode(bytes: Uint8Array): Item {
  return new Reader(bytes).item(0);
}

/** Nested deeper than any file that the engine takes. */
const DEEPEST = 160;

class Reader {
  private readonly bytes: Uint8Array;
  private at = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  item(depth: number): Item {
    if (depth > DEEPEST) throw new RangeError("nested too deep");
    const first = this.byte();
    const kind = first >> 5;
    if (kind === 7) return this.simple(first & 31);
    const count = this.count(first & 31);
    switch (kind) {
      case 0:
        return count;
      case 1:
        return -1 - count;
      case 2:
        return this.take(count);
      case 3:
        return new TextDecoder("utf-8", { fatal: true }).decode(this.take(count));
      case 4:
        return this.list(count, depth);
      case 5:
        return this.map(count, depth);
      default:
        return this.item(depth + 1);
    }
  }

  private list(count: number, depth: number): Item[] {
    const items: Item[] = [];
    for (let n = 0; n < count; n += 1) items.push(this.item(depth + 1));
    return items;
  }

  private map(count: number, depth: number): Map<number | string, Item> {
    const map = new Map<number | string, Item>();
    for (let n = 0; n < count; n += 1) {
      const key = this.item(depth + 1);
      if (typeof key !== "number" && typeof key !== "string") throw new RangeError("a key of another type");
      map.set(key, this.item(depth + 1));
    }
    return map;
  }

  private simple(value: number): boolean {
    if (value !== 20 && value !== 21) throw new RangeError("a value of another type");
    return value === 21;
  }

  private count(short: number): number {
    if (short < 24) return short;
    if (short > 27) throw new RangeError("of unknown length");
    let count = 0;
    for (let left = 2 ** (short - 24); left > 0; left -= 1) count = count * 256 + this.byte();
    return count;
  }

  private byte(): number {
    return this.take(1)[0] ?? 0;
  }

  private take(count: number): Uint8Array {
    const end = this.at + count;
    if (end > this.bytes.length) throw new RangeError("cut off");
    const taken = this.bytes.subarray(this.at, end);
    this.at = end;
    return taken;
  }
}
