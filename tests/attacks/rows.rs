//! Attacks that once worked, by their row in the table of SECURITY.md.

use healthcode::checkpoint::Checkpoint;
use healthcode::code::certificate::{CertificateRequest, DayCertificate, Identity};
use healthcode::code::verify::Verdict;
use healthcode::colour::Colour;
use healthcode::facts::{Mode, Record, Visit};
use healthcode::holder::Holder;
use healthcode::limits::{FILE_BYTES, TRUST_LIST_DAYS};
use healthcode::risk::RiskTable;
use healthcode::rules::pack::{Lane, Pack};
use healthcode::trust::{Header, Kind, Manifest, Trust, TrustList};

use crate::authority::*;

const HUBEI: [&str; 2] = ["hubei-1", "hubei-2"];
const RULES: [&str; 2] = ["rules-1", "rules-2"];
const RISK: [&str; 2] = ["risk", "risk-2"];

fn healthy() -> Holder {
    let mut phone = phone();
    phone.submit(answers(false), now()).unwrap();
    phone
}

fn colour(phone: &Holder) -> Colour {
    phone.assess(now(), None).unwrap().colour
}

/// Loads files that are all named by the manifest, and gives the code of the first refusal.
fn offer(phone: &mut Holder, version: u32, files: &[Vec<u8>]) -> Vec<Option<&'static str>> {
    let all: Vec<Vec<u8>> = [rules(), risk()].into_iter().chain(files.iter().cloned()).collect();
    phone.load(&manifest_of(version, &all), now()).unwrap();
    files.iter().map(|file| phone.load(file, now()).err().map(|error| healthcode::error::Coded::code(&error))).collect()
}

#[test]
fn row_01_keys_of_one_province_sign_what_is_about_another() {
    let mut phone = healthy();
    phone.load(&with_hubei(6), now()).unwrap();
    let before = colour(&phone);
    let rules_for_us = signed(&header(9, Some("42")), &all_red("3301"), &HUBEI);
    let table = signed(&header(9, Some("42")), &high("3301"), &HUBEI);
    assert_eq!(offer(&mut phone, 10, &[rules_for_us, table]), [Some("file-out-of-place"), Some("file-out-of-place")]);
    let record = Record { floor: Some(Colour::Red), ..record_for("phone") };
    let record = signed(&header(9, Some("42")), &record, &HUBEI);
    assert_eq!(code_of(phone.load(&record, now())), "holder-file-elsewhere");
    let certificate = DayCertificate { place: place("3301"), ..certificate_for("day") }.sign(&key("hubei-1"));
    assert_eq!(code_of(phone.load(&certificate, now())), "file-unknown-key");
    let life = Header { issued: now(), expires: now().plus(day(3)), ..header(11, Some("42")) };
    let manifest = signed(&life, &Manifest { files: vec![named(&rules())] }, &["hubei-1"]);
    assert_eq!(code_of(phone.load(&manifest, now())), "file-out-of-place");
    // A manifest of theirs that names only what is theirs would take away all that is ours.
    let theirs = signed(&header(9, Some("42")), &Pack { region: place("42"), ..pack() }, &HUBEI);
    let manifest = signed(&life, &Manifest { files: vec![named(&theirs)] }, &["hubei-1"]);
    assert_eq!(code_of(phone.load(&manifest, now())), "holder-file-elsewhere");
    assert_eq!((colour(&phone), before), (Colour::Green, Colour::Green));
}

