const { problemOf, problemText } = require("healthcode/alipay");
const health = require("../../health");
const t = require("../../words");

Page({
  data: { t, fault: "", busy: false },
  onLoad() {
    my.setNavigationBar({ title: t.title });
  },
  /** What was typed; no template shows it. */
  entered: { name: "", number: "" },
  name(event) {
    this.entered.name = event.detail.value;
  },
  number(event) {
    this.entered.number = event.detail.value;
  },
  async enrol() {
    this.setData({ fault: "", busy: true });
    try {
      await health.open();
      await health.enrol(this.entered.name, this.entered.number);
      my.redirectTo({ url: "/pages/questionnaire/index" });
    } catch (thrown) {
      this.setData({ fault: problemText(problemOf(thrown), health.language), busy: false });
    }
  },
});
