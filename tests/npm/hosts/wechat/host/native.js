// WeChat's own elements, as far as the sample uses them: each a component around elements of the page, with WeChat's
// attributes and events. `view`, `text` and `block` need nothing.

const string = (value = "") => ({ type: String, value });
const boolean = { type: Boolean, value: false };

/** What a screen reader is told, as properties: WeChat's elements take the attributes of ARIA. */
const SPOKEN = ["role", "label", "checked", "hidden", "disabled", "expanded", "live"];
const spoken = Object.fromEntries(
  SPOKEN.map((name) => [`aria${name[0].toUpperCase()}${name.slice(1)}`, { type: null, value: null }]),
);

/** The same, on the element of the page. */
const speak = Object.fromEntries(
  SPOKEN.map((name) => [
    `aria${name[0].toUpperCase()}${name.slice(1)}`,
    function (value) {
      if (value !== null)
        (this.input ?? element(this)).setAttribute(name === "role" ? "role" : `aria-${name}`, String(value));
    },
  ]),
);

/** The element of the page in which a component is drawn. */
const element = (component) => component._$.getBackendElement();

/** Attributes that WeChat documents and that change nothing here: frameworks' templates have all of them. */
const idle = (names) => Object.fromEntries(names.split(" ").map((name) => [name, { type: null, value: null }]));
const OF_FIELDS = idle(
  "name placeholderStyle placeholderClass cursorSpacing cursorColor cursor confirmType confirmHold selectionStart selectionEnd " +
    "alwaysEmbed adjustPosition holdKeyboard autoFill safePasswordCertPath safePasswordLength safePasswordTimeStamp " +
    "safePasswordNonce safePasswordSalt safePasswordCustomHash",
);
const OF_BUTTONS = idle(
  "name lang hoverClass hoverStartTime hoverStayTime hoverStopPropagation sessionFrom sendMessageTitle sendMessagePath " +
    "sendMessageImg showMessageCard appParameter businessId",
);

function field(tag, prepare) {
  return {
    properties: {
      ...OF_FIELDS,
      value: string(),
      type: string("text"),
      placeholder: string(),
      maxlength: { type: Number, value: 140 },
      disabled: boolean,
      focus: boolean,
      password: boolean,
    },
    lifetimes: {
      attached() {
        const input = document.createElement(tag);
        this.input = input;
        element(this).append(input);
        prepare(this, input);
        input.value = this.data.value;
        input.placeholder = this.data.placeholder;
        input.maxLength = this.data.maxlength;
        input.disabled = this.data.disabled;
        const tell = (event, detail) =>
          input.addEventListener(event, (native) => {
            // The page's own event would be taken for WeChat's.
            native.stopPropagation();
            this.triggerEvent(event, detail(), {});
          });
        tell("input", () => ({ value: input.value, cursor: input.selectionStart }));
        tell("focus", () => ({ value: input.value }));
        tell("blur", () => ({ value: input.value }));
        // A phone's keyboard has a key for it; a computer has Enter.
        if (tag === "input")
          input.addEventListener("keydown", ({ key }) => {
            if (key === "Enter") this.triggerEvent("confirm", { value: input.value }, {});
          });
      },
    },
    observers: {
      value(value) {
        if (this.input && this.input.value !== value) this.input.value = value;
      },
      disabled(disabled) {
        if (this.input) this.input.disabled = disabled;
      },
    },
  };
}

/** A sheet over the page, as the wheels of a phone are one: gives what was chosen, or nothing. */
function sheet(fill) {
  const dialog = document.createElement("dialog");
  dialog.className = "wx-sheet";
  document.body.append(dialog);
  return new Promise((resolve) => {
    const close = (value) => {
      dialog.remove();
      resolve(value);
    };
    fill(dialog, close);
    dialog.showModal();
  });
}

const button = (text, act) => {
  const made = document.createElement("button");
  made.textContent = text;
  made.addEventListener("click", act);
  return made;
};

/** A field of the page's own with a word to go on. */
function typed(attributes) {
  return sheet((dialog, close) => {
    const input = Object.assign(document.createElement("input"), attributes);
    dialog.append(
      input,
      button("确定", () => close(input.value)),
      button("取消", () => close(undefined)),
    );
  });
}

const PICK = {
  selector: async ({ range, rangeKey }) => {
    const chosen = await sheet((dialog, close) => {
      range.forEach((one, at) => dialog.append(button(rangeKey ? one[rangeKey] : one, () => close(at))));
    });
    return chosen === undefined ? undefined : { value: String(chosen) };
  },
  date: async ({ value, start, end }) => {
    const chosen = await typed({ type: "date", value, min: start, max: end });
    return chosen ? { value: chosen } : undefined;
  },
  time: async ({ value }) => {
    const chosen = await typed({ type: "time", value });
    return chosen ? { value: chosen } : undefined;
  },
  // The real one shows three wheels of names; here the code is typed in.
  region: async ({ level }) => {
    const digits = await typed({ type: "text", placeholder: "GB/T 2260" });
    if (!/^\d{6}/.test(digits ?? "")) return undefined;
    const parts = { province: 1, city: 2, region: 3, "sub-district": 4 }[level] ?? 3;
    const code = [2, 4, 6].slice(0, parts).map((length) => digits.slice(0, length).padEnd(6, "0"));
    if (parts === 4 && digits.length >= 9) code.push(digits.slice(0, 9));
    return { code, value: code.map((one) => `地区${one}`), postcode: "000000" };
  },
};

const plain = {
  button: {
    slot: true,
    properties: {
      ...OF_BUTTONS,
      disabled: boolean,
      type: string("default"),
      size: string("default"),
      plain: boolean,
      loading: boolean,
      openType: string(),
      formType: string(),
    },
    lifetimes: {
      attached() {
        element(this).setAttribute("role", "button");
        element(this).setAttribute("tabindex", "0");
      },
    },
    observers: {
      disabled(disabled) {
        element(this)?.setAttribute("aria-disabled", String(disabled));
      },
    },
  },
  input: field("input", (component, input) => {
    input.inputMode = { digit: "decimal", number: "numeric" }[component.data.type] ?? "text";
  }),
  textarea: field("textarea", () => {}),
  picker: {
    slot: true,
    properties: {
      mode: string("selector"),
      range: { type: Array, value: [] },
      rangeKey: string(),
      value: null,
      start: string(),
      end: string(),
      level: string("region"),
      disabled: boolean,
    },
    lifetimes: {
      attached() {
        this._$.addListener("tap", async () => {
          if (this.data.disabled) return;
          const detail = await PICK[this.data.mode](this.data);
          this.triggerEvent(detail ? "change" : "cancel", detail ?? {}, {});
        });
      },
    },
  },
  canvas: {
    properties: { type: string(), canvasId: string(), disableScroll: boolean },
    lifetimes: {
      attached() {
        this.canvas = document.createElement("canvas");
        this.canvas.style.cssText = "width:100%;height:100%;display:block";
        element(this).append(this.canvas);
      },
    },
  },
  image: {
    properties: { src: string(), mode: string("scaleToFill") },
    observers: {
      src(src) {
        if (src) element(this).style.backgroundImage = `url("${src}")`;
      },
    },
  },
  "scroll-view": { slot: true, properties: { scrollX: boolean, scrollY: boolean } },
};

/** The elements by their names, with what all of them take. */
export const natives = Object.fromEntries(
  Object.entries(plain).map(([name, { properties, observers, ...rest }]) => [
    name,
    { ...rest, properties: { ...spoken, ...properties }, observers: { ...speak, ...observers } },
  ]),
);