#[test]
fn row_02_honest_files_of_another_region_take_the_place_of_ours() {
    let mut phone = healthy();
    phone.load(&with_hubei(6), now()).unwrap();
    // Somebody who was in Wuhan is red by our table.
    let visit = Visit {
        place: place("420106"),
        arrive: now().minus(day(3)),
        leave: Some(now()),
        mode: Mode::Stay,
        not_in: None,
        venue: None,
    };
    phone.add_visit(visit, now()).unwrap();
    assert_eq!(colour(&phone), Colour::Red);
    // An empty table of a province covers that province: what is left of ours still decides.
    let empty = signed(&header(9, Some("65")), &RiskTable::default(), &RISK);
    assert_eq!(offer(&mut phone, 10, std::slice::from_ref(&empty)), [None]);
    assert_eq!(colour(&phone), Colour::Red);
    // Without ours, nothing is known of Wuhan.
    phone.load(&manifest_of(11, &[rules(), empty]), now()).unwrap();
    let assessment = phone.assess(now(), None).unwrap();
    assert!(assessment.colour >= Colour::Grey, "{}", assessment.colour);
    assert!(assessment.causes.iter().any(|cause| cause.name() == "risk-missing"));
    // Rules of another region, and of ours under wider and narrower headers.
    let hubei = signed(&header(9, Some("42")), &Pack { region: place("42"), ..pack() }, &HUBEI);
    assert_eq!(offer(&mut phone, 12, &[hubei]), [Some("holder-file-elsewhere")]);
    let wide = signed(&header(1, Some("33")), &all_red("3301"), &RULES);
    assert_eq!(offer(&mut phone, 13, &[wide]), [Some("file-rollback")]);
    let narrow = signed(&header(1, Some("330106")), &all_red("330106"), &RULES);
    assert_eq!(offer(&mut phone, 14, &[narrow]), [Some("holder-file-elsewhere")]);
}

#[test]
fn row_03_the_same_version_comes_again_with_other_content() {
    let mut phone = healthy();
    let other = signed(&header(7, None), &RiskTable::default(), &RISK);
    assert_eq!(offer(&mut phone, 10, &[other]), [Some("file-rollback")]);
    let list = signed(&header(5, None), &TrustList { keys: Vec::new(), ..list() }, &["root"]);
    assert_eq!(code_of(phone.load(&list, now())), "file-rollback");
    let manifest = manifest_of(10, &[]);
    assert_eq!(code_of(phone.load(&manifest, now())), "file-rollback");
    assert_eq!(colour(&phone), Colour::Green);
}

#[test]
fn row_04_a_checkpoint_restarts_after_its_newest_list_has_expired() {
    let mut checkpoint = Checkpoint::new(roots());
    checkpoint.load(&trust_list(), now()).unwrap();
    let mut revoked = list();
    revoked.keys.retain(|entry| entry.key != key("certificate").public());
    let short =
        Header { issued: now(), expires: now().plus(healthcode::calendar::Span::seconds(600)), ..header(10, None) };
    checkpoint.load(&signed(&short, &revoked, &["root"]), now()).unwrap();
    let text = healthy().show(now(), None, None).unwrap().text;
    let refused =
        |checkpoint: &Checkpoint, at| !matches!(checkpoint.verify(&text, at, None, false), Verdict::Accepted(_));
    assert!(refused(&checkpoint, now()));
    for at in [now(), short.expires, now().minus(healthcode::calendar::Span::seconds(180))] {
        let mut restarted = Checkpoint::restore(roots(), &checkpoint.save(), at).unwrap();
        assert_eq!(code_of(restarted.load(&trust_list(), at)), "file-rollback", "{at}");
        assert!(refused(&restarted, at), "{at}");
    }
}

#[test]
fn row_05_a_stolen_key_signs_the_highest_version_there_is() {
    let mut phone = healthy();
    let issued = now();
    let highest = Header { issued, expires: issued.plus(day(3)), ..header(u32::MAX, None) };
    let content = Manifest { files: vec![named(&rules()), named(&risk())] };
    phone.load(&signed(&highest, &content, &["manifest"]), now()).unwrap();
    assert_eq!(code_of(phone.load(&manifest_of(10, &[rules(), risk()]), now())), "file-rollback");
    let mut honest = list();
    honest.keys.retain(|entry| entry.key != key("manifest").public());
    honest.keys.push(trusted("manifest-2", "publisher", Kind::Manifest, None));
    phone.load(&signed(&header(6, None), &honest, &["root"]), now()).unwrap();
    let next = Header { issued, expires: issued.plus(day(3)), ..header(10, None) };
    phone.load(&signed(&next, &content, &["manifest-2"]), now()).unwrap();
    assert_eq!(colour(&phone), Colour::Green);
}

