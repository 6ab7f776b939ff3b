const health = require("../../health");
const t = require("../../words");

/** The code comes first, then new files: how much later, in milliseconds. */
const UPDATE = 300;

Page({
  data: { t },
  async onLoad() {
    my.setNavigationBar({ title: t.title });
    const phone = await health.open();
    if (!phone.identity) return my.redirectTo({ url: "/pages/enrol/index" });
    if (phone.holder.reports().length === 0) return my.redirectTo({ url: "/pages/questionnaire/index" });
    return setTimeout(health.update, UPDATE);
  },
  report() {
    my.navigateTo({ url: "/pages/questionnaire/index" });
  },
  verify() {
    my.navigateTo({ url: "/pages/checkpoint/index" });
  },
});
