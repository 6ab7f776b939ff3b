import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./app.jsx";

/** Opens the page with server, roots and adaptors, which a function gives. */
export function open(options) {
  createRoot(document.querySelector("#app")).render(
    <StrictMode>
      <App options={options} />
    </StrictMode>,
  );
}
