import "../styles/index.css";
import { CheckpointApp } from "./app.ts";
import { view } from "./view.ts";

const root = document.querySelector<HTMLElement>("#app");
if (root) void new CheckpointApp(root, view).start();
