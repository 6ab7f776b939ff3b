import { html, type TemplateResult } from "lit-html";
import { words } from "view/language.ts";
import type { CitizenApp } from "./app.ts";

const text = words(
  {
    digits: (digits: string) => `证件号码后4位 ${digits}`,
    unread: (person: string) => `第${person}位（内容读不出来）`,
    nobody: "还没有人登记。",
  },
  {
    digits: (digits) => `number ends in ${digits}`,
    unread: (person) => `person ${person} (cannot be read)`,
    nobody: "Nobody is registered yet.",
  },
);

/** Everybody with a name on this phone, by what tells them apart. */
export function peopleList({ people }: Pick<CitizenApp, "people">): TemplateResult {
  const t = text();
  if (people.length === 0) return html`<p class="hint">${t.nobody}</p>`;
  return html`<ul class="people">
    ${people.map(({ person, identity }) =>
      identity
        ? html`<li><strong>${identity.name}</strong> <span class="hint">${t.digits(identity.digits)}</span></li>`
        : html`<li>${t.unread(person)}</li>`,
    )}
  </ul>`;
}
