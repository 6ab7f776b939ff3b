import { html, nothing, type TemplateResult } from "lit-html";
import { words } from "view/language.ts";
import { colourName } from "view/names.ts";
import { frame } from "../app/frame.ts";
import { prefer, preferences } from "../app/preferences.ts";
import { codeText, problemText } from "../i18n/errors/problem.ts";
import type { CheckpointApp, Judged } from "./app.ts";

const text = words(
  {
    title: "检查点",
    image: "选择图片（可以一次多张）",
    sound: "出结果时响一声、震一下",
    retry: "重试",
    waiting: "正在打开……",
    keys: "演示服务器换了密钥，旧的信任名单不再更新。",
    adopt: "改用新密钥",
    batch: (count: number) => `${count}张图片的结果`,
    refused: "不通过",
    other: "未判定",
    counts: "今天的人次",
    countsMore: "只有数字，留在本机，不记是谁，第二天自动清空。",
    hour: "时段",
    clear: "清零",
    total: "合计",
  },
  {
    title: "Checkpoint",
    image: "Choose images (several at once)",
    sound: "A sound and a buzz with each verdict",
    retry: "Try again",
    waiting: "Opening…",
    keys: "The demonstration server has new keys, so the old trust list is no longer updated.",
    adopt: "Use the new keys",
    batch: (count) => `Verdicts on ${count} images`,
    refused: "Refused",
    other: "Undecided",
    counts: "Today’s counts",
    countsMore: "Numbers only, on this device, of nobody in particular; they are cleared the next day.",
    hour: "Hour",
    clear: "Clear",
    total: "Total",
  },
);

const SIGNS = ["green", "yellow", "red", "grey", "refused"] as const;
const COLOURS: readonly string[] = ["green", "yellow", "red"];

/** What a sign is called. */
function signName(sign: string): string {
  const t = text();
  if (sign === "refused") return t.refused;
  return COLOURS.includes(sign) ? colourName(sign as "green" | "yellow" | "red") : t.other;
}

/** The checkpoint's page: the element, images beside the camera, and the counts of the day. */
export function view(app: CheckpointApp): TemplateResult {
  const t = text();
  const { problem, settings } = app;
  const content = html`<div class="checkpoint">
    <div id="viewfinder" class="viewfinder" hidden><video muted playsinline></video></div>
    <p class="fault scan-fault" role="alert">${problem ? problemText(problem) : nothing}</p>
    ${problem && !app.ready ? html`<button type="button" class="primary" @click=${app.retry}>${t.retry}</button>` : nothing}
    ${
      settings.otherKeys
        ? html`<p class="fault" role="alert">${t.keys}</p>
          <button type="button" @click=${app.adoptKeys}>${t.adopt}</button>`
        : nothing
    }
    ${
      app.ready
        ? html`<healthcode-checkpoint @judged=${app.judged} @asks=${app.asks}></healthcode-checkpoint> ${images(app)} ${counts(app)}`
        : problem
          ? nothing
          : html`<p class="waiting" role="status">${t.waiting}</p>`
    }
  </div>`;
  return frame({ title: t.title, demo: settings.demo, content, redraw: app.update });
}

function images(app: CheckpointApp): TemplateResult {
  const t = text();
  const choose = (event: Event) => {
    const input = event.target as HTMLInputElement;
    const files = [...(input.files ?? [])];
    input.value = "";
    if (files.length > 0) void app.readFiles(files);
  };
  return html`<section class="panel images">
    <label class="button">
      ${t.image}
      <input type="file" accept="image/*" multiple @change=${choose} />
    </label>
    <label class="check">
      <input
        type="checkbox"
        .checked=${preferences.sound}
        @change=${(event: Event) => prefer({ sound: (event.target as HTMLInputElement).checked })}
      />
      ${t.sound}
    </label>
    ${app.batch.length > 0 ? batch(app.batch) : nothing}
  </section>`;
}

function batch(all: Judged[]): TemplateResult {
  return html`<h2>${text().batch(all.length)}</h2>
    <ul class="batch">
      ${all.map(
        ({ name, sign, problem }) =>
          html`<li class=${sign ?? ""}>
            <strong>${sign ? signName(sign) : nothing}</strong> <span>${name}</span>
            ${problem ? html`<span class="hint">${codeText(problem.code)}</span>` : nothing}
          </li>`,
      )}
    </ul>`;
}

/** How many verdicts of each sign there were in each hour. */
function counts(app: CheckpointApp): TemplateResult | typeof nothing {
  const t = text();
  const rows = app.counts.rows();
  if (rows.length === 0) return nothing;
  const sum = (sign: string) => rows.reduce((all, [, one]) => all + (one[sign] ?? 0), 0);
  const clear = () => {
    app.counts.clear();
    app.update();
  };
  return html`<section class="panel counts">
    <h2>${t.counts}</h2>
    <p class="hint">${t.countsMore}</p>
    <table tabindex="0">
      <thead>
        <tr><th scope="col">${t.hour}</th>${SIGNS.map((sign) => html`<th scope="col">${signName(sign)}</th>`)}</tr>
      </thead>
      <tbody>
        ${rows.map(
          ([hour, one]) =>
            html`<tr><th scope="row">${hour}:00</th>${SIGNS.map((sign) => html`<td>${one[sign] ?? 0}</td>`)}</tr>`,
        )}
      </tbody>
      <tfoot>
        <tr><th scope="row">${t.total}</th>${SIGNS.map((sign) => html`<td>${sum(sign)}</td>`)}</tr>
      </tfoot>
    </table>
    <button type="button" @click=${clear}>${t.clear}</button>
  </section>`;
}
