//! Signed files with one flaw each.

use std::collections::BTreeMap;

use healthcode::calendar::{DAY, Span, Time};
use healthcode::cbor::to_bytes;
use healthcode::code::certificate::{CertificateRequest, DayCertificate, Identity};
use healthcode::code::wire::from_text;
use healthcode::colour::Colour;
use healthcode::facts::Record;
use healthcode::risk::{RiskRow, RiskTable};
use healthcode::rules::pack::{Lane, Pack};
use healthcode::trust::{Header, Kind, Manifest, Named, Roots, SecretKey, TrustList, Unverified};

use crate::authority::*;
use crate::cose::{self, array, bytes, head, map, negative, protected, sign1, single, tag, text, uint};
use crate::format::{FileCase, FileVectors, Hex};
use crate::mailboxes;

/// The payload of a good file.
pub(crate) fn payload(file: &[u8]) -> Vec<u8> {
    Unverified::parse(file).unwrap().payload().to_vec()
}

/// Header and content of a risk table, for taking apart.
fn risk_parts() -> ([(u64, Vec<u8>); 3], Vec<u8>) {
    let Header { version, issued, expires, .. } = header(7, None);
    let seconds = |time: Time| uint(time.unix().try_into().unwrap());
    ([(0, uint(version.into())), (1, seconds(issued)), (2, seconds(expires))], to_bytes(&risk_table()))
}

/// A risk table of this payload, properly signed.
fn risk_of(payload: &[u8]) -> Vec<u8> {
    cose::sign(&map(&[(3, uint(65_002))]), payload, &secrets(&["risk", "risk-2"]))
}

fn risk_at(header: &Header) -> Vec<u8> {
    signed(header, &risk_table(), &["risk", "risk-2"])
}

/// A risk table of this content.
fn risk_with(content: &[u8]) -> Vec<u8> {
    risk_of(&map(&[(0, map(&risk_parts().0)), (1, content.to_vec())]))
}

/// A risk table whose columns are these, sorted or not; with the level of each row.
fn columns(places: &[u64], levels: &[u8], from: &[u64], length: &[u64]) -> Vec<u8> {
    let packed = levels.chunks(4).map(|four| four.iter().rev().fold(0, |byte, level| byte << 2 | level)).collect();
    written(places.len().try_into().unwrap(), [numbers(places), packed, numbers(from), numbers(length)], None)
}

/// The same of columns as they are in a file.
fn written(count: u64, columns: [Vec<u8>; 4], compounds: Option<&[u8]>) -> Vec<u8> {
    let [places, levels, starts, durations] = columns.each_ref().map(|column| bytes(column));
    let mut fields = vec![
        (0, uint(1_579_708_800)),
        (1, uint(86_400)),
        (2, uint(count)),
        (3, places),
        (4, levels),
        (5, starts),
        (6, durations),
    ];
    fields.extend(compounds.map(|column| (7, bytes(column))));
    risk_with(&map(&fields))
}

/// Numbers in groups of seven bits.
fn numbers(column: &[u64]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for number in column {
        let mut left = *number;
        while left > 0x7f {
            bytes.push(left.to_le_bytes()[0] | 0x80);
            left >>= 7;
        }
        bytes.push(left.to_le_bytes()[0]);
    }
    bytes
}

/// Replaces the only occurrence of some bytes.
pub(crate) fn replaced(file: &[u8], from: &[u8], to: &[u8]) -> Vec<u8> {
    let found: Vec<_> = file.windows(from.len()).enumerate().filter(|(_, window)| *window == from).collect();
    assert_eq!(found.len(), 1, "occurs once");
    let at = found[0].0;
    [&file[..at], to, &file[at + from.len()..]].concat()
}

fn flipped(file: &[u8], at: usize) -> Vec<u8> {
    let mut altered = file.to_vec();
    altered[at] ^= 1;
    altered
}

fn pack_by(pack: &Pack, keys: &[&str]) -> Vec<u8> {
    signed(&header(3, Some("3301")), pack, keys)
}

fn secrets(names: &[&str]) -> Vec<SecretKey> {
    names.iter().map(|name| key(name)).collect()
}

/// A newer trust list with one key in place of another.
fn relisted(dropped: &str, added: &str, signer: &str, kind: Kind) -> Vec<u8> {
    let mut list = list();
    list.keys.retain(|entry| entry.key != key(dropped).public());
    list.keys.push(trusted(added, signer, kind, None));
    signed(&header(6, None), &list, &["root"])
}

/// The cases, and files that the manifest names although they are refused for something else.
pub(crate) struct Cases(Vec<FileCase>, Vec<Vec<u8>>);

/// What a phone has before a file that is not the trust list.
const BEFORE: &[&str] = &["trust-list", "manifest"];

/// What a phone has that has asked for a certificate.
const ASKED: &[&str] = &["trust-list", "manifest", "rule-pack"];

impl Cases {
    pub(crate) fn add(
        &mut self,
        name: &str,
        flaw: &str,
        file: Vec<u8>,
        before: &[&str],
        now: Time,
        code: Option<&str>,
    ) {
        self.0.push(FileCase {
            name: name.into(),
            flaw: flaw.into(),
            before: before.iter().map(|name| (*name).into()).collect(),
            roots: None,
            now: now.to_string(),
            file: Hex(file),
            stage: code.map_or("in-use", |code| code.split('-').next().unwrap()).into(),
            code: code.map(Into::into),
        });
    }

    /// A file that a phone with a trust list is given now.
    fn refused(&mut self, name: &str, flaw: &str, file: Vec<u8>, code: &str) {
        self.add(name, flaw, file, BEFORE, now(), Some(code));
    }

    fn loaded(&mut self, name: &str, flaw: &str, file: Vec<u8>) {
        self.add(name, flaw, file, BEFORE, now(), None);
    }
}

