// What a checkpoint says of its own files.
import type { FileState, Problem } from "../engine/core/healthcode.js";
import { checkpointWords } from "./checkpoint-words.js";
import { staleInWords } from "./explain/data.js";
import { dayAndTime } from "./format.js";
import type { Checkpoint } from "./phone.js";
import { codeText, problemText } from "./problem.js";
import { sentences } from "./spans.js";

/** What a checkpoint says of itself. None of it is the fault of whoever shows a code. */
export interface Desk {
  /** Why nothing can be verified; empty if codes can be. */
  closed: string;
  /** Which trust list is in use, and until when. */
  trust: string;
  /** As of when it knows which certificates are withdrawn; empty if it does not. */
  statuses: string;
  /** What is well enough for now: the server cannot be reached, but what is here is good. */
  calm: string;
  /** What somebody has to see to: files that are too old, or that were refused. */
  fault: string;
}

/** For how long a list of withdrawn certificates is gone by, in milliseconds. */
const STATUS_LIFE = 86_400_000;

/** Whether the trust list is in force. */
const isInForce = (trust: FileState | undefined, now: number): boolean =>
  trust !== undefined && trust.problem === undefined && !(Date.parse(trust.expires ?? "") <= now);

/** Whether a checkpoint can verify anything. */
export function isOpen(checkpoint: Checkpoint | undefined): boolean {
  return checkpoint !== undefined && isInForce(checkpoint.trust, checkpoint.adaptors.clock.now());
}

/** The state of the checkpoint itself, in words; `problem` is why its files could not be renewed. */
export function deskInWords(checkpoint: Checkpoint | undefined, problem: Problem | undefined): Desk {
  const t = checkpointWords();
  const { trust, manifest } = checkpoint ?? {};
  const now = checkpoint?.adaptors.clock.now() ?? 0;
  const told = problem ? problemText(problem) : "";
  const until = trust?.expires ? dayAndTime(trust.expires) : "";
  if (!isOpen(checkpoint)) {
    const over = Date.parse(trust?.expires ?? "") <= now;
    const closed = over ? t.expired(until) : trust?.problem ? codeText(trust.problem) : t.noTrust;
    return { closed, trust: "", statuses: "", calm: "", fault: told };
  }
  const { statusAt } = checkpoint ?? {};
  const old = statusAt !== undefined && now - Date.parse(statusAt) >= STATUS_LIFE;
  const unreached = problem !== undefined && /^(network|http)-/.test(problem.code);
  return {
    closed: "",
    trust: t.trust(String(trust?.version ?? "?"), until),
    statuses: statusAt === undefined ? "" : t.statuses(dayAndTime(statusAt)),
    calm: unreached ? t.offline : "",
    fault: sentences([
      staleInWords(manifest ? [manifest] : [], now),
      old ? codeText("code-old-status") : "",
      unreached ? "" : told,
    ]),
  };
}
