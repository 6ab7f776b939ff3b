// The package's own folder goes into the app as it is: its components and your pages must share one engine.
const { HealthcodePlugin } = require("healthcode/webpack");

module.exports = {
  projectName: "healthcode-example-taro",
  date: "2026-1-1",
  designWidth: 750,
  deviceRatio: { 750: 1 },
  sourceRoot: "src",
  outputRoot: "dist",
  framework: "react",
  compiler: { type: "webpack5", prebundle: { enable: false } },
  plugins: ["@tarojs/plugin-platform-weapp", "@tarojs/plugin-framework-react"],
  mini: {
    webpackChain(chain) {
      chain.plugin("healthcode").use(HealthcodePlugin, [{ components: ["questionnaire", "code"] }]);
    },
  },
};
