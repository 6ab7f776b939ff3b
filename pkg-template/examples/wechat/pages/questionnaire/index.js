const health = require("../../health");

Page({
  onLoad() {
    return health.open();
  },
  done() {
    wx.reLaunch({ url: "/pages/code/index" });
  },
});
