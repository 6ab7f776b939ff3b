import "../styles/index.css";
import { CitizenApp } from "./app.ts";

const root = document.querySelector<HTMLElement>("#app");
if (root) void new CitizenApp(root).start();
