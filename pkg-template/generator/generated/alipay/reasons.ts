import { register } from "../../src/components/alipay.js";
import { ReasonsView } from "../../src/view/reasons.js";
register(ReasonsView, ["confirm","inside","read","refresh","report","retry","table","understood"]);
