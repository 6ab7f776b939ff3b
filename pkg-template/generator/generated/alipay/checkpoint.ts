import { register } from "../../src/components/alipay.js";
import { CheckpointView } from "../../src/view/checkpoint.js";
register(CheckpointView, ["ask","next","refresh","retry","scan","type","unfold","verify","want"]);