pub(crate) fn vectors() -> FileVectors {
    let mut cases = Cases(Vec::new(), Vec::new());
    good(&mut cases);
    damaged(&mut cases);
    encoding(&mut cases);
    envelope(&mut cases);
    signers(&mut cases);
    time_and_version(&mut cases);
    withdrawn(&mut cases);
    forgotten(&mut cases);
    content(&mut cases);
    exposed(&mut cases);
    personal(&mut cases);
    mailboxes::add(&mut cases);
    let newer = signed(&header(6, None), &list(), &["root"]);
    let mut files = BTreeMap::from([
        ("trust-list".to_owned(), Hex(trust_list())),
        ("trust-list-6".into(), Hex(newer)),
        ("rule-pack".into(), Hex(rules())),
        ("rule-pack-4-announced".into(), Hex(announced())),
        ("manifest-10-ahead".into(), Hex(manifest_before(10, 40, &[rules(), announced()]))),
        ("manifest-10-since".into(), Hex(manifest_before(10, 20, &[rules(), announced()]))),
        ("manifest-11-without-it".into(), Hex(manifest_before(11, 10, &[rules()]))),
        ("risk-table".into(), Hex(risk())),
        ("exposure-list".into(), Hex(exposures(&venue_code(), now().minus(Span::days(1)), now()))),
        ("risk-table-8".into(), Hex(risk_at(&header(8, None)))),
        ("record".into(), Hex(record())),
        ("day-certificate".into(), Hex(certificate())),
        ("certificate-answer".into(), Hex(answer_with(certificate()))),
        ("mailbox".into(), Hex(mailbox(0, &[("phone", contact()), ("another", contact())]))),
        ("manifest-highest".into(), Hex(manifest_of(u32::MAX, &[risk()]))),
        ("trust-list-6-another-publisher".into(), Hex(relisted("manifest", "manifest-2", "publisher", Kind::Manifest))),
        ("trust-list-6-another-hand".into(), Hex(relisted("risk-2", "risk-3", "province", Kind::RiskTable))),
    ]);
    // The manifest names all that is without a flaw, so that every other file is refused for its own.
    let loaded = cases.0.iter().filter(|case| case.code.is_none()).map(|case| &case.file.0);
    let mut named: Vec<Vec<u8>> = files.values().map(|file| file.0.clone()).chain(loaded.cloned()).collect();
    named.append(&mut cases.1);
    let public = [Kind::TrustList, Kind::RulePack, Kind::RiskTable, Kind::ExposureList];
    named.retain(|file| public.contains(&Unverified::parse(file).unwrap().kind()));
    named.sort();
    named.dedup();
    files.insert("manifest".into(), Hex(manifest_of(9, &named)));
    FileVectors {
        roots: roots(),
        random: Hex(seed("phone").into()),
        day: Hex(seed("day").into()),
        identity: serde_json::to_value(identity()).unwrap(),
        at: now().to_string(),
        files,
        cases: cases.0,
    }
}

fn good(cases: &mut Cases) {
    cases.add("trust-list", "none", trust_list(), &[], now(), None);
    cases.loaded("rule-pack", "none", rules());
    cases.loaded("risk-table", "none", risk());
    cases.loaded("exposure-list", "none", exposures(&venue_code(), now(), now().plus(Span::days(1))));
    cases.loaded("record", "none", record());
    cases.add("day-certificate", "none", certificate(), ASKED, now(), None);
    cases.add("manifest", "none", manifest(), &["trust-list"], now(), None);
    cases.loaded("by-hand", "none: written without the crate's writer", risk_of(&payload(&risk())));
    cases.loaded(
        "by-hand-several",
        "none: written without the crate's writer",
        cose::sign(&map(&[(3, uint(65_001))]), &payload(&rules()), &secrets(&["rules-1", "rules-2"])),
    );
    cases.loaded(
        "more-signers",
        "none: a stranger has signed, too",
        pack_by(&pack(), &["rules-1", "stranger", "rules-2"]),
    );
    let three = pack_by(&pack(), &["rules-1", "rules-2", "rules-1b"]);
    let last = three.len() - 1;
    cases.loaded("bad-beside-good", "none: a bad signature beside two good ones", flipped(&three, last));
    for (file, bytes) in
        [("rule-pack", rules()), ("risk-table", risk()), ("record", record()), ("day-certificate", certificate())]
    {
        cases.add(
            &format!("{file}-first"),
            "loaded before a trust list",
            bytes,
            &[],
            now(),
            Some("holder-no-trust-list"),
        );
    }
}

/// Exposure lists with the flaws that only they can have.
fn exposed(cases: &mut Cases) {
    let list = |tags: &[u8], levels: &[u8], keys: &[&str]| {
        let content = map(&[(0, bytes(tags)), (1, bytes(levels))]);
        let header = to_bytes(&header(2, Some("33")));
        cose::sign(&map(&[(3, uint(65_003))]), &map(&[(0, header), (1, content)]), &secrets(keys))
    };
    let both = ["exposure", "exposure-2"];
    let malformed = "file-malformed";
    cases.loaded("exposures-by-hand", "none", list(&[[1; 8], [2; 8]].concat(), &[0b0111], &both));
    cases.loaded("no-exposures", "none: nothing is listed", list(&[], &[], &both));
    let refused = [
        ("exposures-out-of-order", "a tag comes after a later one", list(&[[2; 8], [1; 8]].concat(), &[0b0111], &both)),
        ("exposure-twice", "a tag is there twice", list(&[[1; 8], [1; 8]].concat(), &[0b0111], &both)),
        ("exposures-cut-off", "a tag lacks a byte", list(&[1; 15], &[0b0111], &both)),
        ("exposure-without-a-level", "a level is missing", list(&[[1; 8], [2; 8]].concat(), &[0b0011], &both)),
        ("exposure-levels-left-over", "a level of no tag", list(&[1; 8], &[0b0111], &both)),
        ("exposures-with-more-levels", "a byte more", list(&[1; 8], &[1, 0], &both)),
    ];
    for (name, flaw, file) in refused {
        cases.refused(name, flaw, file, malformed);
    }
    cases.refused("exposures-by-one", "signed by one", list(&[], &[], &["exposure"]), "file-too-few-signers");
    let by_others = list(&[], &[], &["risk", "risk-2"]);
    cases.refused("exposures-by-others", "signed by who signs risk tables", by_others, "file-unknown-key");
}

