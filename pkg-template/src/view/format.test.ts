import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { filesInWords } from "./explain/data.js";
import * as format from "./format.js";
import { setLanguage } from "./language.js";
import * as spans from "./spans.js";

const MORNING = "2020-02-20T00:05:09Z";

afterEach(() => {
  setLanguage("zh-Hans");
  format.setNow(undefined);
});

/** The result of a call in Chinese and in English. */
function both(call: () => string): [string, string] {
  setLanguage("zh-Hans");
  const chinese = call();
  setLanguage("en");
  return [chinese, call()];
}

test("days and times are China's, wherever the phone is", () => {
  assert.deepEqual(
    both(() => format.dayAndTime(MORNING)),
    ["2月20日 08:05", "20 Feb, 08:05"],
  );
  assert.deepEqual(
    both(() => format.seconds(MORNING)),
    ["08:05:09", "08:05:09"],
  );
  assert.equal(format.isoDay(Date.parse("2020-02-19T16:00:00Z")), "2020-02-20");
  assert.equal(format.isoMinute(Date.parse(MORNING)), "2020-02-20T08:05");
  assert.equal(Date.parse(format.momentOf("2020-02-20T08:05")), Date.parse("2020-02-20T00:05:00Z"));
});

test("whole days are told as days, and other spans with their times", () => {
  const days = ["2020-01-30T00:00:00+08:00", "2020-02-09T00:00:00+08:00"] as const;
  assert.deepEqual(
    both(() => spans.span(...days)),
    ["1月30日至2月8日", "30 Jan – 8 Feb"],
  );
  assert.deepEqual(
    both(() => spans.span(MORNING, "2020-02-20T01:00:00Z")),
    ["2月20日 08:05至09:00", "20 Feb, 08:05 – 09:00"],
  );
  assert.deepEqual(
    both(() => spans.span(days[0], "2020-01-31T00:00:00+08:00")),
    ["1月30日", "30 Jan"],
  );
});

test("lengths of time have their two largest units", () => {
  assert.deepEqual(
    both(() => spans.duration(1)),
    ["1分钟", "1 minute"],
  );
  assert.deepEqual(
    both(() => spans.duration(0)),
    ["不到1分钟", "less than a minute"],
  );
  assert.deepEqual(
    both(() => spans.duration(240)),
    ["4小时", "4 hours"],
  );
  assert.deepEqual(
    both(() => spans.duration(1440 * 9 + 61)),
    ["9天1小时", "9 days 1 hour"],
  );
});

test("ages are told in words", () => {
  const now = Date.parse(MORNING);
  assert.deepEqual(
    both(() => spans.ago(now - 3 * 3_600_000, now)),
    ["3小时前", "3 hours ago"],
  );
  assert.deepEqual(
    both(() => spans.ago(now - 86_400_000 * 3, now)),
    ["3天前", "3 days ago"],
  );
  assert.deepEqual(
    both(() => spans.ago(now + 60_000, now)),
    ["1分钟后", "in 1 minute"],
  );
  assert.deepEqual(
    both(() => spans.ago(now, now)),
    ["刚刚", "just now"],
  );
});

test("a pack may have another zone", () => {
  format.setUtcOffset(-210);
  assert.equal(format.isoMinute(Date.parse(MORNING)), "2020-02-19T20:35");
  assert.equal(format.momentOf("2020-02-19T20:35"), "2020-02-19T20:35:00-03:30");
  format.setUtcOffset(480);
});

test("a clock with summer time shows each moment at the offset that it has then", () => {
  // London, asked in June: what was in March and what comes in November is shown in winter time.
  format.setUtcOffset(60, [
    { utcOffset: 0 },
    { from: "2026-03-29T01:00:00Z", utcOffset: 60 },
    { from: "2026-10-25T01:00:00Z", utcOffset: 0 },
  ]);
  for (const [moment, minute] of [
    ["2026-03-29T00:59:00Z", "2026-03-29T00:59"],
    ["2026-03-29T01:00:00Z", "2026-03-29T02:00"],
    ["2026-06-10T23:30:00Z", "2026-06-11T00:30"],
    ["2026-10-25T01:30:00Z", "2026-10-25T01:30"],
    ["2026-11-10T23:30:00Z", "2026-11-10T23:30"],
  ] as const) {
    assert.equal(format.isoMinute(moment), minute, moment);
    assert.equal(Date.parse(format.momentOf(minute)), Date.parse(moment), minute);
  }
  assert.equal(format.momentOf("2026-06-11T00:30"), "2026-06-11T00:30:00+01:00");
  assert.equal(format.momentOf("2026-11-10T23:30"), "2026-11-10T23:30:00+00:00");
  assert.ok(format.isMidnight("2026-06-10T23:00:00Z") && format.isMidnight("2026-11-10T00:00:00Z"));
  assert.ok(!format.isMidnight("2026-11-10T23:00:00Z"));
  assert.equal(format.dayNumber("2026-11-10T23:30:00Z"), format.dayNumber("2026-11-10T00:30:00Z"));
  assert.equal(format.zoneName(), "UTC+01:00");
  format.setUtcOffset(480);
});

test("the year is told where it is not this one, and no length of time before it is over", () => {
  format.setNow(MORNING);
  assert.equal(format.dayAndTime("2020-12-31T00:00:00+08:00"), "12月31日 00:00");
  assert.deepEqual(
    both(() => format.dayAndTime("2021-01-31T00:00:00+08:00")),
    ["2021年1月31日 00:00", "31 Jan 2021, 00:00"],
  );
  setLanguage("zh-Hans");
  assert.equal(format.lastDay("2021-01-31T00:00:00+08:00"), "2021年1月30日星期六");
  const now = Date.parse(MORNING);
  const hours = (count: number) => spans.ago(now - count * 3_600_000, now);
  assert.deepEqual([hours(8.6), hours(1.5), hours(71)], ["8小时前", "1小时前", "2天前"]);
});

test("of the rules that a phone keeps, the files of those that are shown are listed, by their name", () => {
  const pack = (id: string) => ({ kind: "rule-pack" as const, id, place: "44", expires: "2021-01-31T00:00:00+08:00" });
  const used = { id: "school", title: { "zh-Hans": "入校", en: "School" } };
  const told = filesInWords([pack("hospital"), pack("school")], Date.parse(MORNING), used as never);
  assert.deepEqual(
    told.map(({ name, about }) => [name, about]),
    [["规则（入校）", ["有效期到2021年1月30日星期六"]]],
  );
});
