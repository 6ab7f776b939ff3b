import { register } from "../../src/components/alipay.js";
import { FamilyView } from "../../src/view/family.js";
register(FamilyView, ["add","remove","retry","show"]);