fn damaged(cases: &mut Cases) {
    let good = risk();
    cases.refused("empty", "no bytes at all", Vec::new(), "cbor-truncated");
    cases.refused("truncated", "the second half is missing", good[..good.len() / 2].to_vec(), "cbor-truncated");
    cases.refused("truncated-by-one", "the last byte is missing", good[..good.len() - 1].to_vec(), "cbor-truncated");
    cases.refused("trailing-byte", "a byte follows", [&good[..], &[0]].concat(), "cbor-trailing-bytes");
    cases.refused("twice", "the file follows itself", [&good[..], &good[..]].concat(), "cbor-trailing-bytes");
    cases.refused(
        "signature-altered",
        "a bit of the signature is flipped",
        flipped(&good, good.len() - 1),
        "file-bad-signature",
    );
    let altered = replaced(&good, &[4, 65, 3, 5, 65], &[4, 65, 1, 5, 65]);
    cases.refused("content-altered", "the level of a row is lowered", altered, "file-bad-signature");
    let list = trust_list();
    let altered = flipped(&list, list.len() - 1);
    cases.add(
        "trust-list-altered",
        "a bit of the signature is flipped",
        altered,
        &[],
        now(),
        Some("file-bad-signature"),
    );
    cases.refused("text", "a web page instead of a file", b"<!doctype html>".to_vec(), "cbor-unsupported");
}

fn encoding(cases: &mut Cases) {
    let good = risk();
    let (header, content) = risk_parts();
    let header = |version: Vec<u8>| [(0, version), header[1].clone(), header[2].clone()];
    let with_version = |version: Vec<u8>| risk_of(&map(&[(0, map(&header(version))), (1, content.clone())]));
    assert_eq!(with_version(uint(7)), good);
    let not_canonical = "cbor-not-canonical";
    cases.refused(
        "long-tag",
        "the tag in a longer form than it needs",
        [&[0xd9, 0, 98], &good[2..]].concat(),
        not_canonical,
    );
    cases.refused(
        "long-array",
        "the outer array's length in a longer form",
        [&[0xd8, 98, 0x98, 4], &good[3..]].concat(),
        not_canonical,
    );
    cases.refused(
        "long-number",
        "a number in a longer form, properly signed",
        with_version(vec![0x18, 7]),
        not_canonical,
    );
    cases.refused(
        "longest-number",
        "a number in eight bytes, properly signed",
        with_version([&[0x1b][..], &7u64.to_be_bytes()].concat()),
        not_canonical,
    );
    cases.refused(
        "endless-array",
        "the outer array of indefinite length",
        [&[0xd8, 98, 0x9f], &good[3..], &[0xff]].concat(),
        not_canonical,
    );
    cases.refused(
        "endless-map",
        "a map of indefinite length, properly signed",
        risk_of(&[&[0xbf], &payload(&good)[1..], &[0xff]].concat()),
        not_canonical,
    );
    cases.refused(
        "endless-bytes",
        "bytes of indefinite length, properly signed",
        with_version(vec![0x5f, 0x41, 7, 0xff]),
        not_canonical,
    );
    let header = map(&header(uint(7)));
    cases.refused(
        "key-twice",
        "a map has a key twice",
        risk_of(&map(&[(0, header.clone()), (0, header.clone())])),
        "cbor-duplicate-key",
    );
    cases.refused(
        "key-order",
        "the keys of a map are not in order",
        risk_of(&map(&[(1, content.clone()), (0, header)])),
        "cbor-key-order",
    );
    cases.refused("float", "a floating-point number", with_version(vec![0xf9, 0x47, 0]), "cbor-unsupported");
    cases.refused("undefined", "the value undefined", with_version(vec![0xf7]), "cbor-unsupported");
    cases.refused("reserved", "a reserved initial byte", with_version(vec![0x1c]), "cbor-unsupported");
    cases.refused("null", "null where a number is due", with_version(vec![0xf6]), "file-malformed");
    cases.refused("not-utf8", "text that is not UTF-8", with_version(vec![0x62, 0xc3, 0x28]), "cbor-not-utf8");
    let deep = [vec![0x81; 200], vec![0]].concat();
    cases.refused("too-deep", "two hundred arrays in each other", with_version(deep), "cbor-too-deep");
    cases.refused(
        "promised-much",
        "an array that announces more items than there can be",
        risk_with(&[&[0x9b][..], &u64::MAX.to_be_bytes()].concat()),
        "cbor-truncated",
    );
}

