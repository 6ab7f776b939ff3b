// What the diary's component says.
import { words } from "./language.js";

/** The diary's texts. */
export const diaryWords = words(
  {
    title: "行程记录",
    about: "您去过的地方，只记在这台手机上，用来和风险数据比对。",
    none: "还没有记录。",
    add: "添加一条行程",
    place: "地点",
    arrive: "到达",
    leave: "离开（还在当地请留空）",
    mode: "停留还是路过",
    save: "保存",
    cancel: "取消",
    remove: "删除",
  },
  {
    title: "Diary of visits",
    about: "Where you have been. It stays on this phone and is compared with the risk data.",
    none: "No visits yet.",
    add: "Add a visit",
    place: "Place",
    arrive: "Arrived",
    leave: "Left (leave empty if still there)",
    mode: "Stayed or passed through",
    save: "Save",
    cancel: "Cancel",
    remove: "Remove",
  },
);
