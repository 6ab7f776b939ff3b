import { register } from "../../src/components/wechat.js";
import { QuestionnaireView } from "../../src/view/questionnaire.js";
register(QuestionnaireView, ["add","amend","anew","back","choose","confirm","day","inside","leave","mode","next","online","previous","region","remove","retry","submit","trip","type","write"]);
