import type { Colour, Dimension, Kind, Level, Mode, Status } from "../engine/core/healthcode.js";
import { words } from "./language.js";

/** What a sign stands for: a colour, or that a code was refused. */
export type Sign = Colour | "refused";

/** What colours are called. */
export const colourName = words<Record<Colour, string>>(
  { green: "绿码", yellow: "黄码", red: "红码", grey: "无法判定" },
  { green: "Green", yellow: "Yellow", red: "Red", grey: "Undecided" },
);

/** A colour within a sentence. */
export const colourWord = words<Record<Colour, string>>(
  { green: "绿码", yellow: "黄码", red: "红码", grey: "灰色（无法判定）" },
  { green: "green", yellow: "yellow", red: "red", grey: "grey (undecided)" },
);

export const modeName = words<Record<Mode, string>>(
  { stay: "停留", "drive-through": "驾车路过，未停留", rail: "乘火车路过", air: "乘飞机中转", "overnight-on-road": "途中在车上过夜" },
  {
    stay: "Stayed there",
    "drive-through": "Drove through without stopping",
    rail: "Passed through by train",
    air: "Changed planes at the airport",
    "overnight-on-road": "Slept in a vehicle on the road",
  },
);

export const levelName = words<Record<Level, string>>(
  { none: "无风险数据", low: "低风险", medium: "中风险", high: "高风险" },
  { none: "no risk known", low: "low risk", medium: "medium risk", high: "high risk" },
);

export const statusName = words<Record<Status, string>>(
  {
    confirmed: "确诊病例",
    suspected: "疑似病例",
    asymptomatic: "无症状感染者",
    "close-contact": "密切接触者",
    "contact-of-contact": "密切接触者的接触者",
    recovered: "已治愈",
  },
  {
    confirmed: "confirmed case",
    suspected: "suspected case",
    asymptomatic: "infected without symptoms",
    "close-contact": "close contact",
    "contact-of-contact": "contact of a close contact",
    recovered: "recovered",
  },
);

export const dimensionName = words<Record<Dimension, string>>(
  { space: "地点", time: "时间", personal: "个人" },
  { space: "Places", time: "Time", personal: "Personal" },
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
