import { html, nothing, type TemplateResult } from "lit-html";
import { words } from "view/language.ts";
import { LastReading } from "./reading.ts";

const text = words(
  {
    title: "现场测温",
    label: "体温读数（°C）",
    check: "看结果",
    fever: (reading: string) => `${reading}°C，发热：先不要放行，按当地对发热的规定处理。`,
    well: (reading: string) => `${reading}°C，没有发热。`,
    strange: "请填34到43之间的读数，如36.5。",
    fahrenheit: (reading: string) => `这像是华氏度，约${reading}°C。请填摄氏度。`,
    more: "37.3°C及以上算发热。读数不保存、不上传，与健康码无关；20秒后自动清除。",
  },
  {
    title: "Temperature at the gate",
    label: "Reading (°C)",
    check: "Check",
    fever: (reading) => `${reading} °C, a fever: do not let them through yet; follow the local rules for fever.`,
    well: (reading) => `${reading} °C, no fever.`,
    strange: "Enter a reading from 34 to 43, such as 36.5.",
    fahrenheit: (reading) => `This looks like Fahrenheit, about ${reading} °C. Enter degrees Celsius.`,
    more: "37.3 °C and above is a fever. The reading is neither stored nor sent, and the health code is not changed by it. It clears itself in 20 s.",
  },
);

/** The reading of somebody at the gate. */
export class Temperature extends LastReading {
  private readonly told: (is: "fever" | "well") => void;

  /** `told` hears of each reading that is one. */
  constructor(update: () => void, told: (is: "fever" | "well") => void) {
    super(update);
    this.told = told;
  }

  private readonly check = (event: Event): void => {
    event.preventDefault();
    const input = (event.target as HTMLFormElement).querySelector("input");
    if (!input) return;
    const { is } = this.take(input.value);
    if (is === "fever" || is === "well") {
      // The next person's comes into an empty field, and what a scanner types next does not come into it.
      input.value = "";
      input.blur();
      this.told(is);
    } else input.focus();
    this.update();
  };

  view(): TemplateResult {
    const t = text();
    return html`<section class="panel temperature">
      <h2>${t.title}</h2>
      <form class="field" novalidate autocomplete="off" @submit=${this.check}>
        <label for="reading">${t.label}</label>
        <input id="reading" inputmode="decimal" maxlength="12" aria-describedby="reading-told reading-more" />
        <button>${t.check}</button>
      </form>
      <p class=${this.reading?.is === "well" ? "well" : "fault"} id="reading-told" role="status">${this.says()}</p>
      <p class="hint" id="reading-more">${t.more}</p>
    </section>`;
  }

  private says(): string | typeof nothing {
    const { reading } = this;
    if (reading === undefined) return nothing;
    if (reading.is === "strange") return text().strange;
    return text()[reading.is](reading.celsius.toFixed(1));
  }
}
