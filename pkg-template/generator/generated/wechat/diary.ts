import { register } from "../../src/components/wechat.js";
import { DiaryView } from "../../src/view/diary.js";
register(DiaryView, ["begin","cancel","inside","leave","mode","pickDay","pickTime","region","remove","retry","save","scan"]);
