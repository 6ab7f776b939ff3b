//! What a publisher or a signer does by mistake, and is told before phones are.

use healthcode::calendar::Time;
use healthcode::holder::Holder;
use healthcode::rules::pack::Pack;
use healthcode::trust::envelope::sign;
use healthcode::trust::file::{read_unverified, sign_file};
use healthcode::trust::{Digest, Header, Kind, TrustList, Unverified};

use crate::publish::{arguments, authority, new_phone, now, refresh, roots, table, versions};
use crate::tool::{Desk, Run, rules};
use crate::unseen::key;

const ALL: &str = "trust.cbor pack.cbor risk.cbor";

/// A run that must end well.
pub(crate) fn good(desk: &Desk, arguments: &str) -> String {
    let Run { exit, err, .. } = desk.run(arguments);
    assert_eq!(exit, 0, "{arguments}: {err}");
    err
}

pub(crate) fn said(words: &str, all: &str) {
    assert!(all.contains(words), "{words}: {all}");
}

pub(crate) fn unsaid(words: &str, all: &str) {
    assert!(!all.contains(words), "{words}: {all}");
}

/// The Hangzhou pack with other lines, signed by both officers.
pub(crate) fn pack(desk: &Desk, name: &str, lines: &[&str]) {
    desk.write(&format!("{name}.toml"), with_lines(lines));
    desk.ok(&format!(
        "sign rule-pack {name}.toml --key rules-1.key --key rules-2.key --issued 2020-02-11 --out {name}.cbor"
    ));
}

/// The Hangzhou pack with other lines.
fn with_lines(lines: &[&str]) -> String {
    let mut source = std::fs::read_to_string(rules("packs/hangzhou/pack.toml")).unwrap();
    for new in lines {
        let key = new.split(" = ").next().unwrap();
        let old = source.lines().find(|line| line.starts_with(&format!("{key} = "))).unwrap().to_owned();
        source = source.replacen(&old, new, 1);
    }
    source
}

pub(crate) fn at(root: &str, files: &str, moment: &str) -> String {
    arguments(root, files).replace("2020-02-12T08:00:00", moment)
}

/// Rules that have begun cannot be taken back by the ones before them: phones that followed would be grey, new ones not. They have
/// begun once a manifest of that time names them; until then every phone decides by the ones before, however late it hears.
#[test]
fn rules_that_have_begun_are_not_taken_back_by_those_before() {
    let (desk, root) = authority("mistakes-begun");
    pack(&desk, "next", &["version = 2", "valid-from = \"2020-02-12T08:30:00+08:00\""]);
    desk.ok(&arguments(&root, "trust.cbor pack.cbor next.cbor risk.cbor"));
    let mut phone = new_phone(&root);
    refresh(&desk, &mut phone);
    let words = "version 2 has been in force, and phones that have seen it will not apply version 1; to take it back, publish \
                 version 3 of the rules";
    let back = |hour: &str| at(&root, "pack.cbor risk.cbor", &format!("2020-02-12T{hour}:00"));
    // The first run after a manifest has named them in their time, and any later one.
    desk.ok(&at(&root, "pack.cbor next.cbor risk.cbor", "2020-02-12T08:45:00"));
    said(words, &desk.fails(1, "file-rollback", &back("08:45")));
    said(words, &desk.fails(1, "file-rollback", &back("08:50")));
    // Taken back before it begins, it is gone, and the run of every hour goes on.
    let other = |files: &str, hour: &str| at(&root, files, &format!("2020-02-12T{hour}:00")).replace("site", "other");
    desk.ok(&other("trust.cbor pack.cbor next.cbor risk.cbor", "08:00"));
    for hour in ["08:10", "08:45", "08:50"] {
        desk.ok(&other("pack.cbor risk.cbor", hour));
    }
    // So it is if no manifest has named it since: a phone that decided by it meanwhile goes back to the one before.
    let first = |files: &str, hour: &str| at(&root, files, &format!("2020-02-12T{hour}:00")).replace("site", "first");
    desk.ok(&first("trust.cbor pack.cbor next.cbor risk.cbor", "08:00"));
    let mut told = new_phone(&root);
    let fetch = |phone: &mut Holder| {
        for path in ["trust-list", "manifest"] {
            phone.load(&desk.read(&format!("first/{path}")), now()).unwrap();
        }
        for named in phone.missing() {
            phone.load(&desk.read(&format!("first/files/{}", named.digest)), now()).unwrap();
        }
        phone.rules(now()).unwrap().header().version
    };
    assert_eq!(fetch(&mut told), 2);
    let err = good(&desk, &first("pack.cbor risk.cbor", "08:45"));
    said("withdrawn  rule-pack hangzhou version 2 for place 3301, which began at 2020-02-12T08:30:00+08:00\n", &err);
    assert_eq!((fetch(&mut told), fetch(&mut new_phone(&root))), (1, 1));
    // What is left out for a while comes back as well.
    desk.ok(&first("risk.cbor", "08:50"));
    desk.ok(&first("pack.cbor risk.cbor", "08:55"));
    assert_eq!(fetch(&mut told), 1);
    // Announcing another does not help; beginning with it does, and phones follow.
    pack(&desk, "third", &["version = 3", "valid-from = \"2020-02-12T08:58:00+08:00\""]);
    let with = |hour: &str| at(&root, "pack.cbor third.cbor risk.cbor", &format!("2020-02-12T{hour}:00"));
    desk.fails(1, "file-rollback", &with("08:50"));
    desk.ok(&at(&root, "next.cbor third.cbor risk.cbor", "2020-02-12T08:55:00"));
    for mut phone in [new_phone(&root), Holder::restore(roots(&root), &phone.save(), now()).unwrap()] {
        refresh(&desk, &mut phone);
        assert_eq!(phone.rules(now()).unwrap().header().version, 3);
    }
}

