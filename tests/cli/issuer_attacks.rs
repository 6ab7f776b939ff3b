//! What somebody could try at an issuer, and what may go wrong with what it reads: nobody becomes free or restricted by it.
#![cfg(unix)]

use std::fs;

use crate::issuer::{Authority, LI, ZHANG, hours, now, red};

#[test]
fn officers_of_one_district_cannot_correct_what_others_confirmed_elsewhere() {
    let authority = Authority::new("issuer-district", "issuer.db");
    let server = authority.start();
    let mut phone = authority.phone(&server, 1);
    authority.list("people.csv", &[ZHANG]);
    let proposal = authority.does(&server, "first", "propose people.csv");
    authority.does(&server, "second", &format!("confirm {proposal} --yes"));
    assert_eq!(phone.look(&server, ZHANG), red());
    let (entry, _) = authority.entries(&server, &proposal).remove(0);
    // They say that the person lives where they may say something, and the finding is another.
    let list = String::from_utf8(authority.desk.read("people.csv")).unwrap();
    authority.desk.write("theirs.csv", list.replace("330106\n", "330110\n").replace("close-contact", "recovered"));
    authority.refused(&server, "elsewhere", &format!("correct {entry} theirs.csv"), "rows-district");
    // Nor do they confirm what somebody without a district proposes there.
    let corrected = authority.does(&server, "first", &format!("correct {entry} theirs.csv"));
    authority.refused(&server, "elsewhere", &format!("confirm {corrected} --yes"), "rows-district");
    assert_eq!(phone.look(&server, ZHANG), red());
}

#[test]
fn a_rule_pack_that_is_missing_or_another_frees_nobody() {
    let authority = Authority::new("issuer-packs", "issuer.db");
    let desk = &authority.desk;
    let server = authority.start();
    let mut phone = authority.phone(&server, 1);
    authority.list("people.csv", &[ZHANG]);
    let proposal = authority.does(&server, "first", "propose people.csv");
    authority.does(&server, "second", &format!("confirm {proposal} --yes"));
    assert_eq!(phone.look(&server, ZHANG), red());
    let files = fs::read_dir(desk.path("site/files")).unwrap().map(|entry| entry.unwrap().path()).collect::<Vec<_>>();
    let pack = files.iter().find(|path| fs::read(path).unwrap() == desk.read("pack.cose")).unwrap();
    // The next manifest comes before its files do.
    fs::create_dir(desk.path("next")).unwrap();
    let publish = format!("trust.cose pack.cose --key publisher.key --root {}", authority.root);
    desk.ok(&format!("publish next {publish}"));
    desk.ok(&format!("publish next {publish}"));
    let other = fs::read(desk.path("trust.cose")).unwrap();
    for (content, code) in [(None, "cli-file-missing"), (Some(other), "cli-unlike-manifest")] {
        match content {
            None => fs::remove_file(pack).unwrap(),
            Some(bytes) => fs::write(pack, bytes).unwrap(),
        }
        fs::copy(desk.path("next/manifest"), desk.path("site/manifest")).unwrap();
        let ready = server.get("/readyz", &[]);
        assert_eq!((ready.status, ready.json()["code"].as_str()), (503, Some("issuer-fault")));
        assert_eq!(server.get("/manifest", &[]).status, 500);
        let check = desk.run("issuer --check");
        assert!(check.exit != 0 && check.err.contains(&format!("error[{code}]")), "{}", check.err);
        authority.list("more.csv", &[LI]);
        authority.refused(&server, "first", "propose more.csv", "issuer-fault");
    }
    // Once it is whole, it goes on by itself.
    fs::write(pack, desk.read("pack.cose")).unwrap();
    assert_eq!(server.get("/readyz", &[]).status, 200);
    assert_eq!(phone.look(&server, ZHANG), red());
}

#[test]
fn a_ground_of_rules_that_are_only_announced_restricts_nobody_yet() {
    let authority = Authority::new("issuer-announced", "issuer.db");
    let desk = &authority.desk;
    let server = authority.start();
    let (begins, ends) = (now().plus(hours(24 * 20)), now().plus(hours(24 * 60)));
    let later = include_str!("issuer-pack.toml")
        .replace("FROM", &begins.to_string())
        .replace("UNTIL", &ends.to_string())
        .replace("NOW", &begins.plus(hours(48)).to_string())
        .replace("version = 1", "version = 2")
        .replace("law-article-39", "later-1");
    // The ground is in force already, the rules are not.
    let ground = format!("url = \"https://www.gov.cn/banshi/2005-05/25/content_971.htm\"\nfrom = \"{begins}\"");
    assert!(later.contains(&ground));
    let since = now().minus(hours(48)).to_string();
    let later = later.replace(&ground, &ground.replace(&begins.to_string(), &since));
    desk.write("later.toml", later);
    desk.ok("sign rule-pack later.toml --key rules-1.key --out later-1.cose");
    desk.ok("countersign later-1.cose --key rules-2.key --out later.cose");
    desk.ok(&format!("publish site trust.cose pack.cose later.cose --key publisher.key --root {}", authority.root));
    authority.list("people.csv", &[ZHANG]);
    let list = String::from_utf8(desk.read("people.csv")).unwrap();
    desk.write("later.csv", list.replace("law-article-39", "later-1"));
    authority.refused(&server, "first", "propose later.csv", "rows-ground");
    let proposal = authority.does(&server, "first", "propose people.csv");
    authority.does(&server, "second", &format!("confirm {proposal} --yes"));
}
