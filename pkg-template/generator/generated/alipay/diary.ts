import { register } from "../../src/components/alipay.js";
import { DiaryView } from "../../src/view/diary.js";
register(DiaryView, ["amend","begin","cancel","confirm","correct","find","found","inside","leave","list","mode","pickDay","pickTime","places","remove","retry","save","scan"]);
