// The seven interfaces of GB/T 38963-2020 as this system meets them. Where the standard has a server that knows everybody's answers, trips
// and colour, here the phone knows them: what needs such a server is refused, with the reason and what there is instead.
export const refused = {
  "/declare": {
    name: "用户健康信息申报",
    "zh-Hans": "健康申报只保存在本人手机上，不上传。请在健康码页面填写问卷。",
    en: "A health declaration stays on the person's phone. They fill in the questionnaire where they have their code.",
  },
  "/trips": {
    name: "用户行程申报",
    "zh-Hans": "行程只保存在本人手机上，不上传。请在健康码页面添加行程。",
    en: "Trips stay on the person's phone. They enter them where they have their code.",
  },
  "/query": {
    name: "用户健康信息查询",
    "zh-Hans": "不能按姓名或证件号码查询他人的健康状况。请对方出示健康码，用验码接口核验。",
    en: "Nobody's state can be asked for by name or document number. Ask them to show their code, and verify it.",
  },
  "/make": {
    name: "健康码制码请求",
    "zh-Hans": "健康码由本人手机生成并签名，服务器没有手机的密钥，无法代为制码。",
    en: "A code is made and signed on the person's phone. No server has its key, and none can make one for them.",
  },
};