#[test]
fn row_06_rules_are_announced_and_an_emergency_pack_ends() {
    let mut phone = healthy();
    let begins = now().plus(day(2));
    let next = Pack { valid_from: begins, ..all_red("3301") };
    let next = signed(&header(4, Some("3301")), &next, &RULES);
    assert_eq!(offer(&mut phone, 10, std::slice::from_ref(&next)), [None]);
    let used = |phone: &Holder, at| phone.assess(at, None).unwrap().rules.version;
    assert_eq!((colour(&phone), used(&phone, now())), (Colour::Green, 3));
    assert_eq!(used(&phone, begins.minus(healthcode::calendar::Span::seconds(1))), 3);
    assert_eq!(used(&phone, begins), 4);
    // It is the same after a restart, and whichever comes first.
    let again = Holder::restore(roots(), &phone.save(), now()).unwrap();
    assert_eq!((used(&again, now()), used(&again, begins)), (3, 4));
    let mut other = healthy();
    other.load(&manifest_of(10, &[next.clone(), rules(), risk()]), now()).unwrap();
    for file in [&next, &rules()] {
        other.load(file, now()).unwrap();
    }
    assert_eq!((used(&other, now()), used(&other, begins)), (3, 4));
    // An emergency pack takes precedence over both until it ends.
    let mut list = list();
    list.keys.push(trusted("rules-3", "province", Kind::RulePack, Some("33")));
    phone.load(&signed(&header(6, None), &list, &["root"]), now()).unwrap();
    let ends = now().plus(day(1));
    let emergency = Pack { lane: Lane::Emergency, valid_from: now(), ..all_red("3301") };
    let short = Header { issued: now(), expires: ends, ..header(1, Some("3301")) };
    let emergency = signed(&short, &emergency, &["rules-1", "rules-2", "rules-3"]);
    assert_eq!(offer(&mut phone, 11, &[next, emergency]), [None, None]);
    assert_eq!((colour(&phone), used(&phone, now())), (Colour::Red, 1));
    assert_eq!((used(&phone, ends), used(&phone, begins)), (3, 4));
}

#[test]
fn row_06_announced_rules_are_withdrawn_and_phones_hear_of_it_when_they_would_have_begun() {
    let begins = now().plus(day(2));
    let next = signed(&header(4, Some("3301")), &Pack { valid_from: begins, ..all_red("3301") }, &RULES);
    let both = |version, issued| manifest_at(version, issued, &[rules(), next.clone(), risk()]);
    let one = |version, issued| manifest_at(version, issued, &[rules(), risk()]);
    let hour = healthcode::calendar::Span::seconds(3_600);
    let (early, late) = (begins.minus(hour), begins.plus(hour));
    let used = |phone: &Holder| {
        let again = Holder::restore(roots(), &phone.save(), late).unwrap();
        [phone, &again].map(|phone| phone.assess(late, None).ok().map(|found| found.rules.version))
    };
    let told = |issued| {
        let mut phone = healthy();
        phone.load(&both(10, now()), now()).unwrap();
        phone.load(&next, now()).unwrap();
        phone.load(&both(11, issued), issued).unwrap();
        assert_eq!(used(&phone), [Some(4); 2], "nobody has said anything else");
        phone
    };
    // Whichever manifest without them comes first, the earlier rules are in force as if the phone had heard of it in time.
    for heard in [one(12, early), one(12, late)] {
        let mut phone = told(early);
        phone.load(&heard, late).unwrap();
        assert_eq!(used(&phone), [Some(3); 2]);
    }
    // Once a manifest has named them in their time, whoever has its key brings the earlier ones back by no later manifest.
    for heard in [one(12, early), one(12, late)] {
        let mut phone = told(begins);
        phone.load(&heard, late).unwrap();
        assert_eq!(used(&phone), [None; 2]);
        assert_eq!(code_of(phone.load(&rules(), late)), "file-rollback");
        phone.load(&both(13, late), late).unwrap();
        phone.load(&next, late).unwrap();
        assert_eq!(used(&phone), [Some(4); 2]);
    }
}

