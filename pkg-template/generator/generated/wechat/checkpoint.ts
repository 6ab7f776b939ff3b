import { register } from "../../src/components/wechat.js";
import { CheckpointView } from "../../src/view/checkpoint.js";
register(CheckpointView, ["next","refresh","retry","scan","type","unfold","verify"]);
