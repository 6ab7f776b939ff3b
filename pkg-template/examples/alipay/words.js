// The sample's own words, in the language of the phone; the components have theirs.
const { language } = require("./health");

const WORDS = {
  "zh-Hans": {
    title: "健康码",
    name: "姓名",
    number: "证件号码",
    nameHint: "离开手机前会隐去一部分",
    numberHint: "只有后4位会离开手机",
    enrol: "领取一天有效的证书",
    report: "重新申报",
    verify: "核验他人的健康码",
    again: "重试",
  },
  en: {
    title: "Health code",
    name: "Name",
    number: "Document number",
    nameHint: "Leaves the phone masked",
    numberHint: "Only its last 4 leave the phone",
    enrol: "Get a day certificate",
    report: "Report again",
    verify: "Verify a code",
    again: "Try again",
  },
};

module.exports = WORDS[language];
