// What the questionnaire's component says.
import { wordsOf } from "./language.js";

/** The questionnaire's texts besides the questions. */
export const questionnaireWords = wordsOf(
  "questionnaire",
  {
    title: "今日申报",
    whose: (name: string) => `申报人：${name}`,
    masked: (name: string, digits: string) => `${name}，证件号码后4位${digits}`,
    calledToo: (called: string, name: string) => `${called}（${name}）`,
    privacy: "您的回答只留在这台手机上。",
    progress: (done: number, all: number) => `已答${done}题，共${all}题`,
    optional: "（选填）",
    before: "和上次申报的一样；有变化请修改。",
    measured: (label: string, unit: string) => `${label}（${unit}）`,
    yes: "是",
    no: "否",
    faults: (count: number) => `还有${count}题没有答或需要改，已在题目旁标出。`,
    submit: "提交，生成健康码",
    cancel: "返回",
  },
  {
    title: "Today’s report",
    whose: (name) => `Report of ${name}`,
    masked: (name, digits) => `${name}, number ends in ${digits}`,
    calledToo: (called, name) => `${called} (${name})`,
    privacy: "Your answers stay on this phone.",
    progress: (done, all) => `${done} of ${all} answered`,
    optional: "(optional)",
    before: "As in your last report. Change it if anything is new.",
    measured: (label, unit) => `${label} (${unit})`,
    yes: "Yes",
    no: "No",
    faults: (count) =>
      count === 1
        ? "One question is unanswered or needs correcting; it is marked."
        : `${count} questions are unanswered or need correcting; they are marked.`,
    submit: "Submit and get my code",
    cancel: "Back",
  },
);

/** The labels of a trip's fields. */
export const tripWords = wordsOf(
  "trips",
  {
    trip: (number: number) => `第${number}段行程`,
    from: "到达日期",
    to: "离开日期",
    still: "还在当地请留空",
    mode: "停留还是路过",
    add: "添加行程",
    remove: (number: number) => `删除第${number}段行程`,
    removeShort: "删除",
  },
  {
    trip: (number) => `Trip ${number}`,
    from: "First day",
    to: "Last day",
    still: "Leave empty if still there",
    mode: "Stayed or passed through",
    add: "Add a trip",
    remove: (number) => `Remove trip ${number}`,
    removeShort: "Remove",
  },
);
