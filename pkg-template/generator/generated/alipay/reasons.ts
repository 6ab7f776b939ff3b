import { register } from "../../src/components/alipay.js";
import { ReasonsView } from "../../src/view/reasons.js";
register(ReasonsView, ["refresh","report","retry","understood"]);
