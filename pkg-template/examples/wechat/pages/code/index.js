const health = require("../../health");
const t = require("../../words");

Page({
  data: { t },
  async onLoad() {
    wx.setNavigationBarTitle({ title: t.title });
    const phone = await health.open();
    if (!phone.identity) return wx.redirectTo({ url: "/pages/enrol/index" });
    if (phone.holder.reports().length === 0) return wx.redirectTo({ url: "/pages/questionnaire/index" });
    return health.update();
  },
  report() {
    wx.navigateTo({ url: "/pages/questionnaire/index" });
  },
  verify() {
    wx.navigateTo({ url: "/pages/checkpoint/index" });
  },
});
