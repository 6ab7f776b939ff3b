const health = require("../../health");

Page({
  onLoad() {
    return health.open();
  },
  reported() {
    my.reLaunch({ url: "/pages/code/index" });
  },
  back() {
    my.navigateBack();
  },
});
