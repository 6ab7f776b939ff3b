import { register } from "../../src/components/alipay.js";
import { ReasonsView } from "../../src/view/reasons.js";
register(ReasonsView, ["confirm","elsewhere","inside","read","refresh","report","retry","table","understood"]);