#[test]
fn row_07_files_are_valid_for_ever() {
    let mut phone = healthy();
    let issued = header(1, None).issued;
    let century = time("2100-01-01T00:00:00Z");
    let for_ever = |version, region| Header { issued, expires: century, ..header(version, region) };
    // By keys that may sign; the manifest would name them.
    let pack_for_ever = signed(&for_ever(9, Some("3301")), &pack(), &RULES);
    let table_for_ever = signed(&for_ever(9, None), &risk_table(), &RISK);
    let mut list = list();
    list.keys.push(trusted("rules-3", "province", Kind::RulePack, Some("33")));
    phone.load(&signed(&header(6, None), &list, &["root"]), now()).unwrap();
    let emergency = Pack { lane: Lane::Emergency, ..pack() };
    let ten_days = Header { expires: issued.plus(day(10)), ..header(9, Some("3301")) };
    let emergency = signed(&ten_days, &emergency, &["rules-1", "rules-2", "rules-3"]);
    let long = Some("file-long-lived");
    assert_eq!(offer(&mut phone, 10, &[pack_for_ever, table_for_ever, emergency]), [long, long, long]);
    assert_eq!(code_of(phone.load(&signed(&for_ever(9, None), &list, &["root"]), now())), "file-long-lived");
    let year = Header { expires: issued.plus(day(TRUST_LIST_DAYS)), ..header(9, None) };
    assert!(phone.load(&signed(&year, &list, &["root"]), now()).is_ok());
    let week = Header { issued: now(), expires: now().plus(day(7)), ..header(11, None) };
    let manifest = signed(&week, &Manifest { files: Vec::new() }, &["manifest"]);
    assert_eq!(code_of(phone.load(&manifest, now())), "file-long-lived");
    // A retired key that dates a file back: no manifest names it.
    let back = signed(
        &Header { issued: time("2020-01-20T00:00:00Z"), ..header(9, Some("3301")) },
        &pack(),
        &["rules-retired", "rules-1"],
    );
    assert_eq!(code_of(phone.load(&back, now())), "file-not-in-manifest");
    assert_eq!(colour(&phone), Colour::Green);
}

#[test]
fn row_08_one_file_that_is_missing_keeps_none_of_the_others_out() {
    let mut phone = healthy();
    let mut revoked = list();
    revoked.keys.retain(|entry| entry.key != key("certificate").public());
    let list = signed(&header(6, None), &revoked, &["root"]);
    let next = signed(&header(8, None), &high("330106"), &RISK);
    let never_comes = signed(&header(4, Some("3301")), &all_red("3301"), &RULES);
    phone.load(&manifest_of(10, &[list.clone(), never_comes, next.clone()]), now()).unwrap();
    phone.load(&list, now()).unwrap();
    phone.load(&next, now()).unwrap();
    // The revocation and the table are in force, and so are the rules that were.
    assert_eq!(code_of(phone.show(now(), None, None)), "holder-no-certificate");
    assert_eq!(phone.assess(now(), None).unwrap().rules.version, 3);
    assert_eq!(phone.missing().len(), 1);
}

