const health = require("../../health");
const t = require("../../words");

Page({
  onLoad() {
    my.setNavigationBar({ title: t.title });
    return health.openDesk();
  },
  purpose: health.keepPurpose,
});
