// A pass over a WebAssembly module that is to become JavaScript: the products of the field that signatures are computed in, by
// floating-point numbers. JavaScript has no 64-bit integers, and translated sums of 64-bit products take several times as long
// as sums that its own numbers hold exactly, above all while an engine only interprets.
//
// An element is ten limbs of 26 and 25 bits in turns (curve25519-dalek's FieldElement2625, 32-bit backend). A 64-bit sum is
// kept as `low + high * 2^13`; one factor of each product is halved there, so that both parts stay below 2^53, where
// floating-point numbers are exact. No JavaScript engine promises that arithmetic takes the same time for all numbers: those that
// it keeps as integers did not either.

const LIMBS = 10;
const HALF = 13;
const bitsOf = (limb) => (limb % 2 === 0 ? 26 : 25);
/** Both in odd places, two limbs meet half a limb further up than they count. */
const weight = (one, other) => (one % 2 === 1 && other % 2 === 1 ? 2 : 1);

/** Puts other bodies into the three functions; throws if there is not one of each. */
export function floatField(binaryen, module) {
  const { i32, f64 } = module;
  const functions = Array.from({ length: module.getNumFunctions() }, (_, at) =>
    binaryen.getFunctionInfo(module.getFunctionByIndex(at)),
  )
    .filter(({ module: imported, results }) => !imported && results === binaryen.none)
    .map(({ name, params, body }) => ({ name, params, text: binaryen.emitText(body) }));
  const one = (what, found) => {
    if (found.length !== 1) throw new Error(`the function that ${what} is not found: ${found.length}`);
    return found[0];
  };
  const withProducts = (params, products) =>
    functions.filter(
      ({ params: given, text }) =>
        binaryen.expandType(given).length === params && text.split("i64.mul").length - 1 === products,
    );
  const multiply = one("multiplies elements", withProducts(3, 100));
  const square = one("squares an element", withProducts(2, 55));
  const called = [...multiply.text.matchAll(/\(call (\S+)/g)].map(([, name]) => name.replace(/^\$/, ""));
  const reduce = one(
    "brings limbs back to their size",
    functions.filter(({ name }) => called.includes(name)),
  );

  /** Writes a function's body: statements in order, with locals behind the parameters. */
  const write = ({ name, params }, statements) => {
    const first = binaryen.expandType(params).length;
    const body = [];
    let locals = 0;
    const keep = (value) => {
      const local = first + locals++;
      body.push(module.local.set(local, value));
      return () => module.local.get(local, binaryen.f64);
    };
    statements({ keep, act: (statement) => body.push(statement) });
    module.removeFunction(name);
    module.addFunction(name, params, binaryen.none, Array(locals).fill(binaryen.f64), module.block(null, body));
  };
  const number = (value) => f64.const(value);
  const times = (value, by) => (by === 1 ? value : f64.mul(value, number(by)));
  const sum = (terms) => terms.reduce((all, term) => f64.add(all, term));
  const word = (pointer, offset) => i32.load(offset, 4, module.local.get(pointer, binaryen.i32));
  const store = (pointer, offset, value) =>
    i32.store(offset, 4, module.local.get(pointer, binaryen.i32), i32.trunc_u.f64(value));
  const floor = (value) => f64.floor(value);

  /** A limb, and both halves of it. */
  const whole = (pointer, limb) => f64.convert_u.i32(word(pointer, 4 * limb));
  const lowHalf = (pointer, limb) => f64.convert_u.i32(i32.and(word(pointer, 4 * limb), i32.const((1 << HALF) - 1)));
  const highHalf = (pointer, limb) => f64.convert_u.i32(i32.shr_u(word(pointer, 4 * limb), i32.const(HALF)));
  const all = (make) => Array.from({ length: LIMBS }, (_, limb) => make(limb));

  /** The sums of products for each limb; `pairs(limb)` are those that count there, and `pairs(limb + 10)` come around as 19 times. */
  const sums = (keep, product, pairs) => {
    const part = (limb) => {
      const direct = pairs(limb).map(product);
      const around = pairs(limb + LIMBS).map(product);
      return keep(around.length > 0 ? sum([...direct, times(sum(around), 19)]) : sum(direct));
    };
    return all(part);
  };

  /** Carries what a limb cannot hold to the next, and stores the limbs. */
  const carry = ({ keep, act }, to, low, high) => {
    const limbs = [];
    let carried;
    for (let limb = 0; limb < LIMBS; limb += 1) {
      const size = 2 ** bitsOf(limb);
      const upper = keep(floor(times(high[limb](), 2 ** HALF / size)));
      const rest = f64.mul(f64.sub(high[limb](), times(upper(), size / 2 ** HALF)), number(2 ** HALF));
      const value = keep(sum([rest, low[limb](), ...(carried ? [carried()] : [])]));
      const over = keep(floor(times(value(), 1 / size)));
      limbs.push(keep(f64.sub(value(), times(over(), size))));
      carried = keep(f64.add(upper(), over()));
    }
    const first = keep(f64.add(limbs[0](), times(carried(), 19)));
    const over = keep(floor(times(first(), 1 / 2 ** bitsOf(0))));
    limbs[0] = () => f64.sub(first(), times(over(), 2 ** bitsOf(0)));
    const [, second] = limbs;
    limbs[1] = () => f64.add(second(), over());
    for (let limb = 0; limb < LIMBS; limb += 1) act(store(to, 4 * limb, limbs[limb]()));
  };

  const range = (from, to) => Array.from({ length: Math.max(0, to - from + 1) }, (_, at) => from + at);

  write(multiply, (into) => {
    const { keep } = into;
    const [out, left, right] = [0, 1, 2];
    const limbs = all((limb) => keep(whole(left, limb)));
    const doubled = all((limb) => (limb % 2 === 1 ? keep(times(limbs[limb](), 2)) : undefined));
    const pairs = (limb) => range(Math.max(0, limb - 9), Math.min(9, limb)).map((at) => [at, limb - at]);
    const parts = [lowHalf, highHalf].map((half) => {
      const halves = all((limb) => keep(half(right, limb)));
      return sums(
        keep,
        ([at, other]) => f64.mul((weight(at, other) === 2 ? doubled : limbs)[at](), halves[other]()),
        pairs,
      );
    });
    carry(into, out, ...parts);
  });

  // What doubles a square before it is reduced reads 64-bit sums.
  write(square, (into) => {
    const { keep, act } = into;
    const [out, given] = [0, 1];
    const limbs = all((limb) => keep(whole(given, limb)));
    const doubled = all((limb) => keep(times(limbs[limb](), 2)));
    const fourfold = all((limb) => (limb % 2 === 1 ? keep(times(limbs[limb](), 4)) : undefined));
    const pairs = (limb) => range(Math.max(0, limb - 9), Math.floor(limb / 2)).map((at) => [at, limb - at]);
    const [low, high] = [lowHalf, highHalf].map((half) => {
      const halves = all((limb) => keep(half(given, limb)));
      const by = { 1: limbs, 2: doubled, 4: fourfold };
      return sums(
        keep,
        ([at, other]) => f64.mul(by[weight(at, other) * (at === other ? 1 : 2)][at](), halves[other]()),
        pairs,
      );
    });
    for (let limb = 0; limb < LIMBS; limb += 1) {
      const size = 2 ** 32;
      const upper = keep(floor(times(high[limb](), 2 ** HALF / size)));
      const rest = f64.mul(f64.sub(high[limb](), times(upper(), size / 2 ** HALF)), number(2 ** HALF));
      const value = keep(f64.add(rest, low[limb]()));
      const over = keep(floor(times(value(), 1 / size)));
      act(store(out, 8 * limb, f64.sub(value(), times(over(), size))));
      act(store(out, 8 * limb + 4, f64.add(upper(), over())));
    }
  });

  write(reduce, (into) => {
    const { keep } = into;
    const [out, given] = [0, 1];
    const low = all((limb) => keep(f64.convert_u.i32(word(given, 8 * limb))));
    const high = all((limb) => keep(times(f64.convert_u.i32(word(given, 8 * limb + 4)), 2 ** (32 - HALF))));
    carry(into, out, low, high);
  });
  return { multiply: multiply.name, square: square.name, reduce: reduce.name };
}
