// When the signed files are fetched again by themselves.
import type { Problem } from "../engine/core/healthcode.js";

/** How often the signed files are fetched again, in milliseconds. */
const REFRESH = 3_600_000;
/** The same while something is wrong with the clock, which the answers tell, or a new certificate is needed. */
const RECHECK = 60_000;

/** How long to wait before the signed files are fetched again, in milliseconds. */
export const pauseOf = (clockProblem: Problem | undefined, problem?: Problem): number =>
  clockProblem || isGone(problem) ? RECHECK : REFRESH;

/** Whether there is no code because the host has lost the certificate's key: only a new certificate helps. */
export const isGone = (problem: Problem | undefined): boolean => problem?.code === "host-key-gone";
