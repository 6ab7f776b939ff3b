//! What those who sign are told of their own mistakes, and of what others have signed.

use crate::mistakes::{at, good, said, unsaid};
use crate::publish::{arguments, authority};
use crate::tool::{Desk, json, rules};

const ALL: &str = "trust.cbor pack.cbor risk.cbor";

fn list_of(desk: &Desk) -> String {
    String::from_utf8(desk.read("list.toml")).unwrap()
}

/// A list without the entries of a signer.
fn without(list: &str, signer: &str) -> String {
    let (entries, roots) = list.split_once("[roots]").unwrap();
    let kept = entries.split("[[keys]]\n").skip(1).filter(|entry| !entry.contains(&format!("signer = \"{signer}\"")));
    kept.map(|entry| format!("[[keys]]\n{entry}")).collect::<String>() + "[roots]" + roots
}

fn build(desk: &Desk, source: &str, version: u32, more: &str) -> String {
    desk.write("source.toml", source);
    good(
        desk,
        &format!(
            "trust build source.toml --key root.key --version {version} --issued 2020-02-10 --valid 30d {more} \
             --out trust-{version}.cbor"
        ),
    )
}

fn id(desk: &Desk, key: &str) -> String {
    let shown = desk.ok(&format!("keys show {key}.key"));
    shown.lines().find_map(|line| line.strip_prefix("key-id ")).unwrap().trim().to_owned()
}

/// A key that was dropped because it was stolen must not come back because somebody took an old source.
#[test]
fn how_a_list_differs_from_those_before_it_is_said() {
    let (desk, root) = authority("signers-lists");
    let list = list_of(&desk);
    let (rules, certificate) = (id(&desk, "rules-1"), id(&desk, "certificate"));
    let fewer = without(&without(&list, "rules-1"), "certificate");
    let err = build(&desk, &fewer, 2, "--before trust.cbor");
    said(&format!("dropped     key {rules} of rules-1: rule-pack, from "), &err);
    let err = build(&desk, &list, 3, "--before trust.cbor --before trust-2.cbor");
    said(&format!("comes back  key {rules} of rules-1: rule-pack, from "), &err);
    said("added ", &build(&desk, &list, 3, "--before trust-2.cbor"));
    // A list follows one of a lower version.
    desk.fails(
        2,
        "cli-list-version",
        "trust build source.toml --key root.key --version 3 --issued 2020-02-10 --valid 30d --before trust-3.cbor --out same.cbor",
    );
    assert!(!desk.path("same.cbor").exists());
    let err = good(&desk, "countersign trust-3.cbor --key root.key --before trust-2.cbor --out trust-3.cbor");
    said(&format!("added       key {rules} of rules-1"), &err);
    // Whose signature would not count signs nothing, and where nobody says who the roots are, it is said.
    let by_rules = "countersign trust-3.cbor --key rules-1.key --out by-rules.cbor";
    for given in [format!("--trust trust.cbor --root {root} --now 2020-02-12"), "--before trust-2.cbor".to_owned()] {
        desk.fails(2, "cli-no-root", &format!("{by_rules} {given}"));
        assert!(!desk.path("by-rules.cbor").exists());
    }
    said(&format!("warning: key {rules} is none of the roots that this list names"), &good(&desk, by_rules));
    // Publishing knows all of them.
    unsaid("added ", &good(&desk, &arguments(&root, ALL)));
    let err = good(&desk, &arguments(&root, "trust-2.cbor"));
    said(&format!("dropped     key {certificate} of certificate: day-certificate"), &err);
    said("warning: nobody may sign day certificates any more", &err);
    let err = good(&desk, &arguments(&root, "trust-3.cbor pack.cbor risk.cbor"));
    said(&format!("comes back  key {rules} of rules-1"), &err);
    unsaid("comes back", &good(&desk, &arguments(&root, "pack.cbor risk.cbor")));
}

