export default { pages: ["pages/index/index"], window: { navigationBarTitleText: "健康码" } };
