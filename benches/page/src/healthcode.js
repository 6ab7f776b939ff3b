// The journey with the shipped module.
import { init as initCheckpoint, Verifier } from "../../../pkg/web/checkpoint.mjs";
import { Holder, init, Qr } from "../../../pkg/web/index.mjs";

export const ready = () => Promise.all([init(), initCheckpoint()]);

const loaded = (answer) => {
  if (answer.result !== "loaded") throw new Error(answer.problem.code);
};

/** A citizen's phone. */
export class Phone {
  constructor(holder) {
    this.holder = holder;
  }

  /** A new phone with its enrolment key. */
  static enrol({ roots, random }) {
    const holder = new Holder(roots);
    holder.createKey(random);
    return new Phone(holder);
  }

  /** A phone as it was saved, with its files opened again. */
  static restore({ roots, now }, saved) {
    return new Phone(Holder.restore(roots, saved, now));
  }

  save() {
    return this.holder.save();
  }

  load(file, now) {
    loaded(this.holder.load(file, now));
  }

  /** The request for a day certificate, with a key of its own. */
  request({ identity, day, now }) {
    return this.holder.certificateRequest(identity, day, now);
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
  constructor({ roots, trustList, now }) {
    this.verifier = new Verifier(roots);
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
