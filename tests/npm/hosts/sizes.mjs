// China's sizes for the version for elders (MIIT's design rules for apps, 2021), over what a page of a mini-program shows in a browser.

/** What is pressed or typed into: WeChat's and Alipay's own elements, and what a role says of others. */
const TARGETS = [
  ":is(wx-button, wx-input, wx-textarea, wx-picker, a-button, a-picker)",
  ":is(input, textarea):not(:is(wx-input, wx-textarea, .wx-sheet) *)",
  ...["role", "aria-role"].map(
    (role) => `:is([${role}=button], [${role}=radio], [${role}=checkbox], [${role}=switch])`,
  ),
].join();

/** What breaks the rules: type below 18 px, 11 in the full version, lines closer than 1.3, targets below 60 px, or 44. */
export function tooSmall(page, elders) {
  return page.evaluate(
    ([targets, least, press]) => {
      const found = new Set();
      const tell = (element, what) => {
        const { className, localName, textContent } = element;
        found.add(`${what}: <${localName} class="${className}"> ${textContent.trim().slice(0, 40)}`);
      };
      for (const element of document.querySelectorAll("body *")) {
        const { width, height } = element.getBoundingClientRect();
        if (width === 0 || height === 0 || element.closest("script, style, .wx-sheet")) continue;
        const { fontSize, lineHeight } = getComputedStyle(element);
        const [size, line] = [fontSize, lineHeight].map(Number.parseFloat);
        const own = [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim() !== "");
        if ((own || element.matches("input, textarea")) && !element.closest("[aria-hidden=true]")) {
          if (size < least - 0.01) tell(element, `${size.toFixed(1)} px`);
          if (own && line / size < 1.295) tell(element, `lines ${(line / size).toFixed(2)}`);
        }
        if (element.matches(targets) && Math.min(width, height) < press - 0.5)
          tell(element, `${Math.round(width)} × ${Math.round(height)}`);
      }
      return [...found];
    },
    [TARGETS, ...(elders ? [18, 60] : [11, 44])],
  );
}