#[test]
fn a_table_that_has_expired_takes_no_valid_ones_place() {
    let (desk, root) = authority("mistakes-expired");
    desk.ok(&arguments(&root, ALL));
    let csv = rules("data/2020-02-china/risk.csv");
    desk.ok(&format!(
        "risk build {csv} --key risk.key --key risk-2.key --version 8 --issued 2020-02-10 --valid 1d \
         --whole-province 42 --out risk-8.cbor"
    ));
    let err = desk.fails(1, "file-expired", &arguments(&root, "pack.cbor risk-8.cbor"));
    said("risk-8.cbor: it expired at 2020-02-11T00:00:00+08:00, and would take the place of version 7", &err);
    desk.ok(&arguments(&root, "pack.cbor risk.cbor"));
}

#[test]
fn versions_do_not_jump_unnoticed() {
    let (desk, root) = authority("mistakes-versions");
    let csv = rules("data/2020-02-china/risk.csv");
    let last = "--version 4294967295 --issued 2020-02-10";
    for build in [
        format!("risk build {csv} --key risk.key {last} --valid 7d --whole-province 42 --out no.cbor"),
        format!("trust build list.toml --key root.key {last} --valid 30d --out no.cbor"),
    ] {
        let err = desk.fails(2, "cli-version-too-high", &build);
        said("is the last that there can be: no other could ever follow it", &err);
    }
    assert!(!desk.path("no.cbor").exists());
    unsaid("above the last", &good(&desk, &arguments(&root, ALL)));
    table(&desk, 8);
    unsaid("above the last", &good(&desk, &arguments(&root, "pack.cbor risk-8.cbor")));
    table(&desk, 1_008);
    pack(&desk, "next", &["version = 3"]);
    let err = good(&desk, &format!("{} --version 12", arguments(&root, "next.cbor risk-1008.cbor")));
    said("warning: risk-table version 1008 for everywhere: version 1008 is 1,000 above the last, 8", &err);
    said("warning: rule-pack hangzhou version 3 for place 3301: version 3 is 2 above the last, 1", &err);
    said("warning: the manifest: version 12 is 10 above the last, 2", &err);
}

/// A region has one pack in force: one for another purpose is not published beside it unnoticed.
#[test]
fn a_pack_of_another_name_takes_the_place_of_one_and_that_is_said() {
    let (desk, root) = authority("mistakes-other-pack");
    unsaid("their ids differ", &good(&desk, &arguments(&root, ALL)));
    pack(&desk, "next", &["version = 2"]);
    unsaid("their ids differ", &good(&desk, &arguments(&root, "next.cbor risk.cbor")));
    pack(&desk, "other", &["id = \"hospital\"", "version = 3"]);
    let err = good(&desk, &arguments(&root, "other.cbor risk.cbor"));
    let takes =
        "rule-pack hospital version 3 for place 3301 takes the place of rule-pack hangzhou version 2 for place 3301";
    said(&format!("warning: {takes}: their ids differ"), &err);
}

