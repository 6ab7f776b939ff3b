import { register } from "../../src/components/alipay.js";
import { QuestionnaireView } from "../../src/view/questionnaire.js";
register(QuestionnaireView, ["add","amend","anew","back","choose","confirm","day","find","found","inside","leave","list","mode","next","online","places","previous","remove","retry","submit","trip","type","write"]);
