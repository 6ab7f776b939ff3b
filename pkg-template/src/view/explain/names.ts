import type { Colour, Dimension, Level, Status } from "../../engine/core/healthcode.js";
import { words } from "../language.js";

/** A colour within a sentence. */
export const colourWord = words<Record<Colour, string>>(
  { green: "绿码", yellow: "黄码", red: "红码", grey: "灰色（无法判定）" },
  { green: "green", yellow: "yellow", red: "red", grey: "grey (undecided)" },
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
