import { html, nothing, type TemplateResult } from "lit-html";
import { words } from "view/language.ts";
import { colourName, type Sign } from "view/names.ts";
import { madeInWords, purposeInWords, shownBeforeInWords, verdictInWords } from "view/verdict.ts";
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
    refused: "不接受",
    unread: "没有结果",
    imagesMore: "从图片里读出的结果只供测试和记录：截图和照片不能当健康码用，放行要看对方手机上的码。",
    clearBatch: "清除结果",
    use: (purpose: string) => `用途：${purpose}`,
    counts: "今天的人次",
    countsMore: "只有数字，留在本机，不记是谁，第二天自动清空。同一个码再扫一次、扫到的不是健康码，都不计。",
    measured: (all: number, fever: number) => `测温${all}人次，其中发热${fever}人次。`,
    hour: "时段",
    clear: "清零……",
    clearSure: "今天的人次要清零吗？",
    clearLost: "清零后不能恢复。",
    clearYes: "清零",
    clearNo: "不清零",
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
    unread: "No verdict",
    imagesMore:
      "What is read from images is for tests and records only: a screenshot or photo of a code is not valid. Look at the phone before you let anybody through.",
    clearBatch: "Clear these verdicts",
    use: (purpose) => `For: ${purpose}`,
    counts: "Today’s counts",
    countsMore:
      "Only totals, kept on this device until the day ends; nobody is identified. The same code again, and what is no health code, is not counted.",
    measured: (all, fever) => `Temperatures taken: ${all}; fevers: ${fever}.`,
    hour: "Hour",
    clear: "Clear…",
    clearSure: "Clear today’s counts?",
    clearLost: "They cannot be brought back.",
    clearYes: "Clear",
    clearNo: "Keep them",
    total: "Total",
  },
);

const SIGNS = ["green", "yellow", "red", "grey", "refused"] as const;
/** What a sign is called. */
const signName = (sign: Sign): string => (sign === "refused" ? text().refused : colourName(sign));

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
        ? html`<healthcode-checkpoint @judged=${app.judged} @asks=${app.asks} @purpose=${app.purpose}></healthcode-checkpoint> ${app.temperature.view()} ${images(app)} ${counts(app)}`
        : problem
          ? nothing
          : html`${app.slow.notice()}<p class="waiting" role="status">${t.waiting}</p>`
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
      <input type="file" accept="image/*" multiple aria-describedby="images-more" @change=${choose} />
    </label>
    <p class="hint" id="images-more">${t.imagesMore}</p>
    <label class="check">
      <input
        type="checkbox"
        .checked=${preferences.sound}
        @change=${(event: Event) => prefer({ sound: (event.target as HTMLInputElement).checked })}
      />
      ${t.sound}
    </label>
    ${app.batch.length > 0 ? batch(app) : nothing}
  </section>`;
}

function batch({ batch: all, clear }: CheckpointApp): TemplateResult {
  const t = text();
  return html`<h2>${t.batch(all.length)}</h2>
    <ul class="batch">
      ${all.map(
        (one) => html`<li class=${one.sign ?? ""}>
          <strong>${headOf(one)}</strong> <span>${one.name}</span>
          ${found(one)}
        </li>`,
      )}
    </ul>
    <button type="button" @click=${clear}>${t.clearBatch}</button>`;
}

/** What came of an image in a word: the same as for one that is chosen alone. */
const headOf = ({ verdict }: Judged): string => (verdict ? verdictInWords(verdict).word : text().unread);

/** What there is to compare of an accepted code, or why there is nothing. */
function found({ verdict, problem }: Judged): TemplateResult | typeof nothing {
  const t = text();
  if (verdict?.verdict === "accepted") {
    const before = shownBeforeInWords(verdict);
    return html`<span class="held">${verdict.name} ${verdict.digits}</span>
      <span class="hint">${t.use(purposeInWords(verdict.rules.named))} · ${madeInWords(verdict)}</span>
      ${before ? html`<span class="fault">${before}</span>` : nothing}`;
  }
  const code = verdict?.code ?? problem?.code;
  if (code === undefined) return nothing;
  const use = verdict?.madeBy ? html` <span class="hint">${t.use(purposeInWords(verdict.madeBy))}</span>` : nothing;
  return html`<span class="hint">${codeText(code)}</span>${use}`;
}

/** How many verdicts of each sign there were in each hour. */
function counts(app: CheckpointApp): TemplateResult | typeof nothing {
  const t = text();
  const rows = app.counts.rows();
  if (rows.length === 0) return nothing;
  const sum = (sign: string) => rows.reduce((all, [, one]) => all + (one[sign] ?? 0), 0);
  const [fever, well] = [sum("fever"), sum("well")];
  const dialog = () => document.querySelector<HTMLDialogElement>("#clear-counts");
  const clear = () => {
    dialog()?.close();
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
    ${fever + well > 0 ? html`<p class="measured">${t.measured(fever + well, fever)}</p>` : nothing}
    <button type="button" @click=${() => dialog()?.showModal()}>${t.clear}</button>
    <dialog id="clear-counts" aria-labelledby="clear-counts-title">
      <h2 id="clear-counts-title">${t.clearSure}</h2>
      <p>${t.clearLost}</p>
      <div class="actions">
        <button type="button" @click=${() => dialog()?.close()}>${t.clearNo}</button>
        <button type="button" class="danger" @click=${clear}>${t.clearYes}</button>
      </div>
    </dialog>
  </section>`;
}
