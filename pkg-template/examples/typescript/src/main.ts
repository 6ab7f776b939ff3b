import { config } from "./config.js";
import { demo } from "./demo.js";
import { enrol, type Step, start, words } from "./health.js";

const main = document.querySelector("main") ?? document.body;

const show = (step: Step): void => main.replaceChildren(...partsOf(step));

/** What belongs to a step. */
function partsOf(step: Step): Node[] {
  const ask = () => show("questions");
  switch (step) {
    case "opening":
      return [];
    case "name":
      return [name(ask)];
    case "questions": {
      // Its type knows the events of the component.
      const questions = document.createElement("healthcode-questionnaire");
      for (const event of ["reported", "back"] as const) questions.addEventListener(event, () => show("code"));
      return [questions];
    }
    case "code": {
      const reasons = document.createElement("healthcode-reasons");
      reasons.addEventListener("report", ask);
      const again = button(words().report);
      again.id = "report";
      again.addEventListener("click", ask);
      return [document.createElement("healthcode-code"), reasons, again];
    }
  }
}

/** The form for name and number. */
function name(done: () => void): HTMLFormElement {
  const form = document.createElement("form");
  const [called, numbered] = [field("name", words().name), field("number", words().number)];
  const fault = document.createElement("p");
  fault.className = "fault";
  fault.role = "alert";
  form.append(called.label, numbered.label, fault, button(words().enrol));
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const problem = await enrol(called.input.value, numbered.input.value);
    if (problem === undefined) done();
    else fault.textContent = problem;
  });
  return form;
}

function field(id: string, text: string): { label: HTMLLabelElement; input: HTMLInputElement } {
  const [label, input] = [document.createElement("label"), document.createElement("input")];
  Object.assign(input, { id, maxLength: 40, required: true, autocomplete: "off" });
  label.append(text, input);
  return { label, input };
}

function button(text: string): HTMLButtonElement {
  const made = document.createElement("button");
  made.textContent = text;
  return made;
}

void start(async () => (config.roots.keys.length === 0 ? demo() : config), show);