#[test]
fn what_a_list_lacks_is_said() {
    let (desk, root) = authority("signers-lacks");
    let list = list_of(&desk);
    let other = desk.key("root-2.key");
    let err = build(&desk, &list, 2, "");
    said("warning: rules in the emergency lane need 3 different signers, but the list has 2", &err);
    unsaid("any one of", &err);
    let more = list.replace("[roots]\nkeys = [", &format!("[roots]\nkeys = [\"{other}\", "));
    said("warning: any one of the 2 roots can replace the list", &build(&desk, &more, 3, ""));
    let short = list.replacen("2021-01-01T", "2020-02-20T", 1);
    let ends =
        format!("key {} of rules-1 ends at 2020-02-20T08:00:00+08:00, before the list does", id(&desk, "rules-1"));
    said(&ends, &build(&desk, &short, 2, ""));
    good(&desk, &arguments(&root, ALL));
    said(&ends, &good(&desk, &arguments(&root, "trust-2.cbor pack.cbor risk.cbor")));
}

#[test]
fn no_signature_of_another_is_lost() {
    let (desk, _) = authority("signers-overwrite");
    let before = desk.read("pack.cbor");
    let sign = format!("sign rule-pack {} --key rules-1.key --issued 2020-02-10", rules("packs/hangzhou/pack.toml"));
    let err = desk.fails(2, "cli-overwrite-signatures", &format!("{sign} --out pack.cbor"));
    said("pack.cbor: it has 2 signatures, of which the file to write in its place, with 1, lacks 1", &err);
    assert!(desk.read("pack.cbor") == before);
    good(&desk, &format!("{sign} --out pack-1.cbor"));
    // Two who sign the same first copy one after the other: the later one does not push the earlier one out.
    good(&desk, "countersign pack-1.cbor --key rules-2.key --out both.cbor");
    let both = desk.read("both.cbor");
    let err = desk.fails(2, "cli-overwrite-signatures", "countersign pack-1.cbor --key record.key --out both.cbor");
    said("both.cbor: it has 2 signatures, of which the file to write in its place, with 2, lacks 1", &err);
    assert!(desk.read("both.cbor") == both);
    let err = good(&desk, "countersign pack-1.cbor --key record.key --out other.cbor");
    said("which signatures count, the trust list says: `healthcode inspect`", &err);
}

