import { errorText, hostAdaptors, knownCodes } from "healthcode/checkpoint";
import { prefer } from "healthcode/components/checkpoint";
import { use } from "../app/package.ts";
import "../styles/index.css";
import "../styles/checkpoint.css";
import { CheckpointApp } from "./app.ts";
import { allowSound } from "./signal.ts";
import { view } from "./view.ts";

use({ errorText, hostAdaptors, knownCodes, prefer });
allowSound();
const root = document.querySelector<HTMLElement>("#app");
if (root) void new CheckpointApp(root, view).start();
