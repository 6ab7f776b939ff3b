const health = require("../../health");

Page({
  onLoad() {
    return health.openDesk();
  },
});
