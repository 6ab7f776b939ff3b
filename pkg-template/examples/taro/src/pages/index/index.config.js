export default {
  usingComponents: {
    "hc-code": "/miniprogram_npm/healthcode/components/code/index",
    "hc-questionnaire": "/miniprogram_npm/healthcode/components/questionnaire/index",
  },
};
