const health = require("../../health");
const t = require("../../words");

Page({
  onLoad() {
    my.setNavigationBar({ title: t.title });
    return health.open();
  },
  reported() {
    my.reLaunch({ url: "/pages/code/index" });
  },
  back() {
    my.navigateBack();
  },
});
