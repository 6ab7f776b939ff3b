const health = require("../../health");
const t = require("../../words");

Page({
  onLoad() {
    wx.setNavigationBarTitle({ title: t.title });
    return health.openDesk();
  },
  purpose: health.keepPurpose,
});
