const health = require("../../health");

Page({
  onLoad() {
    return health.open();
  },
  done() {
    my.reLaunch({ url: "/pages/code/index" });
  },
});
