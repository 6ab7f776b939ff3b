import { register } from "../../src/components/alipay.js";
import { DiaryView } from "../../src/view/diary.js";
register(DiaryView, ["begin","cancel","find","found","inside","leave","list","mode","pickDay","pickTime","remove","retry","save","scan"]);
