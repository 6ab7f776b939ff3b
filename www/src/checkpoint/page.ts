import { drawQr, errorText, hostAdaptors, knownCodes } from "healthcode/checkpoint";
import { use } from "../app/package.ts";
import "../styles/index.css";
import { CheckpointApp } from "./app.ts";
import { view } from "./view.ts";

use({ drawQr, errorText, hostAdaptors, knownCodes });
const root = document.querySelector<HTMLElement>("#app");
if (root) void new CheckpointApp(root, view).start();
