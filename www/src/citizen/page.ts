import "../styles/index.css";
import { CitizenApp } from "./app.ts";
import { view } from "./view.ts";

const root = document.querySelector<HTMLElement>("#app");
if (root) void new CitizenApp(root, view).start();
