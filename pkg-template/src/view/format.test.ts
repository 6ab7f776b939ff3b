import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import * as format from "./format.js";
import { setLanguage } from "./language.js";
import * as spans from "./spans.js";

const MORNING = "2020-02-20T00:05:09Z";

afterEach(() => {
  setLanguage("zh-Hans");
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