#[test]
fn row_09_one_root_signs_for_two_and_one_signer_counts_twice() {
    let pinned = root_keys(&["root", "root-2", "root-3"], 2);
    let by = |keys: &[&str], roots| signed(&header(6, None), &TrustList { roots, ..list() }, keys);
    let open = |bytes: &[u8]| code_of(Trust::open(bytes, &pinned, now()));
    assert_eq!(open(&by(&["root"], pinned.clone())), "trust-other-roots");
    assert_eq!(open(&by(&["root"], root_keys(&["root"], 1))), "trust-other-roots");
    assert_eq!(open(&by(&["root", "root-2"], root_keys(&["root", "root"], 2))), "file-malformed");
    assert!(Trust::open(&by(&["root", "root-3"], pinned.clone()), &pinned, now()).is_ok());
    for other in ["Health Commission", " health commission ", "ｈealth commission", "hеalth commission", ""] {
        let mut list = list();
        list.keys[2].signer = other.into();
        let mut phone = Holder::new(roots());
        assert_eq!(
            code_of(phone.load(&signed(&header(6, None), &list, &["root"]), now())),
            "file-malformed",
            "{other}"
        );
    }
}

#[test]
fn row_10_a_bad_signature_stands_beside_enough_good_ones() {
    let mut bytes = signed(&header(3, Some("3301")), &pack(), &["rules-1", "rules-2", "rules-1b"]);
    let last = bytes.len() - 1;
    bytes[last] ^= 1;
    let mut phone = Holder::new(roots());
    phone.load(&trust_list(), now()).unwrap();
    phone.load(&manifest_of(10, &[bytes.clone()]), now()).unwrap();
    phone.load(&bytes, now()).unwrap();
}

#[test]
fn row_11_one_risk_signer_turns_everybody_red() {
    let mut phone = healthy();
    let country = signed(&header(9, None), &high("00"), &["risk"]);
    assert_eq!(offer(&mut phone, 10, &[country]), [Some("file-too-few-signers")]);
    let record = Record { floor: Some(Colour::Red), ..record_for("phone") };
    let record = signed(&header(9, Some("3301")), &record, &["record"]);
    assert_eq!(code_of(phone.load(&record, now())), "file-too-few-signers");
    assert_eq!(colour(&phone), Colour::Green);
}

#[test]
fn row_14_more_than_a_phone_can_hold_is_refused_by_its_length() {
    let mut phone = healthy();
    let before = phone.save();
    assert_eq!(code_of(phone.load(&vec![0xd8; FILE_BYTES + 1], now())), "envelope-too-large");
    assert!(phone.save() == before);
}

#[test]
fn row_15_a_certificate_request_carries_more_than_a_masked_name() {
    for (name, digits) in
        [("张三丰*", "1234"), ("\u{202e}*三", "1234"), ("🟢*PASS", "1234"), ("*三", ""), ("*三", "12345")]
    {
        let identity = Identity { name: name.into(), digits: digits.into() };
        let mut phone = phone();
        assert_eq!(
            code_of(phone.certificate_request(identity.clone(), &seed("next"), now())),
            "certificate-not-masked"
        );
        let request =
            CertificateRequest::sign(&key("phone"), &key("day"), place("3301"), identity.clone(), now()).unwrap();
        assert_eq!(code_of(CertificateRequest::open(&request, now())), "certificate-not-masked", "{name:?}");
        let certificate = DayCertificate { identity, ..certificate_for("day") }.sign(&key("certificate"));
        assert_eq!(code_of(DayCertificate::open(&certificate, &trust())), "certificate-not-masked", "{name:?}");
    }
}

#[test]
fn row_17_a_signers_name_steers_the_terminal() {
    for hidden in ["c\u{1b}[2Jdc", "c\u{9b}dc", "c\u{202e}dc", "c\u{2066}dc"] {
        let mut list = list();
        list.keys[0].signer = hidden.into();
        let list = signed(&header(6, None), &list, &["root"]);
        assert_eq!(code_of(Trust::open(&list, &roots(), now())), "file-malformed", "{hidden:?}");
    }
}
