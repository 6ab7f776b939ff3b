// Gives a WebAssembly module bytes to carry: they stand at the end of the memory that it begins with.

const PAGE = 1 << 16;

/** Unsigned LEB128, and signed for what is below 2^31. */
const unsigned = (value) => (value < 0x80 ? [value] : [0x80 | (value & 0x7f), ...unsigned(value >>> 7)]);
const signed = (value) => (value < 0x40 ? [value] : [0x80 | (value & 0x7f), ...signed(value >>> 7)]);

/** The sections of a module: pairs of a number and bytes. */
function sections(module) {
  const found = [];
  for (let at = 8; at < module.length; ) {
    const id = module[at++];
    const [length, start] = number(module, at);
    at = start + length;
    found.push([id, module.subarray(start, at)]);
  }
  return found;
}

/** A number and where the next byte is. */
function number(bytes, at) {
  let value = 0;
  for (let shift = 0; ; shift += 7) {
    const byte = bytes[at++];
    value |= (byte & 0x7f) << shift;
    if (byte < 0x80) return [value >>> 0, at];
  }
}

/** The module with the bytes; nothing else of it changes. */
export function carry(module, bytes) {
  let start;
  const written = sections(module).map(([id, content]) => {
    if (id === 5) {
      const [count, flags] = content;
      const [pages, next] = number(content, 2);
      if (count !== 1 || flags !== 0 || next !== content.length) throw new Error("the memory has another form");
      const more = pages + Math.ceil(bytes.length / PAGE);
      start = more * PAGE - bytes.length;
      return [id, Buffer.from([count, flags, ...unsigned(more)])];
    }
    if (id === 11) {
      const [count, next] = number(content, 0);
      // A segment of memory 0, at `i32.const start`.
      const segment = Buffer.from([0, 0x41, ...signed(start), 0x0b, ...unsigned(bytes.length)]);
      return [id, Buffer.concat([Buffer.from(unsigned(count + 1)), content.subarray(next), segment, bytes])];
    }
    return [id, content];
  });
  if (start === undefined || !written.some(([id]) => id === 11)) throw new Error("the module has no memory or no data");
  return Buffer.concat([
    module.subarray(0, 8),
    ...written.flatMap(([id, content]) => [Buffer.from([id, ...unsigned(content.length)]), content]),
  ]);
}
