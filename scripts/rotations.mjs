// A pass over a WebAssembly module that is to become JavaScript: rotations of 64-bit numbers by a constant, which SHA-512 is made
// of, as the two shifts that they are. The translation has a function for them, which takes several times as many steps as it
// knows no constants.

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

/** Changes the module, and says how many rotations it found. */
export function splitRotations(binaryen, module) {
  const { i64 } = module;
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

  /** By how much a node rotates its left part to the left, if it does so by a constant. */
  const rotation = (node) => {
    if (is(node) !== binaryen.BinaryId) return undefined;
    const [kind, by] = [binaryen.Binary.getOp(node), binaryen.Binary.getRight(node)];
    if ((kind !== binaryen.RotLInt64 && kind !== binaryen.RotRInt64) || is(by) !== binaryen.ConstId) return undefined;
    const left = BigInt(binaryen.Const.getValueI64(by));
    return BigInt.asUintN(6, kind === binaryen.RotLInt64 ? left : -left);
  };

  const functions = Array.from({ length: module.getNumFunctions() }, (_, at) =>
    binaryen.getFunctionInfo(module.getFunctionByIndex(at)),
  );
  let all = 0;
  for (const { name, module: imported, params, results, vars, body } of functions) {
    if (imported) continue;
    const kept = binaryen.expandType(params).length + vars.length;
    let found = 0;
    const changed = walk(body, (node) => {
      const by = rotation(node);
      if (by === undefined) return node;
      found += 1;
      const again = () => module.local.get(kept, binaryen.i64);
      const up = i64.shl(module.local.tee(kept, binaryen.Binary.getLeft(node), binaryen.i64), i64.const(by));
      return i64.or(up, i64.shr_u(again(), i64.const((64n - by) % 64n)));
    });
    all += found;
    if (found === 0) continue;
    module.removeFunction(name);
    module.addFunction(name, params, results, [...vars, binaryen.i64], changed);
  }
  return all;
}
