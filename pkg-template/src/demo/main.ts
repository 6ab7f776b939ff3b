// The package's command: `npx healthcode demo`.
import { existsSync, mkdirSync, readdirSync, statSync } from "node:fs";
import type { Server } from "node:http";
import { networkInterfaces } from "node:os";
import { relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { Qr } from "../engine/issuer/healthcode.js";
import { codeOf } from "../failure.js";
import { init } from "../hosts/issuer/node-module.js";
import { DemoIssuer } from "./issuer.js";
import { demoServer } from "./server.js";

const USAGE = `healthcode demo [OPTION...]   a demo issuer: rules, risk data and certificates, and a page to try them on

  --port PORT        where it listens (8080); 0 takes any free port
  --network          this machine's own network may ask, too, so that a phone in it can try it
  --address ADDRESS  the same, by this one of the machine's addresses
  --data FOLDER      where its keys are, which are made at its first start (healthcode-demo)

healthcode --version
`;

/** What ends the command with a sentence. */
class Refusal extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

const say = (line: string): void => {
  process.stderr.write(`${line}\n`);
};

/** The addresses of this machine in networks, the private ones first. */
export function ownAddresses(): string[] {
  const all = Object.values(networkInterfaces()).flatMap((one) => one ?? []);
  const found = all.filter(({ family, internal }) => family === "IPv4" && !internal).map(({ address }) => address);
  const isPrivate = (address: string) => /^(10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.)/.test(address);
  return found.sort((one, other) => Number(isPrivate(other)) - Number(isPrivate(one)));
}

function options(args: string[]) {
  let given: { values: { [name: string]: string | boolean | undefined }; positionals: string[] };
  try {
    given = parseArgs({
      args,
      allowPositionals: true,
      options: {
        port: { type: "string", default: "8080" },
        network: { type: "boolean", default: false },
        address: { type: "string" },
        data: { type: "string", default: "healthcode-demo" },
        help: { type: "boolean", short: "h", default: false },
        version: { type: "boolean", default: false },
      },
    });
  } catch (thrown) {
    throw new Refusal("demo-usage", `${(thrown as Error).message}\n\n${USAGE}`);
  }
  const { port, network, address, data, help, version } = given.values;
  const number = Number(port);
  if (!/^\d{1,5}$/.test(String(port)) || number > 65_535)
    throw new Refusal("demo-usage", `--port is ${port}, and must be a number from 0 to 65535`);
  if (data === "") throw new Refusal("demo-usage", "--data names no folder");
  const own = ownAddresses();
  if (address !== undefined && !own.includes(String(address)))
    throw new Refusal(
      "demo-usage",
      `--address is ${address}; this machine has ${own.join(", ") || "none in a network"}`,
    );
  if (network && own.length === 0) throw new Refusal("demo-usage", "this machine has no address in a network");
  const wanted = address === undefined ? (network ? own.slice(0, 1) : []) : [String(address)];
  return { port: number, addresses: wanted, data: resolve(String(data)), help, version, words: given.positionals };
}

/** The files that the page is made of: its own, and those of the package. */
function pageFiles(root: string): Map<string, string> {
  const files = new Map<string, string>();
  for (const name of ["index.html", "page.mjs", "style.css"]) files.set(`/${name}`, resolve(root, "demo", name));
  for (const name of readdirSync(resolve(root, "web"))) {
    if (/\.(m?js)$/.test(name)) files.set(`/package/web/${name}`, resolve(root, "web", name));
  }
  for (const name of ["healthcode.wasm", "checkpoint.wasm"]) files.set(`/package/${name}`, resolve(root, name));
  return files;
}

const listening = (server: Server, port: number, host: string): Promise<number> =>
  new Promise((done, failed) => {
    server.once("error", (thrown: NodeJS.ErrnoException) => {
      if (thrown.code === "EADDRINUSE")
        failed(new Refusal("demo-port-taken", `port ${port} is taken: name another one by --port, or any by --port 0`));
      else if (thrown.code === "EACCES")
        failed(new Refusal("demo-port-denied", `port ${port} is not for everybody: name one above 1023 by --port`));
      else failed(new Refusal("demo-listen", `cannot listen on ${host}:${port}: ${thrown.message}`));
    });
    server.listen(port, host, () => {
      const at = server.address();
      done(typeof at === "object" && at !== null ? at.port : port);
    });
  });

/** A QR code as a terminal shows it, two rows in a line, black on white. */
function drawn(text: string): string {
  const symbol = new Qr(text);
  const [side, modules] = [symbol.width, symbol.modules()];
  symbol.free();
  const dark = (x: number, y: number) => x >= 0 && y >= 0 && x < side && y < side && modules[y * side + x] === 1;
  const lines: string[] = [];
  for (let y = -2; y < side + 2; y += 2) {
    let line = "";
    for (let x = -2; x < side + 2; x += 1)
      line += [" ", "▄", "▀", "█"][Number(dark(x, y)) * 2 + Number(dark(x, y + 1))];
    lines.push(`  \x1b[30;107m${line}\x1b[0m`);
  }
  return lines.join("\n");
}

async function demo({ port, addresses, data }: ReturnType<typeof options>): Promise<void> {
  const root = fileURLToPath(new URL("..", import.meta.url));
  await init();
  try {
    // Not the folders above it: in some of Linux's own, Node would try for ever.
    if (!existsSync(data)) mkdirSync(data, { mode: 0o700 });
    else if (!statSync(data).isDirectory()) throw new Error("it is a file");
  } catch (thrown) {
    throw new Refusal("demo-folder", `${data} cannot be used: ${(thrown as Error).message}`);
  }
  const sources = { rules: [resolve(root, "demo/hangzhou.toml")], risk: resolve(root, "demo/risk.csv") };
  const issuer = new DemoIssuer(data, sources);
  issuer.site();
  const files = pageFiles(root);
  const servers = ["127.0.0.1", ...addresses].map((host) => ({
    host,
    server: demoServer({ issuer, files, addresses, say }),
  }));
  let found = port;
  for (const { host, server } of servers) found = await listening(server, found, host);
  introduce(issuer, relative(process.cwd(), data) || ".", found, addresses);
  const stop = () => {
    say("stopped");
    for (const { server } of servers) {
      server.close();
      server.closeAllConnections();
    }
    process.off("SIGINT", stop);
    process.off("SIGTERM", stop);
  };
  process.on("SIGINT", stop);
  process.on("SIGTERM", stop);
}

function introduce(issuer: DemoIssuer, data: string, port: number, addresses: readonly string[]): void {
  const server = `http://127.0.0.1:${port}`;
  const lines = [
    "a DEMO issuer, to try healthcode out: it believes whoever asks, and nobody should trust what it signs",
    `  DEMO keys: in ${data}`,
    ...issuer.rules.map(
      ({ title, validUntil }) =>
        `  rules: ${title.en} of February 2020, as of these weeks (until ${validUntil.slice(0, 10)})`,
    ),
    "",
    `open ${server}/ for a code and a checkpoint, or open a phone in your app:`,
    "",
    "  const phone = await openPhone({",
    `    server: "${server}",`,
    `    roots: { keys: ["${issuer.roots.keys.join('", "')}"], signers: 1 },`,
    "  });",
    "",
    ...addresses.flatMap((address) => [
      `on a phone in this machine's network: http://${address}:${port}/`,
      "anybody in that network can ask for certificates meanwhile",
      ...(process.stdout.isTTY ? [drawn(`HTTP://${address}:${port}/`)] : []),
      "",
    ]),
    `listening on ${server}/, Ctrl-C stops it`,
  ];
  process.stdout.write(`${lines.join("\n")}\n`);
}

async function main(args: string[]): Promise<void> {
  const given = options(args);
  if (given.version) process.stdout.write(`${VERSION}\n`);
  else if (given.help) process.stdout.write(USAGE);
  else if (given.words.length === 1 && given.words[0] === "demo") await demo(given);
  else throw new Refusal("demo-usage", USAGE.trimEnd());
}

main(process.argv.slice(2)).catch((thrown: unknown) => {
  const { message } = thrown instanceof Error ? thrown : new Error(String(thrown));
  say(`error[${codeOf(thrown) ?? "package-fault"}]: ${message}`);
  process.exitCode = codeOf(thrown) === "demo-usage" ? 2 : 1;
});