/// Versions begin with 1: phones remember 0 as having seen none.
#[test]
fn a_pack_without_a_version_is_not_published() {
    let (desk, root) = authority("mistakes-version");
    let (header, pack) = read_unverified::<Pack>(&desk.read("pack.cbor")).unwrap();
    let header = Header { version: 0, ..header };
    desk.write("none.cbor", sign_file(&header, &pack, &key(&desk, "rules-1.key")));
    desk.fails(1, "pack-version", &arguments(&root, "trust.cbor none.cbor risk.cbor"));
}

/// Whoever can write into the served folder, but has no key, cannot use up the versions that a manifest can have.
#[test]
fn a_forged_manifest_is_no_measure_for_the_next_one() {
    let (desk, root) = authority("mistakes-forged");
    let (stranger, other) = authority("mistakes-forger");
    good(&desk, &arguments(&root, ALL));
    good(&stranger, &format!("{} --version 4294967293", arguments(&other, ALL)));
    desk.write("site/manifest", stranger.read("site/manifest"));
    let err = good(&desk, &at(&root, "pack.cbor risk.cbor", "2020-02-12T09:00:00"));
    said("warning: the manifest that was there, version 4294967293, is signed by no key of the trust list", &err);
    said("manifest version 2, expires", &err);
    refresh(&desk, &mut new_phone(&root));
}

/// A date that was mistyped puts nothing in force: no phone takes what is dated in the future.
#[test]
fn announced_rules_can_be_taken_back_after_a_manifest_that_was_dated_ahead() {
    let (desk, root) = authority("mistakes-announced");
    let day = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs() / 86_400;
    let ahead = |days: u64| Time::from_unix(i64::try_from((day + days) * 86_400).unwrap());
    let list = String::from_utf8(desk.read("list.toml")).unwrap();
    desk.write("long.toml", list.replace("2021-01-01T", "2090-01-01T"));
    desk.ok("trust build long.toml --key root.key --version 1 --valid 30d --out long.cbor");
    for (version, from) in [(1, ahead(0)), (2, ahead(2))] {
        let lines = [
            format!("version = {version}"),
            format!("valid-from = \"{from}\""),
            format!("valid-until = \"{}\"", ahead(60)),
        ];
        let source = with_lines(&lines.each_ref().map(String::as_str));
        // The case in which these rules have expired is of other days.
        let cases: Vec<&str> = source.split("[[case]]").filter(|case| !case.contains("rules-expired")).collect();
        let source = cases.join("[[case]]");
        desk.write(&format!("rules-{version}.toml"), source);
        desk.ok(&format!(
            "sign rule-pack rules-{version}.toml --key rules-1.key --key rules-2.key --out rules-{version}.cbor"
        ));
    }
    let publish =
        |files: &str| format!("publish site {files} --key manifest.key --root {root}").replace("long", "long.cbor");
    good(&desk, &publish("long rules-1.cbor rules-2.cbor"));
    good(&desk, &format!("{} --issued {}", publish("rules-1.cbor rules-2.cbor"), ahead(3)));
    let err = good(&desk, &publish("rules-1.cbor"));
    said("warning: the manifest that was there is dated ", &err);
}

#[test]
fn manifests_are_issued_one_after_another() {
    let (desk, root) = authority("mistakes-issued");
    let err = good(&desk, &arguments(&root, ALL));
    said("warning: --issued says 2020-02-12T08:00:00+08:00, but this machine's clock ", &err);
    let before = desk.read("site/manifest");
    let err = desk.fails(1, "cli-issued-backwards", &at(&root, "pack.cbor risk.cbor", "2020-02-12T07:59:59"));
    said("site/manifest: it would be issued at 2020-02-12T07:59:59+08:00, before the manifest in the folder", &err);
    said("hint: leave out --issued", &err);
    assert!(desk.read("site/manifest") == before);
    // Without --issued there is nothing to warn of; a date in the future can be taken back, as no phone takes it.
    let keys = ["manifest", "rules-1", "rules-2", "risk", "risk-2"].map(|key| format!("{key}.key"));
    assert!(keys.iter().all(|key| desk.path(key).exists()));
    let source = String::from_utf8(desk.read("list.toml")).unwrap();
    desk.write("long.toml", source.replace("2021-01-01T", "2090-01-01T"));
    desk.ok("trust build long.toml --key root.key --version 1 --valid 30d --out long.cbor");
    let soon = format!("publish new long.cbor --key manifest.key --root {root}");
    unsaid("--issued says", &good(&desk, &soon));
    let day = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs() / 86_400 + 3;
    let later = Time::from_unix(i64::try_from(day).unwrap() * 86_400);
    said("warning: --issued says", &good(&desk, &format!("{soon} --issued {later}")));
    good(&desk, &soon);
}