fn envelope(cases: &mut Cases) {
    let shape = "envelope-shape";
    let good = certificate();
    let content = payload(&good);
    let signer = key("certificate");
    let kind = || (3, uint(65_007));
    let eddsa = || (1, negative(-8));
    let id = || (4, bytes(&signer.public().id().0));
    let with = |headers: &[(u64, Vec<u8>)]| sign1(&map(headers), &content, &signer);
    assert_eq!(with(&[eddsa(), kind(), id()]), good);
    cases.refused("untagged", "the structure without its tag", good[1..].to_vec(), shape);
    cases.refused("another-tag", "the tag of a COSE_Mac0", [&[0xd1], &good[1..]].concat(), shape);
    cases.refused("no-array", "a tag around a number", tag(18, &uint(0)), shape);
    cases.refused(
        "five-items",
        "an item too many",
        tag(18, &array(&[bytes(&map(&[kind()])), map(&[]), bytes(b""), bytes(&[0; 64]), uint(0)])),
        shape,
    );
    let signature = bytes(&signer.sign(b""));
    let headers = map(&[eddsa(), kind(), id()]);
    cases.refused(
        "unprotected-header",
        "a header that is not signed",
        single(&headers, &map(&[id()]), &bytes(&content), &signature),
        shape,
    );
    cases.refused("detached", "no payload: it lies elsewhere", single(&headers, &map(&[]), &[0xf6], &signature), shape);
    cases.refused(
        "short-signature",
        "a signature of 63 bytes",
        single(&headers, &map(&[]), &bytes(&content), &bytes(&[7; 63])),
        shape,
    );
    cases.refused("unknown-header", "a header that nobody knows", with(&[eddsa(), kind(), id(), (7, uint(1))]), shape);
    cases.refused(
        "critical-header",
        "a list of headers that must be understood",
        with(&[eddsa(), (2, array(&[uint(7)])), kind(), id()]),
        shape,
    );
    cases.refused("header-twice", "a header twice", with(&[eddsa(), eddsa(), kind(), id()]), "cbor-duplicate-key");
    cases.refused("header-order", "the headers are not in order", with(&[kind(), eddsa(), id()]), "cbor-key-order");
    cases.refused("headers-no-map", "an array where the headers are due", sign1(&array(&[]), &content, &signer), shape);
    cases.refused("no-algorithm", "the algorithm is not named", with(&[kind(), id()]), "envelope-algorithm");
    cases.refused(
        "another-algorithm",
        "ECDSA is named as the algorithm",
        with(&[(1, negative(-7)), kind(), id()]),
        "envelope-algorithm",
    );
    cases.refused(
        "algorithm-in-text",
        "the algorithm's name in text",
        with(&[(1, text("EdDSA")), kind(), id()]),
        shape,
    );
    cases.refused("no-kind", "the content type is missing", with(&[eddsa(), id()]), shape);
    cases.refused(
        "unknown-kind",
        "a content type that names no kind",
        with(&[eddsa(), (3, uint(65_012)), id()]),
        "envelope-unknown-kind",
    );
    cases.refused(
        "kind-in-text",
        "a media type as content type",
        with(&[eddsa(), (3, text("application/cbor")), id()]),
        shape,
    );
    cases.refused("short-key-id", "a key id of seven bytes", with(&[eddsa(), kind(), (4, bytes(&[7; 7]))]), shape);
    cases.refused("no-key-id", "the key is not named", with(&[eddsa(), kind()]), "file-unknown-key");
    cases.refused(
        "sign-where-sign1",
        "several signers where one is due",
        cose::sign(&map(&[kind()]), &content, &secrets(&["certificate"])),
        shape,
    );
    let rules_payload = payload(&rules());
    let rules_kind = || (3, uint(65_001));
    cases.refused(
        "sign1-where-sign",
        "one signer where several may be",
        sign1(&map(&[eddsa(), rules_kind(), id()]), &rules_payload, &key("rules-1")),
        shape,
    );
    let both = secrets(&["rules-1", "rules-2"]);
    cases.refused(
        "outer-algorithm",
        "an algorithm for all signatures together",
        cose::sign(&map(&[eddsa(), rules_kind()]), &rules_payload, &both),
        shape,
    );
    cases.refused(
        "no-signatures",
        "an empty list of signatures",
        cose::sign(&map(&[rules_kind()]), &rules_payload, &[]),
        shape,
    );
    let nine: Vec<_> = (0..9).map(|n| key(&format!("stranger {n}"))).collect();
    cases.refused(
        "nine-signatures",
        "more signatures than any file needs",
        cose::sign(&map(&[rules_kind()]), &rules_payload, &nine),
        "envelope-too-many-signatures",
    );
}

