// What a checkpoint asks codes to be for.
import { need } from "../argument.js";
import type { Accepted, KnownFile, RulesFor } from "../engine/core/healthcode.js";
import type { Judgement } from "./challenge.js";

/**
 * What codes are to be for: `everyday` for the everyday code of any region, a purpose such as `hospital` in any region, one of the two
 * in one region as `RulesFor` has it (`3301`, `44/hospital`), or `any`.
 */
export type Wanted = "everyday" | "any" | RulesFor | (string & {});

const FORM = /^([a-z][a-z0-9_-]{0,11}|(\d{2,12}|[A-Z]{2}(-[A-Z0-9]{1,3})?)(\/[a-z][a-z0-9_-]{0,11})?)$/;

/** Throws `misuse-argument` for what no code can be for. */
export function checkWanted(wanted: unknown): void {
  need(
    typeof wanted === "string" && FORM.test(wanted),
    "purpose",
    "`everyday`, `any`, a purpose such as `hospital`, or of one region, such as `44/hospital`",
  );
}

/** A region and a purpose; either may be left open. */
export interface Use {
  /** `00` is the whole country. */
  region?: string | undefined;
  /** `undefined` for everyday. */
  purpose?: string | undefined;
}

/** What is meant by it; `undefined` for any use. */
export function useOf(wanted: Wanted): Use | undefined {
  if (wanted === "any") return undefined;
  if (wanted === "everyday") return {};
  if (/^[a-z]/.test(wanted)) return { purpose: wanted };
  const [region, purpose] = wanted.split("/");
  return { region, purpose };
}

/** What rules are for. */
export const usedFor = ({ region, purpose }: KnownFile): Use => ({ region: region ?? "00", purpose });

function isFor(wanted: Wanted, rules: KnownFile | undefined): boolean {
  const use = useOf(wanted);
  if (use === undefined) return true;
  if (rules === undefined) return false;
  const found = usedFor(rules);
  return found.purpose === use.purpose && (use.region === undefined || use.region === found.region);
}

/**
 * The verdict on an accepted code at a checkpoint that asks for a use: a code for another, and one whose rules the checkpoint does not
 * know, is undecided whatever its colour, and comes without name and digits.
 */
export function heldTo(wanted: Wanted, accepted: Accepted & { verdict: "accepted" }): Judgement {
  const { named } = accepted.rules;
  if (isFor(wanted, named)) return accepted;
  const verdict = { verdict: "undecided", stage: "content", wanted } as const;
  return named === undefined
    ? {
        ...verdict,
        code: "gate-unknown-purpose",
        message: `the manifest does not name the code's rules: ${wanted} is asked`,
      }
    : { ...verdict, code: "gate-other-purpose", message: `the code is not for ${wanted}`, madeBy: named };
}
