import { register } from "../../src/components/wechat.js";
import { ReasonsView } from "../../src/view/reasons.js";
register(ReasonsView, ["confirm","inside","refresh","report","retry","understood"]);
