import { type Problem, packFamily, problemOf } from "healthcode";
import { html, nothing, type TemplateResult } from "lit-html";
import { words } from "view/language.ts";
import { PageProblem } from "../app/problem.ts";
import { problemText } from "../i18n/errors/problem.ts";
import type { CitizenApp } from "./app.ts";
import { peopleList } from "./people.ts";

export const moveWords = words(
  {
    title: "换手机",
    about:
      "把这台手机上每个人的申报、行程、隐去一部分的姓名、证件号码后4位和健康码的依据存成一个加密文件，在新手机上打开。文件只有用密码才能打开；完整的姓名和证件号码、密钥都不在里面。",
    who: "文件里会有：",
    say: "文件密码（至少8个字，新手机上要填；忘了就打不开）",
    show: "显示密码",
    save: "保存换机文件",
    busy: "正在加密……",
    saved: "已保存。新手机打开文件后，请在这台手机上清除全部：同一个人的健康码不要留在两台手机上。",
    arrive: "我有旧手机的换机文件",
    arriveAbout: "在旧手机的“换手机”里保存的文件。打开后这台手机会自己领取新的证书。",
    file: "换机文件",
    secret: "文件密码",
    open: "打开文件",
  },
  {
    title: "Move to another phone",
    about:
      "Save the reports, the diary, the masked name, the last 4 characters of the document number and what the code rests on, of everybody on this phone, as an encrypted file, and open it on the new phone. Only the passphrase opens it; full names, document numbers and keys are not in it.",
    who: "In the file:",
    say: "Passphrase (at least 8 characters; the new phone asks for it, and nothing opens the file without it)",
    show: "Show the passphrase",
    save: "Save the file",
    busy: "Encrypting…",
    saved: "Saved. Once the new phone has opened it, delete everything here: one person’s code belongs on one phone.",
    arrive: "I have a file from my old phone",
    arriveAbout: "The one saved there under “Move to another phone”. This phone then gets a certificate of its own.",
    file: "File",
    secret: "Passphrase",
    open: "Open the file",
  },
);

/** What was said of the last attempt, on either side. */
export const moving: { busy: boolean; saved: boolean; problem: Problem | undefined; seen: boolean } = {
  busy: false,
  saved: false,
  problem: undefined,
  /** Whether the passphrase can be read. */
  seen: false,
};

/** Does something that takes a second, and shows what came of it. */
export async function attempt(app: CitizenApp, act: () => Promise<void>): Promise<void> {
  Object.assign(moving, { busy: true, saved: false, problem: undefined });
  app.update();
  try {
    await act();
  } catch (thrown) {
    moving.problem = problemOf(thrown);
  }
  moving.busy = false;
  app.update();
  // To what has to be put right.
  if (moving.problem)
    document.querySelector<HTMLElement>(moving.problem.code === "move-no-file" ? "#file" : ".secret")?.focus();
}

/** A passphrase, and whether it can be read. */
function secretField(
  app: CitizenApp,
  id: string,
  label: string,
  autocomplete: "new-password" | "off",
  fault: string,
): TemplateResult {
  const show = (event: Event) => {
    moving.seen = (event.target as HTMLInputElement).checked;
    app.update();
  };
  return html`<label for=${id}>${label}</label>
    <input id=${id} class="secret" type=${moving.seen ? "text" : "password"} autocomplete=${autocomplete} autocapitalize="off" spellcheck="false" aria-describedby=${fault} />
    <label class="seen"><input type="checkbox" .checked=${moving.seen} @change=${show} /> ${moveWords().show}</label>
    <p class="fault" id=${fault} role="alert">${moving.problem ? problemText(moving.problem) : nothing}</p>`;
}

/** On the old phone: saves the file; forgetting is the button below it. */
export function movePanel(app: CitizenApp): TemplateResult {
  const t = moveWords();
  const save = (event: Event) => {
    event.preventDefault();
    const input = (event.target as HTMLFormElement).querySelector<HTMLInputElement>(".secret");
    void attempt(app, async () => {
      const file = await packFamily(app.options, input?.value ?? "");
      const link = document.createElement("a");
      link.href = URL.createObjectURL(new Blob([file], { type: "application/json" }));
      link.download = "healthcode-move.json";
      link.click();
      URL.revokeObjectURL(link.href);
      moving.saved = true;
      if (input) input.value = "";
    });
  };
  return html`<section class="panel move">
    <h2>${t.title}</h2>
    <p class="hint">${t.about}</p>
    <p>${t.who}</p>
    ${peopleList(app)}
    <form class="field" autocomplete="off" @submit=${save}>
      <input autocomplete="username" value="healthcode" hidden />
      ${secretField(app, "passphrase", t.say, "new-password", "move-fault")}
      <button ?disabled=${moving.busy}>${moving.busy ? t.busy : t.save}</button>
    </form>
    <p role="status">${moving.saved ? t.saved : nothing}</p>
  </section>`;
}

/** On the new phone: opens the file. */
export function arrivePanel(app: CitizenApp): TemplateResult {
  const t = moveWords();
  const open = (event: Event) => {
    event.preventDefault();
    const form = event.target as HTMLFormElement;
    const file = form.querySelector<HTMLInputElement>('[type="file"]')?.files?.[0];
    const secret = form.querySelector<HTMLInputElement>(".secret")?.value ?? "";
    void attempt(app, async () => {
      if (file === undefined) throw new PageProblem("move-no-file", "no file was chosen");
      await app.moveIn(await file.text(), secret);
    });
  };
  return html`<details class="panel arrive">
    <summary>${t.arrive}</summary>
    <p class="hint">${t.arriveAbout}</p>
    <form class="field" autocomplete="off" @submit=${open}>
      <input autocomplete="username" value="healthcode" hidden />
      <label for="file">${t.file}</label>
      <input id="file" type="file" accept="application/json,.json" />
      ${secretField(app, "secret", t.secret, "off", "arrive-fault")}
      <button class="primary" ?disabled=${moving.busy}>${t.open}</button>
    </form>
  </details>`;
}
