const health = require("../../health");
const t = require("../../words");

Page({
  data: { t, failed: false },
  async onLoad() {
    wx.setNavigationBarTitle({ title: t.title });
    return this.start();
  },
  async start() {
    if (this.data.failed) this.setData({ failed: false });
    // The components say what is wrong.
    const phone = await health.open().catch(() => undefined);
    if (!phone) return this.setData({ failed: true });
    if (!phone.identity) return wx.redirectTo({ url: "/pages/enrol/index" });
    if (!phone.reported) return wx.redirectTo({ url: "/pages/questionnaire/index" });
    return health.update();
  },
  report() {
    wx.navigateTo({ url: "/pages/questionnaire/index" });
  },
  verify() {
    wx.navigateTo({ url: "/pages/checkpoint/index" });
  },
});
