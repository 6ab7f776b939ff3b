//! The attacks that The Update Framework names (TUF 1.0, section 1.5.2), in its order and words.

use healthcode::calendar::Span;
use healthcode::checkpoint::Checkpoint;
use healthcode::colour::Colour;
use healthcode::holder::Holder;
use healthcode::limits::{FILE_BYTES, MANIFEST_HOURS};
use healthcode::risk::RiskTable;
use healthcode::rules::pack::Pack;
use healthcode::trust::{Header, Kind, Manifest, Named, TrustList};

use crate::authority::*;

fn healthy() -> Holder {
    let mut phone = phone();
    phone.submit(answers(false), now()).unwrap();
    phone
}

/// What an attacker sends leaves no trace.
fn refused(phone: &mut Holder, file: &[u8], code: &str) {
    let before = phone.save();
    assert_eq!(code_of(phone.load(file, now())), code);
    assert!(phone.save() == before, "{code}");
    assert_eq!(phone.assess(now(), None).unwrap().colour, Colour::Green);
}

#[test]
fn arbitrary_installation() {
    let stranger = signed(&header(9, None), &RiskTable::default(), &["stranger", "another stranger"]);
    refused(&mut healthy(), &stranger, "file-unknown-key");
    // The level of its row, which both have signed.
    let mut altered = risk();
    let level = altered.windows(3).position(|bytes| bytes == [4, 0x41, 3]).unwrap() + 2;
    altered[level] = 1;
    refused(&mut healthy(), &altered, "file-bad-signature");
}

#[test]
fn endless_data() {
    refused(&mut healthy(), &vec![0; FILE_BYTES + 1], "envelope-too-large");
}

#[test]
fn extraneous_dependencies() {
    // Nothing leads from one file to others but the manifest, which names what there is and nothing to fetch besides.
    let more = signed(&header(8, None), &risk_table(), &["risk", "risk-2"]);
    refused(&mut healthy(), &more, "file-not-in-manifest");
}

#[test]
fn fast_forward() {
    let mut phone = healthy();
    let header = Header { issued: now(), expires: now().plus(day(3)), ..header(u32::MAX, None) };
    let manifest = Manifest { files: vec![named(&rules()), named(&risk())] };
    phone.load(&signed(&header, &manifest, &["manifest"]), now()).unwrap();
    let mut list = list();
    list.keys.retain(|entry| entry.key != key("manifest").public());
    list.keys.push(trusted("manifest-2", "publisher", Kind::Manifest, None));
    phone.load(&signed(&crate::authority::header(6, None), &list, &["root"]), now()).unwrap();
    let next = Header { version: 10, ..header };
    phone.load(&signed(&next, &manifest, &["manifest-2"]), now()).unwrap();
}

#[test]
fn indefinite_freeze() {
    // Whoever is kept from newer manifests has a code for three days, which says that it is stale, and then none.
    let phone = healthy();
    let manifest = phone.files().iter().find(|file| file.kind == Kind::Manifest).unwrap();
    let (issued, stale, expires) = (manifest.issued.unwrap(), manifest.stale.unwrap(), manifest.expires.unwrap());
    assert!(issued < stale && stale < expires);
    assert_eq!(expires.since(issued), Span::seconds(MANIFEST_HOURS * 3_600));
    let causes = |at| phone.assess(at, None).unwrap().causes;
    let named = |at| causes(at).iter().any(|cause| cause.name() == "manifest-expired");
    assert!(!named(expires.minus(Span::seconds(1))) && named(expires));
    assert!(phone.assess(expires, None).unwrap().colour >= Colour::Grey);
}

#[test]
fn malicious_mirrors_preventing_updates() {
    // A mirror that holds something back cannot hide it: the phone knows what is missing, and by when it must have come.
    let mut phone = healthy();
    let next = signed(&header(8, None), &risk_table(), &["risk", "risk-2"]);
    phone.load(&manifest_of(10, &[rules(), next.clone()]), now()).unwrap();
    assert_eq!(phone.missing(), [named(&next)]);
    assert_eq!(phone.assess(now(), None).unwrap().colour, Colour::Green);
}

#[test]
fn mix_and_match() {
    // Files that were never in force together are never used together: the newest manifest says which are.
    let mut phone = healthy();
    let table = signed(&header(8, None), &RiskTable::default(), &["risk", "risk-2"]);
    let pack = signed(&header(4, Some("3301")), &pack(), &["rules-1", "rules-2"]);
    phone.load(&manifest_of(10, &[pack.clone(), table.clone()]), now()).unwrap();
    phone.load(&pack, now()).unwrap();
    phone.load(&table, now()).unwrap();
    refused(&mut phone, &risk(), "file-rollback");
    refused(&mut phone, &rules(), "file-rollback");
}

