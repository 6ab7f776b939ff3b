import { register } from "../../src/components/wechat.js";
import { DiaryView } from "../../src/view/diary.js";
register(DiaryView, ["amend","begin","cancel","confirm","correct","inside","leave","mode","pickDay","pickTime","region","remove","retry","save","scan"]);
