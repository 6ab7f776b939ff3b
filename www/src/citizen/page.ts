import { errorText, hostAdaptors, knownCodes } from "healthcode";
import { use } from "../app/package.ts";
import "../styles/index.css";
import { CitizenApp } from "./app.ts";
import { view } from "./view.ts";

use({ errorText, hostAdaptors, knownCodes });
const root = document.querySelector<HTMLElement>("#app");
const parts = { elements: () => import("./elements.ts"), trouble: () => import("./trouble.ts") };
if (root) void new CitizenApp(root, view, parts).start();
