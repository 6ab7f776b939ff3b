// The journey with the shipped module.
import { Holder, init, Qr, Verifier } from "../../../pkg/web/index.mjs";

export const ready = () => init();

const loaded = (answer) => {
  if (answer.result !== "loaded") throw new Error(answer.problem.code);
};

/** A citizen's phone. */
export class Phone {
  constructor(root, random) {
    this.holder = new Holder([root]);
    this.holder.createKey(random);
  }

  load(file, now) {
    loaded(this.holder.load(file, now));
  }

  report({ at, answers }) {
    const { result } = this.holder.submit(answers, Date.parse(at));
    if (result !== "accepted") throw new Error("a report was not accepted");
  }

  visit(visit, now) {
    const { result } = this.holder.addVisit(visit, now);
    if (result !== "added") throw new Error("a visit was not added");
  }

  assess(now, here) {
    return this.holder.assess(now, here);
  }

  show(now, here) {
    return this.holder.show(now, here).code.text;
  }

  free() {
    this.holder.free();
  }
}

/** A checkpoint. */
export class Checkpoint {
  constructor(root, trustList, now) {
    this.verifier = new Verifier([root]);
    loaded(this.verifier.load(trustList, now));
  }

  verify(text, now) {
    return this.verifier.verify(text, now);
  }
}

export function svg(text) {
  const qr = new Qr(text);
  const drawing = qr.svg("Health code");
  qr.free();
  return drawing;
}

export function modules(text) {
  const qr = new Qr(text);
  const bits = qr.modules();
  qr.free();
  return bits;
}
