const health = require("../../health");
const t = require("../../words");

Page({
  onLoad() {
    wx.setNavigationBarTitle({ title: t.title });
    return health.open();
  },
  reported() {
    wx.reLaunch({ url: "/pages/code/index" });
  },
  back() {
    wx.navigateBack();
  },
});
