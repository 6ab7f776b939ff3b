import { Code, Questionnaire, Reasons } from "healthcode/react";
import { useEffect, useState } from "react";
import { enrol, start, words } from "./health.js";

export function App({ options }) {
  const [step, setStep] = useState("opening");
  useEffect(() => void start(options, setStep), [options]);
  const show = () => setStep("code");
  const ask = () => setStep("questions");
  return (
    <main>
      {step === "name" && <Name done={ask} />}
      {step === "questions" && <Questionnaire onReported={show} onBack={show} />}
      {step === "code" && (
        <>
          <Code />
          <Reasons onReport={ask} />
          <button type="button" id="report" onClick={ask}>
            {words.report}
          </button>
        </>
      )}
    </main>
  );
}

function Name({ done }) {
  const [fault, setFault] = useState("");
  const submit = async (event) => {
    event.preventDefault();
    const entered = new FormData(event.currentTarget);
    const problem = await enrol(entered.get("name"), entered.get("number"));
    if (problem === undefined) done();
    else setFault(problem);
  };
  return (
    <form onSubmit={submit}>
      <label>
        {words.name}
        <input id="name" name="name" maxLength={40} required autoComplete="off" />
      </label>
      <label>
        {words.number}
        <input id="number" name="number" maxLength={40} required autoComplete="off" />
      </label>
      <p className="fault" role="alert">
        {fault}
      </p>
      <button type="submit">{words.enrol}</button>
    </form>
  );
}
