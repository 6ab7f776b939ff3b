// What codes are for, in words.
import type { Accepted, KnownFile, Place } from "../engine/core/healthcode.js";
import { own } from "../own.js";
import type { Judgement } from "../phone/challenge.js";
import { type Use, usedFor, useOf, type Wanted } from "../phone/purpose.js";
import { wordsOf } from "./language.js";

const text = wordsOf(
  "purposes",
  {
    any: "不限用途",
    everyday: "日常通行",
    purposes: { hospital: "医院就诊与陪护", school: "学校", arrival: "入境", contact: "传染病接触后监测" } as Names,
    inRegion: (use: string, region: string) => `${use}（${region}）`,
    use: (use: string) => `用途：${use}`,
    unknown: "用途不明：规则不在本机的发布清单里",
    other: (found: string, wanted: string) => `这是“${found}”的码，这里要看的是“${wanted}”的码。`,
    show: (wanted: string) => `请对方打开“${wanted}”的健康码，再扫一次；在此之前不要放行。`,
    unnamed: (wanted: string) => `这里要看的是“${wanted}”的码。看不出这个码是什么用途：它的规则不在本机的发布清单里。`,
    update: "请本机和对方手机都联网更新，再扫一次；在此之前不要放行。",
  },
  {
    any: "Any purpose",
    everyday: "Everyday use",
    purposes: {
      hospital: "Hospital visit",
      school: "School",
      arrival: "Arrival in a country",
      contact: "Monitoring after contact",
    },
    inRegion: (use, region) => `${use} (${region})`,
    use: (use) => `For: ${use}`,
    unknown: "Purpose unknown: its rules are not in this device’s manifest",
    other: (found, wanted) => `This code is for “${found}”; this checkpoint asks for “${wanted}”.`,
    show: (wanted) =>
      `Ask them to show their code for “${wanted}”, and scan that. Until then, do not let them through.`,
    unnamed: (wanted) =>
      `This checkpoint asks for “${wanted}”. What this code is for cannot be told: its rules are not in this device’s manifest.`,
    update: "Update both this device and their phone online, and scan again. Until then, do not let them through.",
  },
);
export type PurposesText = ReturnType<typeof text>;

type Names = { readonly [purpose: string]: string };

/** What a gate offers to ask for, unless the app says what: what there are names for. */
export const OFFERED: readonly Wanted[] = ["everyday", "hospital", "school", "arrival", "contact", "any"];

/** What a region is called; its code where nobody has said. */
let regionName = (region: Place): string => region;

/** Has regions called by their names. */
export function regionsBy(name: (region: Place) => string): void {
  regionName = name;
}

/** What a use is called; a purpose without a name of its own by the one that its rules give. */
function useName({ region, purpose }: Use): string {
  const t = text();
  const name = purpose === undefined ? t.everyday : (own(t.purposes, purpose) ?? purpose);
  return region === undefined || region === "00" ? name : t.inRegion(name, regionName(region));
}

/** What a gate asks for, in words. */
export function wantedInWords(wanted: Wanted): string {
  const use = useOf(wanted);
  return use === undefined ? text().any : useName(use);
}

/** What rules are for, without their region; that nobody knows, without rules. */
export const purposeInWords = (rules: KnownFile | undefined): string =>
  rules === undefined ? text().unknown : useName({ purpose: rules.purpose });

/** What an accepted code is for. */
export function useInWords({ rules: { named } }: Accepted): string {
  return named === undefined ? text().unknown : text().use(useName(usedFor(named)));
}

/** Why a code for something else, or for nobody knows what, will not do here. */
export function misuseInWords({ wanted, madeBy }: Judgement): { cause: string; todo: string } | undefined {
  if (wanted === undefined) return undefined;
  const t = text();
  const asked = wantedInWords(wanted);
  return madeBy === undefined
    ? { cause: t.unnamed(asked), todo: t.update }
    : { cause: t.other(useName(usedFor(madeBy)), asked), todo: t.show(asked) };
}