#[test]
fn a_table_without_rows_is_meant() {
    let (desk, root) = authority("mistakes-empty");
    desk.ok(&arguments(&root, ALL));
    desk.write("none.csv", "place,level,from,to\n");
    desk.write("one.csv", "place,level,from,to\n3301,high,2020-02-03,\n");
    let build = |rows: &str, version: u32| {
        format!(
            "risk build {rows}.csv --key risk.key --key risk-2.key --version {version} --issued 2020-02-11 --valid 7d \
             --out {rows}.cbor"
        )
    };
    let err = desk.fails(2, "cli-empty-table", &build("none", 9));
    said("none.csv: the table would have no rows: no place would be at any risk", &err);
    said("hint: if this is meant, say so with --empty", &err);
    said("1 row\n", &good(&desk, &build("one", 8)));
    good(&desk, &format!("{} --empty", build("none", 9)));
    let err = good(&desk, &arguments(&root, "pack.cbor one.cbor"));
    said("by version 8: ", &err);
    said(" rows before, 1 now", &err);
    let err = good(&desk, &arguments(&root, "pack.cbor none.cbor"));
    said("replaced   risk-table version 8 for everywhere, by version 9: 1 row before, 0 now", &err);
    said("warning: risk-table version 9 for everywhere has no rows: no place is at any risk", &err);
}

/// An emergency pack ends within days; what comes then is to be known before.
#[test]
fn an_end_that_is_near_is_said() {
    let (desk, root) = authority("mistakes-ends");
    let third = desk.key("rules-3.key");
    let source = String::from_utf8(desk.read("list.toml")).unwrap();
    let entry = source.split("[[keys]]").nth(1).unwrap().lines().skip(2).collect::<Vec<_>>().join("\n");
    let entry = format!("[[keys]]\nkey = \"{third}\"\n{}\n", entry.replace("rules-1", "rules-3"));
    desk.write("list.toml", entry + &source);
    desk.ok("trust build list.toml --key root.key --version 1 --issued 2020-02-10 --valid 30d --out trust.cbor");
    let until = "valid-until = \"2020-02-16T00:00:00+08:00\"";
    pack(&desk, "urgent", &["version = 1\nlane = \"emergency\"", until]);
    desk.ok("countersign urgent.cbor --key rules-3.key --out urgent.cbor");
    let what = "rule-pack hangzhou version 1 for place 3301, in the emergency lane";
    let hole = format!(
        "warning: {what} ends at 2020-02-16T00:00:00+08:00, and nothing follows it: from then on codes there are grey"
    );
    said(&hole, &good(&desk, &arguments(&root, "trust.cbor urgent.cbor risk.cbor")));
    let err = good(&desk, &arguments(&root, "pack.cbor urgent.cbor risk.cbor"));
    said(&format!("in force   {what}, until "), &err);
    unsaid("ends at", &err);
    assert_eq!(desk.ok("inspect site/manifest").matches(", in the emergency lane\n").count(), 1);
    // It is withdrawn, and not replaced by what is in the other lane.
    pack(&desk, "next", &["version = 2"]);
    let err = good(&desk, &arguments(&root, "next.cbor risk.cbor"));
    said(&format!("withdrawn  {what}\n"), &err);
    said("replaced   rule-pack hangzhou version 1 for place 3301, by version 2", &err);
    // The table and the list end before a manifest does that is issued later.
    let err = good(&desk, &at(&root, "next.cbor risk.cbor", "2020-02-16T08:00:00"));
    said(
        "warning: risk-table version 7 for everywhere ends at 2020-02-17T00:00:00+08:00, before the manifest does, and nothing \
         follows it: from then on codes there are grey wherever",
        &err,
    );
    unsaid("trust-list version 1 for everywhere ends", &err);
    let err = good(&desk, &at(&root, "next.cbor", "2020-03-09T08:00:00"));
    said(
        "warning: trust-list version 1 for everywhere ends at 2020-03-11T00:00:00+08:00, before the manifest does",
        &err,
    );
}

