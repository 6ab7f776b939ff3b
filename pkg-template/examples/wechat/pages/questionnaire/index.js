const health = require("../../health");

Page({
  onLoad() {
    return health.open();
  },
  reported() {
    wx.reLaunch({ url: "/pages/code/index" });
  },
  back() {
    wx.navigateBack();
  },
});
