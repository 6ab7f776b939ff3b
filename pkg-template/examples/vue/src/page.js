import { createApp } from "vue";
import App from "./App.vue";

/** Opens the page with server, roots and adaptors, which a function gives. */
export function open(options) {
  createApp(App, { options }).mount("#app");
}
