import assert from "node:assert/strict";
import { test } from "node:test";
import type { Visit } from "../engine/core/healthcode.js";
import { keep } from "./inside.js";
import type { Phone } from "./phone.js";

const NOW = Date.parse("2020-02-10T12:00:00+08:00");
const VISIT: Visit = { place: "420106", arrive: "2020-02-10T08:00:00+08:00", mode: "stay" };

/** The diary after it was said where in the county a visit was, which a cause names without its end. */
async function kept(diary: Visit[], said: "420106001" | "none"): Promise<Visit[]> {
  const phone = {
    now: () => NOW,
    holder: { diary: () => diary },
    addVisit: async (visit: Visit) => {
      diary.push(visit);
      return { result: "added" };
    },
    change: async ({ remove, add }: { remove: Visit; add: Visit }) => {
      diary.splice(diary.indexOf(remove), 1, add);
      return { result: "accepted" };
    },
  } as unknown as Phone;
  assert.equal(await keep(phone, VISIT, { said, asked: ["420106001"] }), undefined);
  return diary;
}

test("what was said of a visit takes its place, with an end that has not come yet", async () => {
  const leave = "2020-02-10T23:59:00+08:00";
  assert.deepEqual(await kept([{ ...VISIT, leave }], "420106001"), [{ ...VISIT, leave, place: "420106001" }]);
  assert.deepEqual(await kept([{ ...VISIT, leave }], "none"), [{ ...VISIT, leave, notIn: ["420106001"] }]);
  assert.deepEqual(await kept([VISIT], "420106001"), [{ ...VISIT, place: "420106001" }]);
});

test("a visit that was over by then is another one", async () => {
  const over = { ...VISIT, leave: "2020-02-10T09:00:00+08:00" };
  assert.deepEqual(await kept([over], "420106001"), [over, { ...VISIT, place: "420106001" }]);
});
