import { register } from "../../src/components/alipay.js";
import { CodeView } from "../../src/view/code.js";
register(CodeView, ["ask","cancel","enlarge","give","refresh","retry","scan","stop","type"]);