#[test]
fn rollback() {
    let mut phone = healthy();
    refused(&mut phone, &signed(&header(4, None), &list(), &["root"]), "file-rollback");
    refused(&mut phone, &manifest_of(8, &[]), "file-rollback");
    let old = signed(&header(6, None), &risk_table(), &["risk", "risk-2"]);
    refused(&mut phone, &old, "file-rollback");
    // Whoever publishes can name an old file, and phones refuse it all the same.
    phone.load(&manifest_of(10, &[rules(), risk(), old.clone()]), now()).unwrap();
    refused(&mut phone, &old, "file-rollback");
}

#[test]
fn slow_retrieval() {
    // That a transfer ends at its limits of time and length is the host's part: `tests/npm/engine/outside.test.mjs`. However
    // slowly a manifest comes, its age counts from its issue and not from when it came, so that time is not won by it.
    let (issued, hour) = (now(), Span::seconds(3_600));
    let manifest = manifest_at(10, issued, &[rules(), risk()]);
    for (hours, stale, expired) in [(11, false, false), (12, true, false), (71, true, false), (72, true, true)] {
        let came = issued.plus(Span::seconds(hours * hour.as_seconds()));
        let mut phone = healthy();
        let state = phone.load(&manifest, came).unwrap();
        assert_eq!(state.stale.is_some_and(|stale| stale <= came), stale, "{hours} h");
        let found = phone.assess(came, None).unwrap();
        assert_eq!(found.causes.iter().any(|cause| cause.name() == "manifest-expired"), expired, "{hours} h");
        assert_eq!(found.colour, if expired { Colour::Grey } else { Colour::Green }, "{hours} h");
        let mut checkpoint = Checkpoint::new(roots());
        checkpoint.load(&trust_list(), issued).unwrap();
        checkpoint.load(&manifest, came).unwrap();
        let [_, held] = &checkpoint.files()[..] else { panic!("a list and a manifest") };
        assert_eq!(held.stale.is_some_and(|stale| stale <= came), stale, "{hours} h");
    }
    // One that began before another was published, and ends after it, is not taken over it.
    let mut phone = healthy();
    phone.load(&manifest_at(11, issued.plus(hour), &[rules(), risk()]), issued.plus(hour)).unwrap();
    assert_eq!(code_of(phone.load(&manifest, issued.plus(hour))), "file-rollback");
}

#[test]
fn vulnerability_to_key_compromises() {
    let mut phone = healthy();
    // One key of two can do nothing.
    refused(&mut phone, &signed(&header(9, None), &RiskTable::default(), &["risk"]), "file-too-few-signers");
    refused(&mut phone, &signed(&header(9, Some("3301")), &pack(), &["rules-1"]), "file-too-few-signers");
    // The publisher's key alone can publish nothing new, and a day-certificate key no rules.
    refused(
        &mut phone,
        &signed(&header(9, None), &RiskTable::default(), &["manifest", "certificate"]),
        "file-unknown-key",
    );
    // One root of two can name no others.
    let (two, own) = (root_keys(&["root", "root-2"], 2), root_keys(&["root"], 1));
    let mut checkpoint = Checkpoint::new(two.clone());
    checkpoint
        .load(&signed(&header(5, None), &TrustList { roots: two, ..list() }, &["root", "root-2"]), now())
        .unwrap();
    let alone = signed(&header(6, None), &TrustList { roots: own, ..list() }, &["root"]);
    assert_eq!(code_of(checkpoint.load(&alone, now())), "trust-other-roots");
}

#[test]
fn wrong_software_installation() {
    // A good file of another person.
    refused(
        &mut healthy(),
        &signed(&header(9, Some("3301")), &record_for("another"), &["record"]),
        "holder-record-not-yours",
    );
    refused(&mut healthy(), &certificate_for("another").sign(&key("certificate")), "certificate-not-yours");
    // Of another kind: what phones send, and rules by keys for risk data, under whichever name.
    let request = healthy().certificate_request(identity(), &seed("next"), now()).unwrap();
    refused(&mut healthy(), &request, "holder-unwanted-file");
    let by_others = signed(&header(9, Some("3301")), &pack(), &["risk", "risk-2"]);
    let mut phone = healthy();
    phone.load(&manifest_of(10, &[rules(), risk(), by_others.clone()]), now()).unwrap();
    refused(&mut phone, &by_others, "file-unknown-key");
    // Of another region, which the manifest may name; and one that it names otherwise than it is.
    let mut phone = healthy();
    phone.load(&with_hubei(6), now()).unwrap();
    let hubei = Pack { region: place("42"), id: "hubei".into(), ..pack() };
    let hubei = signed(&header(9, Some("42")), &hubei, &["hubei-1", "hubei-2"]);
    let newer = signed(&header(4, Some("3301")), &pack(), &["rules-1", "rules-2"]);
    let other = Named { version: 3, ..named(&newer) };
    let all = Manifest { files: vec![named(&rules()), named(&risk()), named(&hubei), other] };
    phone
        .load(
            &signed(&Header { issued: now(), expires: now().plus(day(3)), ..header(10, None) }, &all, &["manifest"]),
            now(),
        )
        .unwrap();
    refused(&mut phone, &hubei, "holder-file-elsewhere");
    refused(&mut phone, &newer, "file-not-in-manifest");
}