/// The second signer sees what they sign, who else has, and what it changes; and is not let sign for nothing.
#[test]
fn whoever_signs_second_is_told_what_and_after_whom() {
    let (desk, root) = authority("signers-second");
    let trusted = format!("--trust trust.cbor --root {root} --now 2020-02-12");
    let add =
        |file: &str, key: &str, more: &str| format!("countersign {file} --key {key}.key {more} --out signed.cbor");
    let err = good(&desk, &add("pack-1.cbor", "rules-2", &trusted));
    let first = format!("signature  by key {} (rules-1): good\n", id(&desk, "rules-1"));
    for words in [
        "  kind       rule-pack\n",
        &first,
        "refused [file-too-few-signers]",
        "id hangzhou, for the everyday code of place 3301",
        "takes over in place 3301 at ",
        "  by the trust list, as many signers as a rule-pack needs have signed it\n",
    ] {
        said(words, &err);
    }
    assert!(err.find(&first).unwrap() < err.find("wrote signed.cbor").unwrap(), "it is said first: {err}");
    // Without a list it is shown all the same, and said that nothing was checked.
    let err = good(&desk, &add("pack-1.cbor", "rules-2", ""));
    said("(rules-1): good", &good(&desk, &add("pack-1.cbor", "rules-2", &trusted)));
    said(&format!("signature  by key {}: not checked", id(&desk, "rules-1")), &err);
    said("which signatures count, the trust list says", &err);

    // A key that may not sign this, or not at this time, and one that nobody knows.
    std::fs::remove_file(desk.path("signed.cbor")).unwrap();
    desk.key("stranger.key");
    for (key, why) in [
        ("record", "(record): the key may not sign this kind of file"),
        ("stranger", ": the key is not in the trust list"),
    ] {
        let err = desk.fails(1, "file-unknown-key", &add("pack-1.cbor", key, &trusted));
        said("pack-1.cbor: it is not signed with a key that the trust list allows", &err);
        said(&format!("key {}{}{why}", id(&desk, key), if key == "record" { " " } else { "" }), &err);
        assert!(!desk.path("signed.cbor").exists());
    }
    // One that has signed for another file: whoever passed it on has altered it since.
    let mut altered = desk.read("pack-1.cbor");
    let end = altered.len() - 1;
    altered[end] ^= 1;
    desk.write("altered.cbor", altered);
    let err = desk.fails(1, "file-bad-signature", &add("altered.cbor", "rules-2", &trusted));
    said(&format!("the signature of key {} does not match", id(&desk, "rules-1")), &err);
    assert!(!desk.path("signed.cbor").exists());

    // What it changes: of rules as `rules diff` says it, of risk data row by row.
    let source = std::fs::read_to_string(rules("packs/hangzhou/pack.toml")).unwrap();
    let changed =
        source.replacen("version = 1", "version = 2", 1).replacen("authority (example)", "authority (sample)", 1);
    desk.write("next.toml", changed);
    desk.ok("sign rule-pack next.toml --key rules-1.key --issued 2020-02-10 --out next-1.cbor");
    let err = good(&desk, &add("next-1.cbor", "rules-2", "--before pack.cbor"));
    let diff = desk.ok(&format!("rules diff {} next.toml", rules("packs/hangzhou/pack.toml")));
    assert!(!diff.trim().is_empty() && diff.lines().all(|line| err.contains(line)), "{diff}: {err}");
    // The signed file is what was reviewed.
    assert_eq!(desk.ok("rules diff next.toml next-1.cbor"), "nothing changed that is shipped\n");
    assert_eq!(desk.ok(&format!("rules diff {} next-1.cbor", rules("packs/hangzhou/pack.toml"))), diff);

    std::fs::remove_file(desk.path("signed.cbor")).unwrap();
    let table = |name: &str, rows: &str, version: u32| {
        desk.write("rows.csv", format!("place,level,from,to\n{rows}"));
        desk.ok(&format!(
            "risk build rows.csv --key risk.key --version {version} --issued 2020-02-10 --valid 7d --out {name}.cbor"
        ));
    };
    table("old", "4201,high,2020-01-23,\n3303,medium,2020-01-23,\n", 8);
    table("new", "4201,high,2020-01-23,\n3303,medium,2020-01-23,2020-02-10\n330110,high,2020-02-03,\n", 9);
    let err = good(&desk, &add("new.cbor", "risk-2", "--before old.cbor"));
    for words in [
        "  2 rows before, 3 now: 1 added, 1 lifted\n",
        "    in 33 浙江省: high 1 added; medium 1 lifted\n",
        "  added     330110 浙江省杭州市余杭区: high from 2020-02-03T00:00:00+08:00 open\n",
        "  lifted    3303 浙江省温州市: medium from 2020-01-23T00:00:00+08:00 until 2020-02-10T00:00:00+08:00, before open\n",
    ] {
        said(words, &err);
    }
    unsaid("4201", &err);
    assert!(err.find("1 added").unwrap() < err.find("wrote signed.cbor").unwrap(), "it is said first: {err}");
    desk.fails(2, "file-wrong-kind", &add("new.cbor", "risk-2", "--before pack.cbor"));
}

