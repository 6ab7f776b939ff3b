import { register } from "../../src/components/wechat.js";
import { FamilyView } from "../../src/view/family.js";
register(FamilyView, ["add","remove","retry","show"]);
