import type { Adaptors, Problem } from "healthcode";
import { html, nothing, render } from "lit-html";
import { words } from "view/language.ts";
import { PageProblem } from "../app/problem.ts";
import { problemText } from "../i18n/errors/problem.ts";
import { Camera } from "./camera.ts";
import { readImage } from "./image.ts";

const text = words(
  {
    title: "对准二维码",
    without: "输入二维码",
    image: "选择图片",
    field: "没有摄像头？粘贴二维码的文字",
    use: "使用这段文字",
    cancel: "取消",
  },
  {
    title: "Point the camera at the QR code",
    without: "Enter the QR code",
    image: "Choose an image",
    field: "No camera? Paste the text of the QR code",
    use: "Use this text",
    cancel: "Cancel",
  },
);

/** No code's text is longer than this. */
const MOST = 2_520;

/** The scanner of this page: its camera, and a reader that every browser can run. It is loaded once somebody scans. */
export function scanner(): Adaptors["scan"] {
  return { scan: async (wanted = () => true) => one(wanted), watch };
}

/** Scans one code over the whole page; where there is no camera, from an image or as text. */
async function one(wanted: (text: string) => boolean): Promise<string> {
  const dialog = document.body.appendChild(document.createElement("dialog"));
  dialog.className = "scanner";
  let camera: Camera | undefined;
  let sees = true;
  let problem: Problem | undefined;
  try {
    return await new Promise<string>((resolve, reject) => {
      dialog.addEventListener("close", () => reject(new PageProblem("scan-cancelled", "the scan was ended")));
      const found = (texts: string[]) => {
        const [code, other] = new Set(texts.filter(wanted));
        if (other !== undefined) reject(new PageProblem("scan-two-codes", "two codes are in view"));
        else if (code !== undefined) resolve(code);
      };
      const say = (thrown: unknown) => {
        problem = thrown instanceof PageProblem ? thrown : new PageProblem("scan-failed", String(thrown));
        draw();
      };
      const type = (event: Event) => {
        event.preventDefault();
        const typed = (event.target as HTMLFormElement).querySelector("input")?.value.trim() ?? "";
        if (typed !== "") resolve(typed);
      };
      const choose = (event: Event) => {
        const input = event.target as HTMLInputElement;
        const file = input.files?.[0];
        input.value = "";
        if (file === undefined) return;
        const none = new PageProblem("image-without-code", "no code in it is wanted");
        readImage(file)
          .then((texts) => (texts.some(wanted) ? found(texts) : say(none)))
          .catch(say);
      };
      const draw = () => {
        const t = text();
        const content = html`<h2>${sees ? t.title : t.without}</h2>
          <div class="viewfinder" ?hidden=${!sees}><video muted playsinline></video></div>
          <p class="fault" role="alert">${problem ? problemText(problem) : nothing}</p>
          <form class="field" autocomplete="off" @submit=${type}>
            <label for="scanned">${t.field}</label>
            <input id="scanned" maxlength=${MOST} autocapitalize="off" spellcheck="false" />
            <button class=${sees ? "" : "primary"}>${t.use}</button>
          </form>
          <label class="button">${t.image}<input type="file" accept="image/*" @change=${choose} /></label>
          <button type="button" data-cancel @click=${() => dialog.close()}>${t.cancel}</button>`;
        render(content, dialog);
      };
      // What ends the camera does not end the scan: there are two more ways.
      const lost = (thrown: unknown) => {
        sees = false;
        say(thrown);
      };
      draw();
      dialog.showModal();
      camera = new Camera(dialog.querySelector("video") as HTMLVideoElement, found, lost);
      camera.start().catch(lost);
    });
  } finally {
    camera?.stop();
    dialog.remove();
  }
}

/** Scans on and on in the page's viewfinder. */
function watch(see: (texts: string[]) => void, over: (problem: Problem) => void): () => void {
  const place = document.querySelector<HTMLElement>("#viewfinder");
  const video = place?.querySelector("video");
  if (!place || !video) throw new PageProblem("scan-missing", "the page has no viewfinder");
  place.hidden = false;
  const camera = new Camera(video, see, (problem) => {
    place.hidden = true;
    over(problem);
  });
  camera.start().catch((thrown: PageProblem) => {
    place.hidden = true;
    over(thrown);
  });
  return () => {
    place.hidden = true;
    camera.stop();
  };
}
