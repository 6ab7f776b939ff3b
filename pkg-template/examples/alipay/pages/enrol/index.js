const { problemOf, problemText } = require("healthcode/alipay/index");
const health = require("../../health");

Page({
  data: { fault: "", busy: false },
  name(event) {
    this.named = event.detail.value;
  },
  number(event) {
    this.numbered = event.detail.value;
  },
  async enrol() {
    this.setData({ fault: "", busy: true });
    try {
      await health.open();
      await health.enrol(this.named || "", this.numbered || "");
      my.redirectTo({ url: "/pages/questionnaire/index" });
    } catch (thrown) {
      this.setData({ fault: problemText(problemOf(thrown), health.language), busy: false });
    }
  },
});
