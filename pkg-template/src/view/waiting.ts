import { problemOf } from "../texts/problem.js";
import { words } from "./language.js";
import { problemText } from "./problem.js";
import { connect, session } from "./session.js";

const text = words({ opening: "正在打开……", again: "重试" }, { opening: "Opening…", again: "Try again" });

/** What a component says while it has nothing to show, and on the button below it, where trying again may help. */
export function waiting(opening = text().opening) {
  const { problem, retry } = session;
  return { says: problem ? problemText(problem) : opening, again: problem && retry ? text().again : "" };
}

/** Tries again as the app says that it is done. */
export function retry(): Promise<unknown> {
  connect({ problem: undefined });
  return new Promise((resolve) => resolve(session.retry?.())).catch((thrown: unknown) => connect({ problem: problemOf(thrown) }));
}
