// What the diary's component says.
import { wordsOf } from "./language.js";

/** The diary's texts. */
export const diaryWords = wordsOf(
  "diary",
  {
    title: "行程记录",
    about: "您去过的地方，只记在这台手机上，用来和风险数据比对。",
    none: "还没有记录。",
    scan: "扫场所码",
    scanHint: "进门时扫一下，记在自己手机上，不上传；到下一处再扫，上一处就记为离开。",
    scanned: (venue: string) => `已记下：${venue}`,
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
    scan: "Scan a venue’s code",
    scanHint:
      "Scan it at the door. It goes into this phone’s diary and nowhere else; the next one that you scan ends it.",
    scanned: (venue) => `Noted: ${venue}`,
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