fn signers(cases: &mut Cases) {
    let (unknown, few) = ("file-unknown-key", "file-too-few-signers");
    let by = |keys: &[&str]| pack_by(&pack(), keys);
    let list_by = |name: &str| signed(&header(5, None), &list(), &[name]);
    cases.add(
        "list-by-another-root",
        "a trust list by a root that is not pinned",
        list_by("another root"),
        &[],
        now(),
        Some("trust-other-roots"),
    );
    cases.add(
        "list-by-a-listed-key",
        "a trust list by a key that it names",
        list_by("rules-1"),
        &[],
        now(),
        Some("trust-other-roots"),
    );
    let two = TrustList { roots: root_keys(&["root", "root-2"], 2), ..list() };
    cases.add(
        "list-without-its-own-root",
        "a trust list that one of the two roots it names has not signed",
        signed(&header(5, None), &two, &["root"]),
        &[],
        now(),
        Some("trust-own-roots"),
    );
    cases.add("no-roots", "the app pins no root key", trust_list(), &[], now(), Some("trust-no-roots"));
    cases.0.last_mut().unwrap().roots = Some(Roots { keys: Vec::new(), signers: 0 });
    cases.add(
        "two-roots-pinned",
        "one root has signed, where the app wants two",
        trust_list(),
        &[],
        now(),
        Some("trust-other-roots"),
    );
    cases.0.last_mut().unwrap().roots = Some(root_keys(&["root", "root-2"], 2));
    for (name, flaw, signer) in [
        ("signer-in-capitals", "a trust list that writes a signer in capitals", "Disease control"),
        ("signer-look-alike", "a trust list with a signer in Cyrillic letters", "сdс"),
        ("nameless-signer", "a trust list with a signer without a name", ""),
        ("signer-unseen", "a trust list with a signer that turns the text around it", "disease \u{202e}control"),
        ("signer-escape", "a trust list with a signer that steers a terminal", "disease \u{1b}[2Jcontrol"),
    ] {
        let mut odd = list();
        odd.keys[0].signer = signer.into();
        let odd = signed(&header(5, None), &odd, &["root"]);
        cases.add(name, flaw, odd, &[], now(), Some("file-malformed"));
    }
    cases.refused(
        "stranger",
        "a key that the trust list does not name",
        by(&["stranger", "another stranger"]),
        unknown,
    );
    cases.refused("another-kind", "keys that may sign risk tables and records", by(&["risk", "record"]), unknown);
    cases.refused("another-place", "a key for another province", by(&["rules-elsewhere"]), unknown);
    cases.refused("another-time", "a key that was retired before the file was issued", by(&["rules-retired"]), unknown);
    cases.refused(
        "not-yet-its-time",
        "issued before its key's time",
        risk_at(&Header { issued: time("2019-12-01T00:00:00Z"), ..header(7, None) }),
        unknown,
    );
    cases.refused(
        "everywhere",
        "for everywhere, by keys of one province",
        signed(&header(3, None), &pack(), &["rules-1", "rules-2"]),
        unknown,
    );
    cases.refused(
        "wider-place",
        "for the country's whole north, by keys of one province",
        signed(&header(3, Some("11")), &pack(), &["rules-1", "rules-2"]),
        unknown,
    );
    cases.refused("one-signer", "one signer, where two are needed", by(&["rules-1"]), few);
    cases.refused("same-signer-twice", "two keys of one signer", by(&["rules-1", "rules-1b"]), few);
    let same = cose::sign(&map(&[(3, uint(65_001))]), &payload(&rules()), &secrets(&["rules-1", "rules-1"]));
    cases.refused("same-key-twice", "one key's signature twice", same, few);
    cases.refused("second-unknown", "the second signature is a stranger's", by(&["rules-1", "stranger"]), few);
    let emergency = Pack { lane: Lane::Emergency, ..pack() };
    cases.refused(
        "emergency-by-two",
        "an emergency pack by two signers, where three are needed",
        pack_by(&emergency, &["rules-1", "rules-2"]),
        few,
    );
    let by_one = signed(&header(7, None), &risk_table(), &["risk"]);
    cases.refused("risk-by-one", "a risk table by one signer, where two are needed", by_one, few);
    let restricted = Record { floor: Some(Colour::Red), ..record_for("phone") };
    let restricted = signed(&header(2, Some("3301")), &restricted, &["record"]);
    cases.refused("restricted-by-one", "a record that restricts, by one signer", restricted, few);
    let mut forged = rules();
    let second = forged.len() - 64;
    let first = second - 64 - 18;
    let moved: Vec<u8> = forged[first..first + 64].to_vec();
    forged[second..].copy_from_slice(&moved);
    cases.refused(
        "copied-signature",
        "the first signer's signature under the second's name",
        forged,
        "file-bad-signature",
    );
    let good = risk();
    let at = good.len() - 64;
    let signature: [u8; 64] = good[at..].try_into().unwrap();
    let second_form = [&good[..at], &cose::second_form(&signature)].concat();
    cases.refused(
        "second-form",
        "the signature's second half plus the order of the group",
        second_form,
        "file-bad-signature",
    );
    let own = map(&[(1, negative(-8)), (4, bytes(&key("risk-2").public().id().0))]);
    let message = cose::signed_over(&map(&[(3, uint(65_002))]), Some(&own), &payload(&good));
    let small = [&good[..at], &cose::small_order_signature(&message, &key("risk-2"))].concat();
    cases.refused(
        "small-order-signature",
        "a signature whose first half is a point of small order",
        small,
        "file-bad-signature",
    );
    let weak = replaced(&payload(&trust_list()), key("risk").public().as_bytes(), &cose::NEUTRAL);
    let weak = cose::sign(&map(&[(3, uint(65_000))]), &weak, &secrets(&["root"]));
    cases.add(
        "weak-key",
        "a trust list that names a point of small order as key",
        weak,
        &[],
        now(),
        Some("file-malformed"),
    );
}

