// What a component shows while there is no phone yet.
import { problemOf } from "../texts/problem.js";
import { wordsOf } from "./language.js";
import { problemText } from "./problem.js";
import { connect, session } from "./session.js";

const text = wordsOf("waiting", { opening: "正在打开……", again: "重试" }, { opening: "Opening…", again: "Try again" });
export type WaitingText = ReturnType<typeof text>;

/** What a component says while it has nothing to show, and the label of the retry button, if trying again may help. */
export function waiting(opening = text().opening) {
  const { problem, retry } = session;
  return { wait: problem ? problemText(problem) : opening, tryAgain: problem && retry ? text().again : "" };
}

/** Tries again with the app's own function. */
export async function retry(): Promise<void> {
  connect({ problem: undefined });
  try {
    await session.retry?.();
  } catch (thrown) {
    connect({ problem: problemOf(thrown) });
  }
}
