import type { Colour, Kind, Mode } from "../engine/core/healthcode.js";
import { words } from "./language.js";

/** What a sign stands for: a colour, or that a code was refused. */
export type Sign = Colour | "refused";

/** What colours are called. */
export const colourName = words<Record<Colour, string>>(
  { green: "绿码", yellow: "黄码", red: "红码", grey: "无法判定" },
  { green: "Green", yellow: "Yellow", red: "Red", grey: "Undecided" },
);

export const modeName = words<Record<Mode, string>>(
  {
    stay: "停留",
    "drive-through": "驾车路过，未停留",
    rail: "乘火车路过",
    air: "乘飞机中转",
    "overnight-on-road": "途中在车上过夜",
  },
  {
    stay: "Stayed there",
    "drive-through": "Drove through without stopping",
    rail: "Passed through by train",
    air: "Changed planes at the airport",
    "overnight-on-road": "Slept in a vehicle on the road",
  },
);

export const kindName = words<Record<Kind, string>>(
  {
    "trust-list": "信任名单",
    "rule-pack": "规则",
    "risk-table": "风险数据",
    record: "个人登记",
    "day-certificate": "一天有效的证书",
    "certificate-request": "证书申请",
    code: "健康码",
  },
  {
    "trust-list": "Trust list",
    "rule-pack": "Rules",
    "risk-table": "Risk data",
    record: "Your record",
    "day-certificate": "Day certificate",
    "certificate-request": "Certificate request",
    code: "Health code",
  },
);
