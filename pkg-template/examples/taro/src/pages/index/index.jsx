import { Button, Input, Text, View } from "@tarojs/components";
import { openPhone, problemOf, problemText } from "healthcode";
import { connect } from "healthcode/components";
import { useEffect, useState } from "react";
import { config } from "../../config";

export default function Index() {
  const [phone, setPhone] = useState();
  const [step, setStep] = useState("");
  const [entered, setEntered] = useState({ name: "", number: "" });
  const [fault, setFault] = useState("");
  const tell = (thrown) => setFault(problemText(problemOf(thrown), "zh-Hans"));

  useEffect(() => {
    openPhone(config).then((found) => {
      connect({ phone: found });
      setPhone(found);
      setStep(!found.identity ? "enrol" : !found.reported ? "questionnaire" : "code");
    }, tell);
  }, []);

  const enrol = async () => {
    await phone.enrol(entered.name, entered.number);
    setStep("questionnaire");
  };

  return (
    <View>
      {fault && <Text>{fault}</Text>}
      {step === "enrol" && (
        <View>
          <Input
            className="name"
            placeholder="姓名"
            onInput={({ detail }) => setEntered((others) => ({ ...others, name: detail.value }))}
          />
          <Input
            className="number"
            placeholder="证件号码"
            onInput={({ detail }) => setEntered((others) => ({ ...others, number: detail.value }))}
          />
          <Button className="main" onClick={() => enrol().catch(tell)}>
            领取一天有效的证书
          </Button>
        </View>
      )}
      {step === "questionnaire" && (
        <hc-questionnaire onReported={() => setStep("code")} onBack={() => setStep("code")} />
      )}
      {step === "code" && <hc-code />}
    </View>
  );
}
