"use client";
import { Code, Questionnaire, Reasons } from "healthcode/react";
import { type FormEvent, useEffect, useState } from "react";
import { config } from "./config";
import { demo } from "./demo";
import { enrol, type Step, start, words } from "./health";

const options = async () => (config.roots.keys.length === 0 ? demo() : config);

export function HealthCode() {
  // The server renders this step, and the browser goes where the person has got to.
  const [step, setStep] = useState<Step>("opening");
  useEffect(() => void start(options, setStep), []);
  const show = () => setStep("code");
  const ask = () => setStep("questions");
  switch (step) {
    case "opening":
      return <Code />;
    case "name":
      return <Name done={ask} />;
    case "questions":
      return <Questionnaire onReported={show} onBack={show} />;
    case "code":
      return (
        <>
          <Code />
          <Reasons onReport={ask} />
          <button type="button" id="report" onClick={ask}>
            {words().report}
          </button>
        </>
      );
  }
}

function Name({ done }: { done: () => void }) {
  const [fault, setFault] = useState("");
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const entered = new FormData(event.currentTarget);
    const problem = await enrol(String(entered.get("name")), String(entered.get("number")));
    if (problem === undefined) done();
    else setFault(problem);
  };
  return (
    <form onSubmit={submit}>
      <label>
        {words().name}
        <input id="name" name="name" maxLength={40} required autoComplete="off" />
      </label>
      <label>
        {words().number}
        <input id="number" name="number" maxLength={40} required autoComplete="off" />
      </label>
      <p className="fault" role="alert">
        {fault}
      </p>
      <button type="submit">{words().enrol}</button>
    </form>
  );
}
