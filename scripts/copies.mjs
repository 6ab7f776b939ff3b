// A pass over a WebAssembly module whose copies of memory Binaryen has brought to the MVP: it copies byte by byte, which makes a
// QR symbol take half as long again. This does it by words of eight bytes, and what is left by bytes.

/** Puts another body into Binaryen's function for copies; throws if there is not the one. */
export function widenCopies(binaryen, module) {
  const { i32, i64 } = module;
  const bytewise = Array.from({ length: module.getNumFunctions() }, (_, at) =>
    binaryen.getFunctionInfo(module.getFunctionByIndex(at)),
  ).filter(
    ({ name, module: imported, params, results }) =>
      !imported && /^\d+$/.test(name) && binaryen.expandType(params).length === 3 && results === binaryen.none,
  );
  const copies = bytewise.filter(({ body }) =>
    /memory\.size[\s\S]*i32\.store8[\s\S]*i32\.load8_u/.test(binaryen.emitText(body)),
  );
  if (copies.length !== 1) throw new Error(`Binaryen's function for copies is not found: ${copies.length}`);
  const [to, from, length, end] = [0, 1, 2, 3];
  const get = (local) => module.local.get(local, binaryen.i32);
  const move = (local, by) => module.local.set(local, i32.add(get(local), i32.const(by)));
  const limit = i32.shl(module.memory.size(), i32.const(16));
  const beyond = (start) => i32.gt_u(i32.add(get(start), get(length)), get(end));
  /** Copies by `size` bytes as long as there are so many. */
  const loop = (name, size, copy, before, after) =>
    module.block(`${name}-end`, [
      module.loop(
        name,
        module.block(null, [
          module.br(`${name}-end`, i32.lt_u(get(length), i32.const(size))),
          ...before,
          copy,
          ...after,
          module.local.set(length, i32.sub(get(length), i32.const(size))),
          module.br(name),
        ]),
      ),
    ]);
  const word = i64.store(0, 1, get(to), i64.load(0, 1, get(from)));
  const byte = i32.store8(0, 1, get(to), i32.load8_u(0, 1, get(from)));
  const steps = (by) => [move(to, by), move(from, by)];
  const forward = [loop("words", 8, word, [], steps(8)), loop("bytes", 1, byte, [], steps(1))];
  const backward = [
    ...[to, from].map((start) => module.local.set(start, i32.add(get(start), get(length)))),
    loop("words-back", 8, module.copyExpression(word), steps(-8), []),
    loop("bytes-back", 1, module.copyExpression(byte), steps(-1), []),
  ];
  const body = module.block(null, [
    module.local.set(end, limit),
    module.if(i32.or(beyond(to), beyond(from)), module.unreachable()),
    // Where both overlap, what is not copied yet must not be written over.
    module.if(i32.lt_u(get(from), get(to)), module.block(null, backward), module.block(null, forward)),
  ]);
  const [{ name, params, results }] = copies;
  module.removeFunction(name);
  module.addFunction(name, params, results, [binaryen.i32], body);
}
