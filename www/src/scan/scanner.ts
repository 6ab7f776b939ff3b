import type { Adaptors, Problem } from "healthcode";
import { html, render } from "lit-html";
import { words } from "view/language.ts";
import { PageProblem } from "../app/problem.ts";
import { Camera } from "./camera.ts";

const text = words(
  { title: "对准二维码", cancel: "取消" },
  { title: "Point the camera at the QR code", cancel: "Cancel" },
);

/** The scanner of this page: its camera, and a reader that every browser can run. It is loaded once somebody scans. */
export function scanner(): Adaptors["scan"] {
  return { scan: async (wanted = () => true) => one(wanted), watch };
}

/** Scans one code over the whole page. */
async function one(wanted: (text: string) => boolean): Promise<string> {
  const dialog = document.body.appendChild(document.createElement("dialog"));
  dialog.className = "scanner";
  let camera: Camera | undefined;
  try {
    return await new Promise<string>((resolve, reject) => {
      const cancel = () => reject(new PageProblem("scan-cancelled", "the scan was ended"));
      dialog.addEventListener("close", cancel);
      const content = html`<h2>${text().title}</h2>
        <div class="viewfinder"><video muted playsinline></video></div>
        <button type="button" @click=${() => dialog.close()}>${text().cancel}</button>`;
      render(content, dialog);
      dialog.showModal();
      const found = (texts: string[]) => {
        const [code, other] = new Set(texts.filter(wanted));
        if (other !== undefined) reject(new PageProblem("scan-two-codes", "two codes are in view"));
        else if (code !== undefined) resolve(code);
      };
      camera = new Camera(dialog.querySelector("video") as HTMLVideoElement, found, reject);
      camera.start().catch(reject);
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
