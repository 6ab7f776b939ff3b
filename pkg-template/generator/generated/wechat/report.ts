import { register } from "../../src/components/wechat.js";
import { ReportView } from "../../src/view/report.js";
register(ReportView, ["correct","report","retry"]);
