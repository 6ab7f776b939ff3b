// The package's folder for WeChat is copied as it is, and neither bundled nor changed: its components and your pages must share one engine.
const PACKAGE = "miniprogram_npm/healthcode";

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
  copy: { patterns: [{ from: "node_modules/healthcode/miniprogram_dist", to: `dist/${PACKAGE}` }], options: {} },
  mini: {
    webpackChain(chain) {
      chain.merge({
        externals: {
          healthcode: `commonjs /${PACKAGE}/index.js`,
          "healthcode/checkpoint": `commonjs /${PACKAGE}/checkpoint.js`,
          "healthcode/components": `commonjs /${PACKAGE}/components.js`,
        },
      });
    },
  },
};
