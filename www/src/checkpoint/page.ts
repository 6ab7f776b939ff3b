import "../styles/index.css";
import { CheckpointApp } from "./app.ts";

const root = document.querySelector<HTMLElement>("#app");
if (root) void new CheckpointApp(root).start();
