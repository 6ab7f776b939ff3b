const health = require("../../health");
const t = require("../../words");

/** Opens the health code, and goes where the person has got to. */
async function start(page) {
  if (page.data.failed) page.setData({ failed: false });
  // The components say what is wrong.
  const phone = await health.open().catch(() => undefined);
  if (!phone) return page.setData({ failed: true });
  if (!phone.identity) return my.redirectTo({ url: "/pages/enrol/index" });
  if (!phone.reported) return my.redirectTo({ url: "/pages/questionnaire/index" });
  return health.update();
}

Page({
  data: { t, failed: false },
  onLoad() {
    my.setNavigationBar({ title: t.title });
    return start(this);
  },
  again() {
    return start(this);
  },
  report() {
    my.navigateTo({ url: "/pages/questionnaire/index" });
  },
  verify() {
    my.navigateTo({ url: "/pages/checkpoint/index" });
  },
});