#[test]
fn a_file_that_is_no_newer_is_named_as_what_it_is() {
    let (desk, root) = authority("mistakes-older");
    desk.ok(&arguments(&root, ALL));
    desk.write("risk.csv", "place,level,from,to\n3301,high,2020-02-03,\n");
    desk.ok("risk build risk.csv --key risk.key --key risk-2.key --version 7 --issued 2020-02-11 --valid 7d --out other.cbor");
    let err = desk.fails(1, "file-rollback", &arguments(&root, "pack.cbor other.cbor"));
    let path = format!("files/{}", Digest::of(&desk.read("risk.cbor")));
    said(
        &format!(
            "version 7 of the risk-table has been published with other content, {path}: what differs needs the next"
        ),
        &err,
    );
    table(&desk, 6);
    let err = desk.fails(1, "file-rollback", &arguments(&root, "pack.cbor risk-6.cbor"));
    said("version 7 of the risk-table has been published from here, and this is version 6", &err);
    said("hint: give the current file, or leave it out", &err);
    let mut phone = new_phone(&root);
    refresh(&desk, &mut phone);
    assert_eq!(versions(&phone, Kind::RiskTable), [Some(7)]);
}

/// Whoever wrote a file by another program is told which field of which item is wrong, and at which byte.
#[test]
fn where_a_file_is_malformed_is_said() {
    let (desk, root) = authority("mistakes-malformed");
    let key = key(&desk, "root.key");
    let all = |words: &str, runs: &[String]| {
        for arguments in runs {
            said(words, &desk.fails(2, "file-malformed", arguments));
        }
    };
    // A name in capitals, which phones would not compare with the others.
    let (header, mut list) = read_unverified::<TrustList>(&desk.read("trust.cbor")).unwrap();
    list.keys[2].signer = "Risk".into();
    desk.write("list.cbor", sign_file(&header, &list, &key));
    let trusted = format!("--trust list.cbor --root {root} --now 2020-02-12");
    all(
        "list.cbor: the content is not a valid trust-list, at content.keys[2] (byte ",
        &[
            "inspect list.cbor".to_owned(),
            "countersign list.cbor --key root.key --out more.cbor".to_owned(),
            format!("inspect pack.cbor {trusted}"),
            format!("verify --now 2020-02-12 --trust list.cbor --root {root}"),
            arguments(&root, "list.cbor pack.cbor risk.cbor"),
        ],
    );
    // A level that there is not, in the second row.
    desk.write("rows.csv", "place,level,from,to\n3301,high,2020-02-03,\n3302,low,2020-02-03,\n");
    desk.ok("risk build rows.csv --key risk.key --version 8 --issued 2020-02-10 --valid 7d --out rows.cbor");
    let signed = desk.read("rows.cbor");
    let mut payload = Unverified::parse(&signed).unwrap().payload().to_vec();
    // High in the two lowest bits, low in the next.
    let at = 2 + payload.windows(3).position(|bytes| bytes == [4, 0x41, 0b0111]).unwrap();
    payload[at] = 0b0011;
    desk.write("levels.cbor", sign(Kind::RiskTable, &payload, &key));
    all(
        &format!(
            "levels.cbor: the content is not a valid risk-table, at content.levels[1] (byte {at} of its payload)\n"
        ),
        &[
            "inspect levels.cbor".to_owned(),
            "risk show levels.cbor".to_owned(),
            "countersign levels.cbor --key risk.key --out more.cbor".to_owned(),
            arguments(&root, "trust.cbor pack.cbor levels.cbor"),
        ],
    );
    // Rules that can be read and do not fit together.
    let (header, mut pack) = read_unverified::<Pack>(&desk.read("pack.cbor")).unwrap();
    pack.rules[1].course = Some("nothing".into());
    desk.write("rules.cbor", sign_file(&header, &pack, &key));
    let err = desk.fails(2, "file-malformed", "inspect rules.cbor");
    said("the content is not a valid rule-pack, at content (byte ", &err);
    said("nothing", &err);
}
