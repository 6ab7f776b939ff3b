const { problemOf, problemText } = require("healthcode");
const health = require("../../health");
const t = require("../../words");

Page({
  data: { t, fault: "", busy: false },
  onLoad() {
    wx.setNavigationBarTitle({ title: t.title });
  },
  /** What was typed; no template shows it. */
  entered: { name: "", number: "" },
  name({ detail }) {
    this.entered.name = detail.value;
  },
  number({ detail }) {
    this.entered.number = detail.value;
  },
  async enrol() {
    this.setData({ fault: "", busy: true });
    try {
      await health.open();
      await health.enrol(this.entered.name, this.entered.number);
      wx.redirectTo({ url: "/pages/questionnaire/index" });
    } catch (thrown) {
      this.setData({ fault: problemText(problemOf(thrown), health.language), busy: false });
    }
  },
});
