// What no host may meet in the engine's module.

/** Why a module is not for every host; nothing if it is. */
export function faults(bytes) {
  const module = new WebAssembly.Module(bytes);
  const found = [];
  const stubs = {};
  for (const { module: from, name, kind } of WebAssembly.Module.imports(module)) {
    if (kind !== "function" || from !== "./healthcode_bg.js") found.push(`imports the ${kind} ${name} of ${from}`);
    stubs[from] = { ...stubs[from], [name]: () => 0 };
  }
  for (const { name, kind } of WebAssembly.Module.exports(module)) {
    if (kind !== "function" && name !== "memory") found.push(`exports the ${kind} ${name}`);
  }
  // One function is one object, whatever it is exported as. WeChat on iPhones loses those that have more than three names.
  const names = new Map();
  if (found.length === 0) {
    for (const [name, value] of Object.entries(new WebAssembly.Instance(module, stubs).exports))
      names.set(value, [...(names.get(value) ?? []), name]);
  }
  for (const same of names.values()) if (same.length > 1) found.push(`exports one function as ${same.join(", ")}`);
  // A panic would name its source by the folders of the machine that built it.
  for (const [path] of Buffer.from(bytes)
    .toString("latin1")
    .matchAll(/[\w./+@-]*\/[\w.+@-]+\.rs\b/g))
    found.push(`names the source ${path}`);
  return found;
}