#[test]
fn why_a_signature_does_not_count_is_said() {
    let (desk, root) = authority("signers-count");
    let refused = |key: &str, files: &str, code: &str| {
        desk.fails(1, code, &arguments(&root, files).replace("manifest.key", &format!("{key}.key")))
    };
    let name = |key: &str| format!("key {} ({key}): the key", id(&desk, key));
    said(&format!("{} may not sign this kind of file", name("risk")), &refused("risk", ALL, "file-unknown-key"));
    good(&desk, "countersign pack-1.cbor --key record.key --out other.cbor");
    let err = refused("manifest", "trust.cbor other.cbor", "file-too-few-signers");
    said(&format!("{} may not sign this kind of file", name("record")), &err);
    desk.write("list.toml", list_of(&desk).replace("2020-01-01T", "2020-02-11T"));
    desk.ok("trust build list.toml --key root.key --version 1 --issued 2020-02-10 --valid 30d --out late.cbor");
    let err = refused("manifest", "late.cbor pack.cbor", "file-unknown-key");
    said(&format!("{} was not allowed to sign at the time of issue", name("rules-1")), &err);
    // What is dated in the future is not the clock's fault.
    let csv = rules("data/2020-02-china/risk.csv");
    desk.ok(&format!(
        "risk build {csv} --key risk.key --key risk-2.key --version 8 --issued 2020-03-10 --valid 7d --whole-province 42 \
         --out risk-8.cbor"
    ));
    let err = refused("manifest", "trust.cbor risk-8.cbor", "file-not-yet-issued");
    said(
        "risk-8.cbor: it is dated in the future: it was issued at 2020-03-10T00:00:00+08:00, and it would be published at",
        &err,
    );
    unsaid("set the clock", &err);
}

#[test]
fn too_few_roots_are_counted_by_those_given() {
    let (desk, root) = authority("signers-roots");
    let [second, third] = ["root-2", "root-3"].map(|key| desk.key(&format!("{key}.key")));
    let given = format!("--root {root} --root {second} --root {third}");
    let run = desk.run(&format!("inspect trust.cbor {given} --now 2020-02-12"));
    said(
        "of the roots that are given (3), 1 have signed the list and 3 must (--root-signers is not given, so all of them)\n",
        &run.out,
    );
    let publish = arguments(&root, ALL).replace(&format!("--root {root}"), &format!("{given} --root-signers 2"));
    let err = desk.fails(1, "trust-other-roots", &publish);
    said("of the roots that are given (3), 1 have signed the list and 2 must\n", &err);
    said("hint: have another root sign it with `healthcode countersign`", &err);
}

#[test]
fn lanes_are_told_apart_before_they_are_signed() {
    let desk = Desk::new("signers-lanes");
    let source = std::fs::read_to_string(rules("packs/hangzhou/pack.toml")).unwrap();
    desk.write("regular.toml", source.replacen("version = 1", "version = 5", 1));
    let urgent = source.replacen("version = 1", "version = 1\nlane = \"emergency\"", 1);
    let urgent = urgent.replacen("valid-until = \"2020-05-01", "valid-until = \"2020-02-18", 1);
    desk.write("urgent.toml", urgent.clone());
    good(&desk, "rules check urgent.toml --against regular.toml");
    said("they are in different lanes", &good(&desk, "rules diff regular.toml urgent.toml"));
    desk.write("again.toml", urgent.replacen("2020-02-18", "2020-02-17", 1));
    desk.fails(1, "pack-version-not-higher", "rules check again.toml --against urgent.toml");
}

#[test]
fn a_folder_is_not_taken_for_what_it_is_not() {
    let (desk, root) = authority("signers-folder");
    good(&desk, &arguments(&root, ALL));
    let trust = format!("--trust site/trust-list --root {root}");
    let inspect = |now: &str| desk.ok(&format!("inspect site/manifest {trust} --now {now}"));
    said("verdict    accepted\n", &inspect("2020-02-12T19:59:00+08:00"));
    said("verdict    accepted, but stale since 2020-02-12T20:00:00+08:00", &inspect("2020-02-12T20:00:00+08:00"));
    let report = json(&desk.ok(&format!("inspect site/manifest {trust} --now 2020-02-13 --json")));
    assert_eq!(report["stale"], "2020-02-12T12:00:00Z", "{report}");
    let err = desk.fails(2, "cli-published-folder", "serve --data site --listen 127.0.0.1:0");
    said("hint: give another folder with --data", &err);
    std::fs::remove_dir_all(desk.path("site/.publish")).unwrap();
    let err = good(&desk, &at(&root, "pack.cbor risk.cbor", "2020-02-12T09:00:00"));
    said("warning: site/.publish/seen is missing, which says what phones have seen", &err);
    unsaid("is missing", &good(&desk, &at(&root, "pack.cbor risk.cbor", "2020-02-12T10:00:00")));
}

