import { register } from "../../src/components/alipay.js";
import { ReportView } from "../../src/view/report.js";
register(ReportView, ["correct","report","retry"]);