fn time_and_version(cases: &mut Cases) {
    let day = Span::seconds(DAY);
    let Header { issued, expires, .. } = header(0, None);
    let (expired, early, rollback) = (Some("file-expired"), Some("file-not-yet-issued"), Some("file-rollback"));
    cases.add("list-expired", "a trust list at the second of its expiry", trust_list(), &[], expires, expired);
    cases.add(
        "list-not-yet-issued",
        "a trust list a day before its issue",
        trust_list(),
        &[],
        issued.minus(day),
        early,
    );
    cases.add(
        "list-just-issued",
        "none: clocks may differ by two minutes",
        trust_list(),
        &[],
        issued.minus(Span::seconds(120)),
        None,
    );
    let never = signed(&Header { expires: issued, ..header(5, None) }, &list(), &["root"]);
    cases.add(
        "list-never-valid",
        "a trust list that expires at its issue",
        never,
        &[],
        now(),
        Some("file-never-valid"),
    );
    cases.add("list-rollback", "an older trust list than was seen", trust_list(), &["trust-list-6"], now(), rollback);
    cases.add("list-again", "none: the same trust list again", trust_list(), BEFORE, now(), None);
    cases.add("after-the-list", "a risk table when the trust list has expired", risk(), BEFORE, expires, expired);
    cases.add(
        "before-the-list",
        "a risk table when the clock is before the trust list's issue",
        risk(),
        BEFORE,
        issued.minus(day),
        early,
    );
    let future = risk_at(&Header { issued: now().plus(day), ..header(7, None) });
    cases.add("not-yet-issued", "a risk table from tomorrow", future, BEFORE, now(), early);
    let never = risk_at(&Header { expires: issued.minus(day), ..header(7, None) });
    cases.add(
        "never-valid",
        "a risk table that expires before its issue",
        never,
        BEFORE,
        now(),
        Some("file-never-valid"),
    );
    let old = risk_at(&Header { expires: issued.plus(Span::seconds(1)), ..header(7, None) });
    let long = risk_at(&Header { expires: issued.plus(Span::seconds(31 * DAY + 1)), ..header(7, None) });
    cases.refused("long-lived", "a risk table for a second more than 31 days", long, "file-long-lived");
    cases.loaded("expired", "none: an expired risk table is kept, and makes colours grey after its grace", old);
    cases.add(
        "rollback",
        "an older risk table than was seen",
        risk(),
        &["trust-list", "manifest", "risk-table-8"],
        now(),
        rollback,
    );
    let empty = signed(&header(7, None), &RiskTable::default(), &["risk", "risk-2"]);
    let again = &["trust-list", "manifest", "risk-table"];
    cases.add("same-version", "other rows under a version that was seen", empty, again, now(), rollback);
    cases.add(
        "no-manifest",
        "a risk table before a manifest",
        risk(),
        &["trust-list"],
        now(),
        Some("holder-no-manifest"),
    );
    cases.refused(
        "not-in-manifest",
        "a risk table that the manifest does not name",
        risk_at(&header(9, None)),
        "file-not-in-manifest",
    );
    let manifest_by = |key: &str| signed(&header(9, None), &Manifest { files: vec![named(&risk())] }, &[key]);
    cases.add(
        "manifest-by-stranger",
        "a manifest by a key that the trust list does not name",
        manifest_by("stranger"),
        &["trust-list"],
        now(),
        Some("file-unknown-key"),
    );
    cases.add(
        "manifest-long-lived",
        "a manifest for a fortnight",
        manifest_by("manifest"),
        &["trust-list"],
        now(),
        Some("file-long-lived"),
    );
    // What the id of a rule pack must not contain, in a manifest as in the pack.
    for (name, flaw, hidden) in [
        ("manifest-unseen", "a manifest that names a pack with a character that nobody sees", '\u{202e}'),
        ("manifest-filler", "a manifest that names a pack with a filler, which looks like a space", '\u{3164}'),
        ("manifest-blank", "a manifest that names a pack with the Braille pattern without dots", '\u{2800}'),
        (
            "manifest-selector",
            "a manifest that names a pack with a selector after a letter, which selects nothing",
            '\u{fe0f}',
        ),
        ("manifest-form", "a manifest that names a pack with the form of a Mongolian letter after another", '\u{180b}'),
    ] {
        let unseen = Named { id: format!("tri{hidden}al"), ..named(&rules()) };
        let header = Header { issued: now(), expires: now().plus(day), ..header(9, None) };
        let manifest = signed(&header, &Manifest { files: vec![unseen] }, &["manifest"]);
        cases.add(name, flaw, manifest, &["trust-list"], now(), Some("file-malformed"));
    }
    let seen = Named { id: "⚠\u{fe0f} ᠮᠣᠩᠭᠣᠯ\u{180b}".into(), ..named(&rules()) };
    let header_of_it = Header { issued: now(), expires: now().plus(day), ..header(9, None) };
    let manifest = signed(&header_of_it, &Manifest { files: vec![seen] }, &["manifest"]);
    cases.add("manifest-forms", "none", manifest, &["trust-list"], now(), None);
    cases.refused("manifest-rollback", "an older manifest than was seen", manifest_of(8, &[]), "file-rollback");
}

/// Rules that were announced, to begin half an hour before now.
fn announced() -> Vec<u8> {
    let begins = now().minus(Span::seconds(1_800));
    signed(&header(4, Some("3301")), &Pack { valid_from: begins, ..pack() }, &["rules-1", "rules-2"])
}

/// A manifest that was issued so many minutes ago.
fn manifest_before(version: u32, minutes: i64, files: &[Vec<u8>]) -> Vec<u8> {
    manifest_at(version, now().minus(Span::seconds(60 * minutes)), files)
}

/// Announced rules are withdrawn, and those before them come again.
fn withdrawn(cases: &mut Cases) {
    let before = |manifest| ["trust-list", manifest, "rule-pack-4-announced", "manifest-11-without-it"];
    cases.add(
        "withdrawn-before-it-began",
        "none: no manifest that was issued since the later pack begins has named it",
        rules(),
        &before("manifest-10-ahead"),
        now(),
        None,
    );
    cases.add(
        "withdrawn-since-it-began",
        "an older rule pack than one that a manifest has named in its time",
        rules(),
        &before("manifest-10-since"),
        now(),
        Some("file-rollback"),
    );
}

/// What a stolen key vouched for does not outlive the key.
fn forgotten(cases: &mut Cases) {
    let rollback = Some("file-rollback");
    let next = |key: &str| {
        let header = Header { issued: now(), expires: now().plus(Span::days(3)), ..header(10, None) };
        signed(&header, &Manifest { files: vec![named(&risk())] }, &[key])
    };
    cases.add(
        "after-the-highest-version",
        "a manifest after one of the highest version there is",
        next("manifest"),
        &["trust-list", "manifest-highest"],
        now(),
        rollback,
    );
    cases.add(
        "after-a-stolen-key",
        "none: the trust list has dropped the key that signed the highest version",
        next("manifest-2"),
        &["trust-list", "manifest-highest", "trust-list-6-another-publisher"],
        now(),
        None,
    );
    cases.add(
        "after-a-newer-list",
        "an older risk table than was seen, whose keys are still trusted",
        risk(),
        &["trust-list", "manifest", "risk-table-8", "trust-list-6"],
        now(),
        rollback,
    );
    cases.add(
        "after-half-a-theft",
        "none: of the two keys of the newer risk table, the trust list has dropped one",
        signed(&header(7, None), &risk_table(), &["risk", "risk-3"]),
        &["trust-list", "manifest", "risk-table-8", "trust-list-6-another-hand"],
        now(),
        None,
    );
}