/// What is wrong in a text is shown, and a secret must not be.
#[test]
fn a_secret_key_in_place_of_a_text_is_not_shown() {
    let (desk, _) = authority("signers-secret");
    let key = String::from_utf8(desk.read("root.key")).unwrap();
    let secret = key.lines().last().unwrap();
    desk.write("bare.toml", format!("\u{feff}{secret}"));
    for file in ["root.key", "bare.toml"] {
        for command in ["trust build", "rules check", "rules fmt", "risk build", "sign rule-pack", "sign record"] {
            let more = match command {
                "rules check" | "rules fmt" => "",
                "sign rule-pack" => "--key root.key --out x",
                _ => "--version 1 --valid 5d --key root.key --out x",
            };
            let run = desk.run(&format!("{command} {file} {more}"));
            assert_eq!(run.exit, 2, "{command}: {}", run.err);
            unsaid(secret, &(run.out + &run.err));
            if command != "risk build" {
                said("error[cli-key-given]", &run.err);
            }
        }
    }
}

#[test]
fn a_published_folder_is_looked_at_as_a_phone_does() {
    let (desk, root) = authority("signers-site");
    good(&desk, &arguments(&root, ALL));
    desk.ok("trust build list.toml --key root.key --version 2 --issued 2020-02-11 --valid 30d --out trust-2.cbor");
    good(&desk, &arguments(&root, "trust-2.cbor pack.cbor risk.cbor"));
    let look = |now: &str| desk.run(&format!("inspect site --root {root} --now {now}"));
    let run = look("2020-02-12T09:00:00+08:00");
    assert_eq!(run.exit, 0, "{}{}", run.out, run.err);
    for words in [
        "before     trust-list version 1 for everywhere\n",
        "in force   trust-list version 2 for everywhere, until 2020-03-12T00:00:00+08:00\n",
        "in force   manifest version 2, until 2020-02-15T08:00:00+08:00\n",
        "in force   rule-pack hangzhou version 1 for place 3301, until ",
        "in force   risk-table version 7 for everywhere, until ",
        "verdict    a new phone takes all of it\n",
    ] {
        said(words, &run.out);
    }
    said("stale      manifest version 2, since 2020-02-12T20:00:00+08:00\n", &look("2020-02-13").out);
    let late = look("2020-02-16");
    said(
        "refused    manifest [file-expired]: the file expired at 2020-02-15T08:00:00+08:00 and it is 2020-02-16T00:00:00+08:00;",
        &late.out,
    );
    assert_eq!(late.exit, 1);
    std::fs::remove_file(desk.path("site/trust/1")).unwrap();
    let risk = format!("site/files/{}", healthcode::trust::Digest::of(&desk.read("risk.cbor")));
    std::fs::copy(desk.path("pack.cbor"), desk.path(&risk)).unwrap();
    let run = look("2020-02-12T09:00:00+08:00");
    said("refused    trust/1 [cli-file-missing]", &run.out);
    said(" [file-not-in-manifest]: ", &run.out);
    said("verdict    a new phone does not take all of it\n", &run.out);
    let report = json(&desk.run(&format!("inspect site --root {root} --now 2020-02-12T09:00:00+08:00 --json")).out);
    assert_eq!(report["accepted"], false);
    desk.fails(2, "trust-no-roots", "inspect site");
    desk.fails(2, "cli-file-directory", "inspect .");
}

#[test]
fn a_folder_that_was_mistyped_is_not_left() {
    let (desk, root) = authority("signers-mistyped");
    let run = desk.run(&arguments(&root, "pack.cbor").replace("site", "sitte"));
    said("error[cli-nothing-to-trust]", &run.err);
    assert!(!desk.path("sitte").exists());
    std::fs::create_dir(desk.path("mine")).unwrap();
    desk.write("mine/notes", "mine");
    desk.run(&arguments(&root, "pack.cbor").replace("site", "mine"));
    assert!(!desk.path("mine/.publish").exists() && desk.path("mine/notes").exists());
}
