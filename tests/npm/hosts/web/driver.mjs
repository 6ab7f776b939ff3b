// A browser over WebDriver (W3C): Chromium, Firefox, and WebKitGTK's MiniBrowser on a display of its own.
import { spawn } from "node:child_process";
import { readdirSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { CHROMIUM } from "../../../chromium.mjs";

/** How long a driver may take to answer its first question, in milliseconds. */
const PATIENCE = 30_000;
const ELEMENT = "element-6066-11e4-a52e-4f735466cecf";

/** Where Debian has the WebKitGTK package's own little browser: the folder names the architecture and the library's version. */
function miniBrowser() {
  const roots = readdirSync("/usr/lib").map((name) => join("/usr/lib", name));
  const found = roots
    .filter((root) => root.endsWith("-linux-gnu"))
    .flatMap((root) =>
      readdirSync(root)
        .filter((name) => name.startsWith("webkit2gtk-"))
        .map((name) => join(root, name, "MiniBrowser")),
    );
  return process.env.MINIBROWSER_BIN ?? found.at(-1);
}

const BROWSERS = {
  chromium: {
    program: ["chromedriver"],
    capabilities: {
      "goog:chromeOptions": {
        binary: CHROMIUM.executablePath,
        args: [...CHROMIUM.args, "--window-size=420,900"],
      },
    },
  },
  firefox: {
    program: ["geckodriver"],
    capabilities: { "moz:firefoxOptions": { args: ["-headless", "-width=420", "-height=900"] } },
  },
  webkit: {
    program: ["xvfb-run", "-a", "-s", "-screen 0 1280x1024x24", "WebKitWebDriver"],
    capabilities: { "webkitgtk:browserOptions": { binary: miniBrowser(), args: ["--automation"] } },
  },
};

export const names = Object.keys(BROWSERS);

function freePort() {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

/** A browser of that name, closed after the test; `prefs` are Firefox's or Chromium's own. */
export async function open(test, name, { prefs } = {}) {
  const { program, capabilities: own } = BROWSERS[name];
  const capabilities = Object.fromEntries(
    Object.entries(own).map(([vendor, options]) => [vendor, prefs ? { ...options, prefs } : options]),
  );
  const port = await freePort();
  const [command, ...given] = program;
  // A group of its own, so that the display and the browser end with the driver.
  const child = spawn(command, [...given, `--port=${port}`], { stdio: "ignore", detached: true });
  const failed = new Promise((_, reject) => child.once("error", reject));
  failed.catch(() => {});
  const base = `http://127.0.0.1:${port}/session`;
  const ask = async (method, path, body) => {
    const reply = await fetch(base + path, {
      method,
      body: body && JSON.stringify(body),
      headers: { "content-type": "application/json" },
    });
    const { value } = await reply.json();
    if (!reply.ok) throw new Error(`${name}: ${value.error}: ${value.message}`);
    return value;
  };
  let session;
  test.after(async () => {
    if (session) await ask("DELETE", `/${session}`).catch(() => {});
    try {
      process.kill(-child.pid, "SIGTERM");
    } catch {
      // It has ended.
    }
  });
  for (const started = Date.now(); !session; ) {
    try {
      ({ sessionId: session } = await Promise.race([
        failed,
        ask("POST", "", { capabilities: { alwaysMatch: capabilities } }),
      ]));
    } catch (thrown) {
      if (!(thrown instanceof TypeError) || Date.now() - started > PATIENCE) throw thrown;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
  const to = (method, path, body) => ask(method, `/${session}${path}`, body);
  const browser = {
    name,
    go: (url) => to("POST", "/url", { url }),
    /** The value of a function's body in the page; it may give a promise. */
    run: (script, ...args) => to("POST", "/execute/sync", { script, args }),
    screenshot: async () => Buffer.from(await to("GET", "/screenshot"), "base64"),
    /** Types at the element that a script finds, as a person would. */
    type: async (script, text) => {
      const found = await browser.until(script, "the element to type at");
      await to("POST", `/element/${found[ELEMENT]}/value`, { text });
    },
    /** Waits until the body of a function gives something true. */
    until: async (script, what, patience = PATIENCE) => {
      for (const started = Date.now(); ; ) {
        const found = await to("POST", "/execute/sync", { script, args: [] });
        if (found) return found;
        if (Date.now() - started > patience) throw new Error(`${name}: ${what} did not come`);
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    },
  };
  return browser;
}
