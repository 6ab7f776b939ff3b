import { register } from "../../src/components/wechat.js";
import { FamilyView } from "../../src/view/family.js";
register(FamilyView, ["add","call","cancel","confirm","remove","retry","save","show","type"]);
