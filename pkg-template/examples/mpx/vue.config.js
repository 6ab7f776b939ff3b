const { defineConfig } = require("@vue/cli-service");
const { HealthcodePlugin } = require("healthcode/webpack");

module.exports = defineConfig({
  outputDir: `dist/${process.env.MPX_CURRENT_TARGET_MODE}`,
  pluginOptions: {
    mpx: {
      // The components are in the app as they are: mpx has nothing to make of them.
      plugin: { srcMode: "wx", externals: [/^\/miniprogram_npm\//] },
      loader: {},
    },
  },
  configureWebpack: {
    plugins: [
      new HealthcodePlugin({ platform: process.env.MPX_CURRENT_TARGET_MODE, components: ["questionnaire", "code"] }),
    ],
  },
});
