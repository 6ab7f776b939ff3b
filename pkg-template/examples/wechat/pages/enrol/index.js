const { problemOf, problemText } = require("healthcode");
const health = require("../../health");

Page({
  data: { fault: "", busy: false },
  name({ detail }) {
    this.named = detail.value;
  },
  number({ detail }) {
    this.numbered = detail.value;
  },
  async enrol() {
    this.setData({ fault: "", busy: true });
    try {
      await health.open();
      await health.enrol(this.named ?? "", this.numbered ?? "");
      wx.redirectTo({ url: "/pages/questionnaire/index" });
    } catch (thrown) {
      this.setData({ fault: problemText(problemOf(thrown), health.language), busy: false });
    }
  },
});
