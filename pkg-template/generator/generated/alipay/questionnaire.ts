import { register } from "../../src/components/alipay.js";
import { QuestionnaireView } from "../../src/view/questionnaire.js";
register(QuestionnaireView, ["add","anew","back","choose","day","find","found","inside","leave","list","mode","remove","retry","submit","trip","type","write"]);
