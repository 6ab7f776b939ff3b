import { html, nothing, type TemplateResult } from "lit-html";
import { seconds } from "view/format.ts";
import { words } from "view/language.ts";
import { own } from "../app/package.ts";
import { requests, storedSizes } from "../app/traffic.ts";
import type { CitizenApp } from "./app.ts";

const text = words(
  {
    title: "离开这台手机的内容",
    about:
      "打开本页以来的每个请求。发出的内容只有领取证书的一次：隐去一部分的姓名、证件号码后4位、公钥、地区和时间。下载时，服务器看得到取的是哪种用途的规则；查个人信箱时，看得到一个许多人共用的号码。",
    none: "打开本页以来没有任何请求。",
    when: "时间",
    what: "请求",
    sent: "发出（字节）",
    received: "收到（字节）",
    failed: "没有回应",
    stored: "存在这台手机上的内容",
    kinds: {
      phone: "申报、行程、显示过的颜色、规则和数据",
      unsent: "没填完的申报",
      keys: "浏览器保管的密钥（读不出来）",
      gate: "检查点的信任名单",
    },
    unread: "读不到保存的内容。",
    size: (count: number) => `${count}个字符`,
  },
  {
    title: "What leaves this phone",
    about:
      "Every request since you opened this page. Only asking for a certificate sends anything: your masked name, the last 4 characters of your document number, public keys, the region and the time. With downloads, the server sees which purposes the rules are for, and with a mailbox a number that many people share.",
    none: "No requests since you opened this page.",
    when: "Time",
    what: "Request",
    sent: "Sent (bytes)",
    received: "Received (bytes)",
    failed: "no answer",
    stored: "What is stored on this phone",
    kinds: {
      phone: "Reports, diary, colours shown, rules and data",
      unsent: "A report that is not finished",
      keys: "Keys that the browser keeps (nobody can read them)",
      gate: "A checkpoint’s trust list",
    },
    unread: "What is stored cannot be read.",
    size: (count) => `${count} characters`,
  },
);

/** Under each kind of name, how many characters; `undefined` if they cannot be read. */
let sizes: [string, number][] | undefined = [];

/** Looks up what is stored, and draws it. */
async function look(app: CitizenApp): Promise<void> {
  const found = await storedSizes(own().hostAdaptors().storage).catch(() => undefined);
  sizes = found && [...found];
  app.update();
}

/** Every request of this visit as it is made, and what is stored. */
export function trafficPanel(app: CitizenApp): TemplateResult {
  const t = text();
  const opened = (event: Event) => void ((event.target as HTMLDetailsElement).open && look(app));
  return html`<details class="panel traffic" @toggle=${opened}>
    <summary>${t.title}</summary>
    <p class="hint">${t.about}</p>
    ${requests.length === 0 ? html`<p>${t.none}</p>` : table()}
    <h3>${t.stored}</h3>
    ${sizes === undefined ? html`<p class="fault" role="alert">${t.unread}</p>` : nothing}
    <ul>
      ${sizes?.map(([kind, count]) => html`<li>${t.kinds[kind as keyof typeof t.kinds]}${kind === "keys" ? nothing : html` · ${t.size(count)}`}</li>`)}
    </ul>
  </details>`;
}

function table(): TemplateResult {
  const t = text();
  return html`<table tabindex="0">
    <thead>
      <tr><th scope="col">${t.when}</th><th scope="col">${t.what}</th><th scope="col">${t.sent}</th><th scope="col">${t.received}</th></tr>
    </thead>
    <tbody>
      ${requests.map(
        ({ at, path, sent, received, status }) =>
          html`<tr><td>${seconds(at)}</td><td>${path.slice(0, 20)}</td><td>${sent}</td><td>${status === undefined ? t.failed : received}</td></tr>`,
      )}
    </tbody>
  </table>`;
}
