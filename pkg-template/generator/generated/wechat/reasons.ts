import { register } from "../../src/components/wechat.js";
import { ReasonsView } from "../../src/view/reasons.js";
register(ReasonsView, ["confirm","inside","read","refresh","report","retry","table","understood"]);
