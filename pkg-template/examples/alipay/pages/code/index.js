const health = require("../../health");
const t = require("../../words");

Page({
  data: { t },
  async onLoad() {
    my.setNavigationBar({ title: t.title });
    const phone = await health.open();
    if (!phone.identity) return my.redirectTo({ url: "/pages/enrol/index" });
    if (phone.holder.reports().length === 0) return my.redirectTo({ url: "/pages/questionnaire/index" });
    return health.update();
  },
  report() {
    my.navigateTo({ url: "/pages/questionnaire/index" });
  },
  verify() {
    my.navigateTo({ url: "/pages/checkpoint/index" });
  },
});