fn content(cases: &mut Cases) {
    let malformed = "file-malformed";
    let (header, table) = risk_parts();
    cases.refused(
        "another-content",
        "a record's content under a risk table's name",
        risk_of(&payload(&record())),
        malformed,
    );
    cases.refused("no-header", "the content without the header", risk_of(&table), malformed);
    cases.refused(
        "unknown-part",
        "a third part beside header and content",
        risk_of(&map(&[(0, map(&header)), (1, table.clone()), (2, uint(0))])),
        malformed,
    );
    let unknown = [&header[..], &[(9, uint(0))]].concat();
    cases.refused(
        "unknown-field",
        "a field of the header that is not known",
        risk_of(&map(&[(0, map(&unknown)), (1, table.clone())])),
        malformed,
    );
    cases.refused(
        "missing-field",
        "the header without the expiry",
        risk_of(&map(&[(0, map(&header[..2])), (1, table.clone())])),
        malformed,
    );
    let version = |number: u64| [(0, uint(number)), header[1].clone(), header[2].clone()];
    cases.refused(
        "large-version",
        "a version of more than 32 bits",
        risk_of(&map(&[(0, map(&version(1 << 32))), (1, table.clone())])),
        malformed,
    );
    let late = [header[0].clone(), header[1].clone(), (2, uint(u64::MAX))];
    cases.refused(
        "endless",
        "an expiry beyond all calendars",
        risk_of(&map(&[(0, map(&late)), (1, table.clone())])),
        malformed,
    );
    let placed = [&header[..], &[(3, uint(999_999))]].concat();
    cases.refused(
        "no-place",
        "a place that GB/T 2260 does not have",
        risk_of(&map(&[(0, map(&placed)), (1, table)])),
        malformed,
    );
    let out_of_place = "file-out-of-place";
    cases.refused(
        "rows-out-of-place",
        "a risk table for Hubei with a row for Hangzhou",
        signed(
            &crate::authority::header(7, Some("42")),
            &RiskTable::new(vec![RiskRow { place: place("3301"), ..risk_table().rows().next().unwrap() }]).unwrap(),
            &["risk", "risk-2"],
        ),
        out_of_place,
    );
    cases.refused(
        "pack-out-of-place",
        "a pack for Hangzhou under a header for Ningbo",
        signed(&crate::authority::header(3, Some("3302")), &pack(), &["rules-1", "rules-2"]),
        out_of_place,
    );
    let ningbo = signed(
        &crate::authority::header(3, Some("3302")),
        &Pack { region: place("3302"), ..pack() },
        &["rules-1", "rules-2"],
    );
    let certified = &["trust-list", "manifest", "rule-pack", "day-certificate"];
    cases.add(
        "pack-elsewhere",
        "a pack for Ningbo on a phone that is certified for Hangzhou",
        ningbo.clone(),
        certified,
        now(),
        Some("holder-file-elsewhere"),
    );
    cases.1.push(ningbo);
    let wuhan = place("4201").sort_key();
    cases.loaded("columns", "none: a risk table written by hand", columns(&[wuhan], &[3], &[0], &[0]));
    cases.refused(
        "row-order",
        "two rows of one place, the later first",
        columns(&[wuhan, 0], &[3, 3], &[9, 0], &[1, 1]),
        malformed,
    );
    cases.refused("row-twice", "a row twice", columns(&[wuhan, 0], &[3, 3], &[0, 0], &[0, 0]), malformed);
    cases.refused("no-level", "a row without a level", columns(&[wuhan], &[0], &[0], &[0]), malformed);
    cases.refused(
        "short-column",
        "a column with a row too few",
        columns(&[wuhan, 16], &[3, 3], &[0], &[0, 0]),
        malformed,
    );
    cases.refused(
        "no-such-place",
        "a row for a place that cannot be",
        columns(&[wuhan + 1], &[3], &[0], &[0]),
        malformed,
    );
    cases.refused(
        "sum-of-places",
        "places whose differences sum up beyond 64 bits",
        columns(&[wuhan, u64::MAX], &[3, 3], &[0, 0], &[0, 0]),
        malformed,
    );
    cases.refused(
        "sum-beyond-places",
        "places whose differences sum up beyond the last place",
        columns(&[wuhan, (1 << 63) - 1], &[3, 3], &[0, 0], &[0, 0]),
        malformed,
    );
    let one = || [numbers(&[wuhan]), vec![3], vec![0], vec![0]];
    let with = |at: usize, column: &[u8]| {
        let mut columns = one();
        columns[at] = column.to_vec();
        columns
    };
    for (name, flaw, file) in [
        ("number-in-long", "a number in a longer form than it needs", written(1, with(2, &[0x80, 0]), None)),
        ("endless-number", "a number of ten bytes", written(1, with(3, &[[0x80; 9].as_slice(), &[1]].concat()), None)),
        ("cut-off-number", "a number that is cut off", written(1, with(3, &[0x81]), None)),
        ("count-of-more", "a count of more rows than there are", written(2, one(), None)),
        ("count-of-fewer", "a count of fewer rows than there are", written(0, one(), None)),
        ("count-of-many", "a count of more rows than a table may have", written(1_000_001, one(), None)),
        ("levels-of-more", "levels of more rows than there are", written(1, with(1, &[0b1111]), None)),
        ("late-base", "a base that no row begins at", written(1, with(2, &[1]), None)),
        ("compound-of-none", "a column of compounds in which none is", written(1, one(), Some(&[0]))),
        ("compound-cut-off", "the key of a compound that is cut off", written(1, one(), Some(b"\x01compoun"))),
        (
            "compound-of-more",
            "the key of a compound of a row that there is not",
            written(1, one(), Some(b"\x02compound")),
        ),
    ] {
        cases.refused(name, flaw, file, malformed);
    }
    cases.loaded("compound", "none: a row about a compound", written(1, one(), Some(b"\x01compound")));
    cases.refused(
        "row-of-ages",
        "a row that lasts for longer than numbers reach",
        columns(&[wuhan], &[3], &[0], &[u64::MAX / 2]),
        malformed,
    );
    let mut nameless = pack();
    nameless.rules[0].course = Some("nowhere".into());
    cases.refused(
        "unsound-pack",
        "a rule with a course that the pack does not have",
        pack_by(&nameless, &["rules-1", "rules-2"]),
        malformed,
    );
    let mut curious = pack();
    curious.rules[0].when = serde_json::from_str(r#"{"===":[{"var":"record.name"},"x"]}"#).unwrap();
    cases.refused(
        "curious-pack",
        "a rule that reads what is no fact",
        pack_by(&curious, &["rules-1", "rules-2"]),
        malformed,
    );
    let code = phone().show(now(), None, None).unwrap().text;
    cases.refused("code", "a code where a file is due", from_text(&code).unwrap(), "holder-unwanted-file");
    let request = CertificateRequest::sign(&key("phone"), &key("day"), place("3301"), identity(), now()).unwrap();
    cases.refused("request", "a request for a certificate where a file is due", request, "holder-unwanted-file");
    let newer = [&[0xa3][..], &payload(&trust_list())[1..], &uint(2), &head(4, 0)].concat();
    let newer = cose::sign(&map(&[(3, uint(65_000))]), &newer, &secrets(&["root"]));
    cases.add("list-of-tomorrow", "a trust list with a part that is not known yet", newer, &[], now(), Some(malformed));
    let empty =
        signed(&Header { ..crate::authority::header(6, None) }, &TrustList { keys: vec![], ..list() }, &["root"]);
    cases.add("empty-list", "none: a trust list that trusts nobody", empty, BEFORE, now(), None);
}

fn personal(cases: &mut Cases) {
    let certified = |certificate: DayCertificate, name: &str| certificate.sign(&key(name));
    let mut refused = |name: &str, flaw: &str, file: Vec<u8>, code: &str| {
        cases.add(name, flaw, file, ASKED, now(), Some(code));
    };
    let good = || certificate_for("day");
    refused(
        "certificate-not-yours",
        "for another phone's key",
        certified(certificate_for("another"), "certificate"),
        "certificate-not-yours",
    );
    refused(
        "certificate-expired",
        "it was for an hour, which is over",
        certified(DayCertificate { hours: 1, ..good() }, "certificate"),
        "certificate-expired",
    );
    let tomorrow = DayCertificate { issued: now().plus(Span::seconds(DAY)), ..good() };
    refused(
        "certificate-from-tomorrow",
        "it holds from tomorrow",
        certified(tomorrow, "certificate"),
        "certificate-not-yet-valid",
    );
    let named = DayCertificate { identity: Identity { name: "例例".into(), digits: "428X".into() }, ..good() };
    refused("certificate-not-masked", "the whole name", certified(named, "certificate"), "certificate-not-masked");
    let numbered =
        DayCertificate { identity: Identity { name: "*例".into(), digits: "330106199001011428X".into() }, ..good() };
    refused(
        "certificate-whole-number",
        "the whole number",
        certified(numbered, "certificate"),
        "certificate-not-masked",
    );
    refused(
        "certificate-long-lived",
        "for 49 hours",
        certified(DayCertificate { hours: 49, ..good() }, "certificate"),
        "certificate-long-lived",
    );
    refused(
        "certificate-by-record-key",
        "by a key that may sign records",
        certified(good(), "record"),
        "file-unknown-key",
    );
    refused(
        "certificate-elsewhere",
        "by a key of another city",
        certified(DayCertificate { place: place("3302"), ..good() }, "certificate"),
        "file-unknown-key",
    );
    for (name, hidden) in [("symbols", "🟢*PASS"), ("half-hidden", "张三丰*"), ("turned", "*\u{202e}三")] {
        let identity = Identity { name: hidden.into(), digits: "428X".into() };
        let masked = certified(DayCertificate { identity, ..good() }, "certificate");
        let flaw = "a name that masking does not write";
        refused(&format!("certificate-name-{name}"), flaw, masked, "certificate-not-masked");
    }
    let ground = "certificate-ground";
    let floor = |floor, ground: Option<&str>| {
        certified(DayCertificate { floor, ground: ground.map(Into::into), ..good() }, "certificate")
    };
    refused("certificate-no-ground", "red without a ground", floor(Colour::Red, None), ground);
    refused("certificate-green-ground", "green with a ground", floor(Colour::Green, Some("contact")), ground);
    refused("certificate-odd-ground", "a ground that is no word", floor(Colour::Red, Some("Contact!")), ground);
    let weak = replaced(&payload(&certificate()), key("day").public().as_bytes(), &cose::NEUTRAL);
    let weak = sign1(&protected(Kind::DayCertificate, &key("certificate")), &weak, &key("certificate"));
    refused("certificate-weak-key", "for a point of small order", weak, "certificate-malformed");
    let others = signed(&header(2, Some("3301")), &record_for("another"), &["record"]);
    refused("record-not-yours", "for another phone's key", others, "holder-record-not-yours");
    let older = DayCertificate { issued: good().issued.minus(Span::seconds(1)), ..good() };
    cases.add(
        "certificate-older",
        "issued a second before the one that the phone has",
        certified(older, "certificate"),
        &["trust-list", "manifest", "rule-pack", "day-certificate"],
        now(),
        Some("certificate-older"),
    );
    cases.refused("certificate-unasked", "the phone has not asked for it", certificate(), "certificate-not-yours");
    cases.add(
        "certificate-with-floor",
        "none: red, on a ground",
        floor(Colour::Red, Some("close-contact")),
        ASKED,
        now(),
        None,
    );
}
