import { type ErrorTexts, told } from "./text.js";

/** Answers, places and dates: said beside the question. */
export const answers: ErrorTexts = {
  "answer-missing": told("请回答这一题。", "Please answer this question."),
  "answer-unknown-question": told("规则已更新，不再问这一题。", "The rules no longer ask this question."),
  "answer-not-asked": told("按其他回答，这一题不用填。", "Given your other answers, this question is not asked."),
  "answer-wrong-type": told("这个回答的格式不对。", "This is not the kind of answer that is asked for."),
  "answer-out-of-range": told(
    "请填{least}到{most}{unit}之间的数，请再看一下。",
    "Please enter a number from {least} to {most} {unit}, and check what you typed.",
  ),
  "answer-too-precise": told("最多填{decimals}位小数。", "Please give at most {decimals} decimal place(s)."),
  "answer-unknown-option": told("没有这个选项，请重新选择。", "There is no such option. Please choose again."),
  "answer-twice": told("同一个选项选了两次。", "An option is chosen twice."),
  "answer-not-alone": told(
    "选了“以上都没有”，就不能再选其他项。",
    "“None of these” cannot be chosen together with one of them.",
  ),
  "answer-date-in-future": told("日期不能晚于今天。", "The date cannot be after today."),
  "answer-date-too-early": told("日期不能早于{days}天前。", "The date cannot be more than {days} days ago."),
  "answer-place-too-wide": told("请再选细一些：{level}。", "Please be more precise: choose the {level}."),
  "answer-trip-order": told("离开日期不能早于到达日期。", "The last day cannot be before the first."),
  "answer-too-much": told("内容太多，请删减一些。", "This is more than can be handed in. Please shorten it."),
  "place-not-digits": told("地点代码只能是数字。", "A place code has digits only."),
  "place-length": told("地点代码的位数不对。", "A place code has 2, 4, 6, 9 or 12 digits."),
  "place-province": told("没有这个省份代码。", "No province has this code."),
  "time-malformed": told("日期或时间的格式不对。", "This date and time cannot be read."),
  "time-malformed-date": told("请填完整的日期。", "Please enter a full date."),
  "time-malformed-offset": told("时区的格式不对。", "This offset from UTC cannot be read."),
  "time-malformed-span": told("时长的格式不对。", "This length of time cannot be read."),
  "time-out-of-range": told(
    "手机的时钟不对。",
    "The phone’s clock is wrong.",
    "请把日期和时间调准。",
    "Please set date and time.",
  ),
};
