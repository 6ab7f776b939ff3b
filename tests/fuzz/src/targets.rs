//! One function for every reader of bytes from outside. Whatever the bytes, none of them may panic, run long or take
//! much memory; and what is read must be what would be written, or say the same once more.

use std::fmt::Debug;
use std::sync::LazyLock;

use healthcode::authoring::review::review;
use healthcode::authoring::source::{FactsSource, PackSource};
use healthcode::calendar::{Date, Offset, Span, Time};
use healthcode::cbor::{Cbor, Reader, check_deterministic, from_bytes, to_bytes};
use healthcode::checkpoint::Checkpoint;
use healthcode::code::certificate::{CertificateRequest, DayCertificate, Identity};
use healthcode::code::status::Statuses;
use healthcode::code::verify::Basis;
use healthcode::code::wire::{code_text, from_text, to_text};
use healthcode::code::{CertificateAnswer, Code, StatusList, Verdict, qr, verify};
use healthcode::colour::Colour;
use healthcode::facts::{Answer, Answers, Record, Report, Visit};
use healthcode::holder::Holder;
use healthcode::limits::{KEPT_FILES, KEPT_MANIFESTS};
use healthcode::log::tiles::{ENTRIES, Tile, bundle};
use healthcode::log::witness::{self, Request};
use healthcode::log::{Leaf, LogProof, LoggedFinding, NoteKey, Policy, SignedNote, TreeHead};
use healthcode::mailbox::{Mailbox, Notice};
use healthcode::place::Place;
use healthcode::risk::{Covered, Delta, Level, RiskTable, Tables};
use healthcode::rules::check::is_sound;
use healthcode::rules::evaluate::{Inputs, decide};
use healthcode::rules::expression::text::{canonical, parse};
use healthcode::rules::expression::{Budget, Condition, Expression, Value, evaluate};
use healthcode::rules::pack::{Pack, Question};
use healthcode::rules::questionnaire::interpret;
use healthcode::trust::envelope::{countersign, sign};
use healthcode::trust::file::{read_unverified, sign_file};
use healthcode::trust::{
    Body, Header, Kind, Manifest, Named, SecretKey, Trust, TrustList, Unverified, Verified, signer,
};
use healthcode::unseen::shown;
use healthcode::venue::code::{from_text as from_venue_text, to_text as to_venue_text};
use healthcode::venue::{ExposureList, Tag, VenueCode};
use serde::Deserialize;
use sha2::{Digest, Sha512};

pub use crate::ahead::ahead;
use crate::authority;
pub use crate::loads::loads;

/// What costs much to make, made once.
static TRUST: LazyLock<Trust> = LazyLock::new(authority::trust);
static MANIFESTS: LazyLock<[Verified<Manifest>; 1]> =
    LazyLock::new(|| [TRUST.open_file(&authority::manifest(), authority::now()).unwrap()]);
static PHONE: LazyLock<SecretKey> = LazyLock::new(|| authority::key("phone"));
static DAY: LazyLock<SecretKey> = LazyLock::new(|| authority::key("day"));
static SIGNER: LazyLock<SecretKey> = LazyLock::new(|| authority::key("rules-1"));
static CERTIFIER: LazyLock<SecretKey> = LazyLock::new(|| authority::key("certificate"));
static PUBLISHER: LazyLock<SecretKey> = LazyLock::new(|| authority::key("manifest"));
static VENUE: LazyLock<SecretKey> = LazyLock::new(|| authority::key("venue"));
static RECORD: LazyLock<Record> = LazyLock::new(|| authority::record_for("phone"));

/// A risk table of some rows.
static TABLE: LazyLock<RiskTable> =
    LazyLock::new(|| read_unverified::<RiskTable>(&crate::seeds::delta_base()).unwrap().1);

/// The forms of the states as they are written now.
static HOLDER_FORM: LazyLock<u8> = LazyLock::new(|| authority::phone().save()[0]);
static CHECKPOINT_FORM: LazyLock<u8> = LazyLock::new(|| Checkpoint::new(authority::roots()).save()[0]);

/// A code that is in order at the moment of all targets.
static CODE: LazyLock<String> = LazyLock::new(|| {
    let mut phone = authority::phone();
    phone.submit(authority::answers(false), authority::now()).unwrap();
    phone.show(authority::now(), None, None).unwrap().text
});

/// A target: any bytes.
pub type Target = fn(&[u8]);

/// Every target, by the name of its fuzzer.
pub const TARGETS: [(&str, Target); 24] = [
    ("cbor", cbor),
    ("envelope", envelope),
    ("trust_list", trust_list),
    ("pack", pack),
    ("risk", risk),
    ("delta", delta),
    ("exposures", exposures),
    ("mailbox", mailbox),
    ("venue", venue),
    ("certificate", certificate),
    ("statuses", statuses),
    ("code", code),
    ("holder", holder),
    ("certlogic", certlogic),
    ("condition_text", condition_text),
    ("pack_source", pack_source),
    ("facts", facts),
    ("manifest", manifest),
    ("checkpoint", checkpoint),
    ("loads", loads),
    ("forecast", ahead),
    ("names", names),
    ("log_text", log_text),
    ("log_tile", log_tile),
];

/// One value has one encoding: what is read is what would be written.
fn canonical_cbor<T: Cbor>(bytes: &[u8]) -> Option<T> {
    let value: T = from_bytes(bytes)?;
    assert!(to_bytes(&value) == bytes, "read, but written otherwise");
    assert_eq!(check_deterministic(bytes), Ok(()), "read, though it is not deterministic");
    Some(value)
}

/// The types that are read from CBOR, each by its own first byte.
pub fn cbor(bytes: &[u8]) {
    const READERS: [Target; 27] = [
        reads::<TrustList>,
        reads::<Pack>,
        reads::<RiskTable>,
        reads::<Record>,
        reads::<DayCertificate>,
        reads::<CertificateRequest>,
        reads::<Code>,
        reads::<Expression>,
        reads::<Condition>,
        reads::<Answers>,
        reads::<Report>,
        reads::<Visit>,
        reads::<Header>,
        reads::<Identity>,
        reads::<Question>,
        reads::<Answer>,
        reads::<Time>,
        reads::<Date>,
        reads::<Span>,
        reads::<Offset>,
        reads::<Vec<Place>>,
        reads::<Manifest>,
        reads::<Named>,
        reads::<ExposureList>,
        reads::<VenueCode>,
        reads::<Leaf>,
        reads::<LoggedFinding>,
    ];
    fn reads<T: Cbor>(bytes: &[u8]) {
        canonical_cbor::<T>(bytes);
    }
    let Some((first, bytes)) = bytes.split_first() else { return };
    if let Some(reads) = READERS.get(usize::from(*first)) {
        reads(bytes);
    }
    // Another reader agrees on where the one item ends.
    if check_deterministic(bytes).is_ok() {
        let mut decoder = minicbor::Decoder::new(bytes);
        assert!(decoder.skip().is_ok() && decoder.position() == bytes.len(), "no CBOR to another reader");
    }
}

/// COSE envelopes.
pub fn envelope(bytes: &[u8]) {
    let Ok(unverified) = Unverified::parse(bytes) else { return };
    let key = &*SIGNER;
    let (kind, payload) = (unverified.kind(), unverified.payload());
    assert_eq!(Unverified::parse(&sign(kind, payload, key)).unwrap().payload(), payload);
    let signers: Vec<_> = unverified.signers().collect();
    for index in 0..=signers.len() {
        let _ = unverified.verifies(index, &key.public());
    }
    if let Ok(more) = countersign(bytes, key) {
        let more = Unverified::parse(&more).unwrap();
        assert_eq!((more.kind(), more.payload()), (kind, payload));
        let last = more.signers().count() - 1;
        assert!(more.verifies(last, &key.public()) && more.signers().last() == Some(Some(key.public().id())));
    }
    match kind {
        Kind::TrustList => reread::<TrustList>(bytes),
        Kind::Manifest => reread::<Manifest>(bytes),
        Kind::RulePack => reread::<Pack>(bytes),
        Kind::RiskTable => reread::<RiskTable>(bytes),
        Kind::ExposureList => reread::<ExposureList>(bytes),
        Kind::VenueCode => reread::<VenueCode>(bytes),
        Kind::Record => reread::<Record>(bytes),
        Kind::DayCertificate | Kind::CertificateRequest | Kind::Code | Kind::Mailbox | Kind::CertificateAnswer => {}
    }
}

/// A file's payload is what would be written of what is read.
fn reread<T: Body>(bytes: &[u8]) {
    let Ok((header, body)) = read_unverified::<T>(bytes) else { return };
    let written = sign_file(&header, &body, &SIGNER);
    let (written, read) = (Unverified::parse(&written).unwrap(), Unverified::parse(bytes).unwrap());
    assert!(written.payload() == read.payload(), "the file is read, but written otherwise");
}

/// The payload of a trust list that a root has signed, and the files that are then opened by it.
pub fn trust_list(payload: &[u8]) {
    let now = authority::now();
    let signed = sign(Kind::TrustList, payload, &authority::key("root"));
    let Ok(trust) = Trust::open(&signed, &authority::roots(), now) else { return };
    reread::<TrustList>(&signed);
    let _ = trust.open_file::<Pack>(&authority::rules(), now).map(|file| file.at(now, Span::ZERO).is_ok());
    let _ = trust.open_file::<RiskTable>(&authority::risk(), now).map(|file| file.signers().len());
    let _ = trust.open_file::<Record>(&authority::record(), now).map(|file| file.signers().len());
    let _ = DayCertificate::open(&authority::certificate(), &trust);
}

/// An exposure list: one encoding; a lookup finds what a linear search finds.
pub fn exposures(bytes: &[u8]) {
    let Some(list) = canonical_cbor::<ExposureList>(bytes) else { return };
    let all: Vec<_> = list.tags().collect();
    assert!(all.is_sorted_by(|a, b| a.0 < b.0) && ExposureList::new(all.clone()).as_ref() == Ok(&list));
    for (tag, level) in all.into_iter().take(64) {
        assert_eq!(list.level_of(tag), level);
        let next = Tag(u64::from_be_bytes(tag.0).wrapping_add(1).to_be_bytes());
        let listed = list.tags().find(|(other, _)| *other == next).map_or(Level::None, |(_, level)| level);
        assert_eq!(list.level_of(next), listed);
    }
}

/// A scanned text that may be a venue's code, or the content of one that is signed: what is opened is about the signer's place,
/// and no longer in force than a day.
pub fn venue(bytes: &[u8]) {
    let now = authority::now();
    if let Ok(text) = std::str::from_utf8(bytes)
        && let Ok(file) = from_venue_text(text)
    {
        assert_eq!(from_venue_text(&to_venue_text(&file)), Ok(file));
        let _ = VenueCode::open(text, &TRUST, now);
    }
    let signed = sign(Kind::VenueCode, bytes, &VENUE);
    if let Ok(code) = VenueCode::open(&to_venue_text(&signed), &TRUST, now) {
        reread::<VenueCode>(&signed);
        assert!(authority::place("3301").contains(code.place));
        let (header, _) = read_unverified::<VenueCode>(&signed).unwrap();
        assert!(now < header.expires && header.expires <= header.issued.plus(Span::days(1)));
    }
}

/// The payload of a mailbox, or of an answer with what opens one: one encoding, and nothing is heard without its ground.
pub fn mailbox(payload: &[u8]) {
    canonical_cbor::<CertificateAnswer>(payload);
    if let Some(notice) = canonical_cbor::<Notice>(payload) {
        let (key, salt) = (authority::mailbox_key("phone"), [7; 16]);
        assert!(key.seal(authority::now(), salt, &notice).is_some(), "whatever can be read can be sealed");
        assert_eq!(notice.floor().is_some(), notice.floor != Colour::Green);
    }
    let mailbox = sign(Kind::Mailbox, payload, &CERTIFIER);
    if let Ok(mailbox) = Mailbox::open(&mailbox, &TRUST) {
        let _ = mailbox.check(authority::now());
        if let Ok(Some(notice)) = mailbox.notice(&authority::mailbox_key("phone")) {
            assert_eq!(notice.floor().is_some(), notice.floor != Colour::Green);
        }
    }
    if let Ok(mailbox) = Mailbox::read_unverified(&mailbox) {
        assert!(mailbox.sign(&CERTIFIER) == sign(Kind::Mailbox, payload, &CERTIFIER), "read, but written otherwise");
    }
    let _ = CertificateAnswer::open(&sign(Kind::CertificateAnswer, payload, &CERTIFIER), &TRUST);
}

/// A rule pack with the facts that it is asked of: pack, reports, diary, risk table, one behind another.
pub fn pack(bytes: &[u8]) {
    let mut r = Reader::new(bytes);
    let Some(pack) = Pack::read(&mut r) else { return };
    canonical_cbor::<Pack>(&to_bytes(&pack));
    let json = serde_json::to_string(&pack).unwrap();
    assert!(!json.is_empty());
    if !is_sound(&pack) {
        return;
    }
    let reports = Vec::<Report>::read(&mut r).unwrap_or_default();
    let diary = Vec::<Visit>::read(&mut r).unwrap_or_default();
    let risk = RiskTable::read(&mut r).unwrap_or_default();
    decides(&pack, &reports, &diary, &risk);
}

/// The same facts give the same decision, in whichever order they are given.
fn decides(pack: &Pack, reports: &[Report], diary: &[Visit], risk: &RiskTable) {
    let now = reports.iter().map(|report| report.at).max().unwrap_or(authority::now());
    let covered = [Covered { place: Place::COUNTRY, table: Ok(risk) }];
    let inputs = Inputs { reports, diary, risk: Tables::new(&covered), record: Some(&RECORD), ..Inputs::default() };
    let decision = decide(pack, &inputs, now);
    let (mut reports, mut diary) = (reports.to_vec(), diary.to_vec());
    let at: std::collections::BTreeSet<_> = reports.iter().map(|report| report.at).collect();
    // Two reports of one second have no order but the one in which they are given.
    if at.len() == reports.len() {
        reports.reverse();
    }
    diary.reverse();
    let inputs = Inputs { reports: &reports, diary: &diary, ..inputs };
    assert!(decide(pack, &inputs, now) == decision, "the order of the facts changes the decision");
    let _ = serde_json::to_string(&decision.reasons).unwrap();
}

/// A risk table, and looking up in it.
pub fn risk(bytes: &[u8]) {
    let Some(table) = canonical_cbor::<RiskTable>(bytes) else { return };
    let again = RiskTable::new(table.rows().collect());
    assert!(again.as_ref() == Ok(&table), "read, but not a table that could be made");
    for row in table.rows().take(50) {
        assert!(row.level > Level::None && row.to.is_none_or(|to| row.from < to));
        assert!(row.compound.is_some() || table.level_at(row.place, row.from) >= row.level);
        assert!(table.of(row.place).any(|other| other == row));
        assert!(table.inside(row.place.within(6)).any(|other| other == row) || row.place.length() <= 6);
        let plain = table
            .rows()
            .filter(|other| other.compound.is_none() && other.place.contains(row.place) && other.holds_at(row.from));
        assert_eq!(table.level_at(row.place, row.from), plain.map(|row| row.level).max().unwrap_or_default());
    }
}

/// A delta, applied to a table that it may be for or not.
pub fn delta(bytes: &[u8]) {
    let Ok(delta) = Delta::from_bytes(bytes) else { return };
    assert!(delta.to_bytes() == bytes, "read, but written otherwise");
    for table in [&*TABLE, &RiskTable::default()] {
        let Ok(file) = delta.apply(table, healthcode::limits::FILE_BYTES) else { continue };
        let envelope = Unverified::parse(&file).unwrap();
        assert_eq!(envelope.kind(), Kind::RiskTable);
        // What is a table of what comes of it, is what would be written.
        reread::<RiskTable>(&file);
    }
}

/// The payload of a day certificate by who may certify, or of a phone's request for one.
pub fn certificate(payload: &[u8]) {
    canonical_cbor::<DayCertificate>(payload);
    canonical_cbor::<CertificateRequest>(payload);
    let certificate = sign(Kind::DayCertificate, payload, &CERTIFIER);
    if let Ok(certified) = DayCertificate::open(&certificate, &TRUST) {
        let certificate = certified.certificate();
        assert!(
            certificate.identity.is_masked() && certificate.expires() > certificate.issued || certificate.hours == 0
        );
        assert_eq!(certificate.floor().is_some(), certificate.floor != Colour::Green);
        let _ = certificate.check(authority::now());
    }
    let request = countersign(&sign(Kind::CertificateRequest, payload, &PHONE), &DAY).unwrap();
    if let Ok(request) = CertificateRequest::open(&request, authority::now()) {
        assert!(request.identity.is_masked());
        assert!(request.enrolment == PHONE.public() && request.key == DAY.public());
    }
}

/// A list of withdrawn certificates: as it comes, or what its issuer has signed.
pub fn statuses(bytes: &[u8]) {
    let now = authority::now();
    let _ = StatusList::open(bytes, &TRUST, now);
    let Some((bits, compressed)) = bytes.split_first() else { return };
    let statuses = Statuses { bits: *bits, compressed: compressed.to_vec() };
    let list = StatusList::sign(&CERTIFIER, now.date(Offset::UTC), now, &statuses);
    let Ok(opened) = StatusList::open(&list, &TRUST, now) else { return };
    let array = statuses.array().unwrap();
    let numbers = array.len() * 8 / usize::from(*bits);
    for number in (0..numbers.min(64)).chain(numbers.saturating_sub(64)..numbers + 2) {
        let at = number * usize::from(*bits);
        let status = array.get(at / 8).map(|byte| u16::from(*byte) >> (at % 8) & ((1 << *bits) - 1));
        assert_eq!(opened.is_withdrawn(u32::try_from(number).unwrap()), status.map(|status| status != 0));
    }
}

/// What a checkpoint scans: a text, the envelope in it, or the claims that a phone has signed.
pub fn code(bytes: &[u8]) {
    let Some((form, bytes)) = bytes.split_first() else { return };
    let text = match form % 3 {
        0 => String::from_utf8_lossy(bytes).into_owned(),
        1 => to_text(bytes),
        _ => to_text(&sign(Kind::Code, bytes, &DAY)),
    };
    if let Ok(envelope) = from_text(&text) {
        assert_eq!(Some(to_text(&envelope)), code_text(&text));
        assert!(qr::encode(to_text(&envelope).as_str()).is_ok());
    }
    let basis = Basis { manifests: MANIFESTS.as_slice(), ..Basis::new(&TRUST) };
    match verify(&text, &basis, authority::now(), None) {
        Verdict::Accepted(accepted) => {
            assert!(accepted.colour >= accepted.floor && accepted.name.contains('*'));
            assert!(accepted.expires.since(accepted.issued) <= Span::seconds(60));
        }
        Verdict::Refused(refusal) | Verdict::Undecided(refusal) => assert!(!refusal.code.is_empty()),
    }
    let off = Basis { clock_off: true, ..basis };
    let _ = verify(&text, &off, authority::now().plus(Span::days(9)), Some(b"gate 7.1"));
}

/// What a phone has stored, with its checksum put right: accidents pass it seldom, forgery always.
pub fn holder(content: &[u8]) {
    let saved = stored(*HOLDER_FORM, content);
    let now = authority::now();
    let Ok(mut holder) = Holder::restore(authority::roots(), &saved, now) else { return };
    // Opening the files may have taught it newer versions; nothing else changes, and then nothing more.
    let settled = holder.save();
    let again = Holder::restore(authority::roots(), &settled, now).unwrap();
    assert!(again.save() == settled, "restored, but saved otherwise");
    assert!(again.reports() == holder.reports() && again.diary() == holder.diary());
    let _ = holder.assess(now, None).map(|assessment| serde_json::to_string(&assessment).unwrap());
    let _ = holder.show(now, None, None);
    let _ = holder
        .code_to_sign(now, None, None)
        .map(|step| step.map(|step| assert!(holder.host_keys().contains(&step.key))));
    holder.reopen(now.plus(Span::days(1)));
    // Only the answers and the visits are the holder's own: debugging output shows none of them.
    let said = format!("{holder:?} {:?} {:?}", holder.reports(), holder.diary());
    assert!(said.len() < 64 + 32 * (holder.reports().len() + holder.diary().len()));
}

/// A state's content in its form, with the checksum behind it.
fn stored(form: u8, content: &[u8]) -> Vec<u8> {
    let form = [&[form], content].concat();
    let digest: [u8; 64] = Sha512::digest(&form).into();
    [&form, &digest[..8]].concat()
}

/// What a checkpoint has stored, likewise.
pub fn checkpoint(content: &[u8]) {
    let saved = stored(*CHECKPOINT_FORM, content);
    let now = authority::now();
    let Ok(mut gate) = Checkpoint::restore(authority::roots(), &saved, now) else { return };
    let settled = gate.save();
    let again = Checkpoint::restore(authority::roots(), &settled, now).unwrap();
    assert!(again.save() == settled, "restored, but saved otherwise");
    assert!(again.files() == gate.files() && gate.files().len() <= 1 + KEPT_MANIFESTS);
    let _ = gate.verify(&CODE, now, None, false);
    let _ = (gate.newer_trust_list(), gate.trust_list());
    for file in [authority::trust_list(), authority::manifest()] {
        let before = gate.save();
        let _ = gate.load(&file, now).inspect_err(|_| assert!(gate.save() == before));
    }
    gate.reopen(now.plus(Span::days(1)));
}

/// The content of a manifest, and the manifest that its publisher signs.
pub fn manifest(bytes: &[u8]) {
    let Some(manifest) = canonical_cbor::<Manifest>(bytes) else { return };
    let now = authority::now();
    let header = Header { issued: now, expires: now.plus(Span::days(3)), ..authority::header(9, None) };
    let signed = sign_file(&header, &manifest, &PUBLISHER);
    let opened = TRUST.open_file::<Manifest>(&signed, now);
    assert_eq!(opened.is_ok(), manifest.is_sound(), "a sound manifest is opened, and no other");
    reread::<Manifest>(&signed);
    let Ok(opened) = opened else { return };
    assert!(*opened.body() == manifest);
    for named in &manifest.files {
        assert_eq!(manifest.named(&named.digest), Some(named));
        assert_eq!(manifest.begins(named.kind, named.digest.short()), Some(named));
        assert!(manifest.replacements_of(named).all(|other| other.version > named.version && other.kind == named.kind));
        assert!(shown(&named.id) == named.id, "a name with characters that nobody sees");
    }
    // A phone wants what is named, and no more than it keeps.
    let mut phone = Holder::new(authority::roots());
    phone.load(&authority::trust_list(), now).unwrap();
    phone.load(&signed, now).unwrap();
    assert!(phone.missing().len() <= KEPT_FILES && phone.missing().iter().all(|named| manifest.files.contains(named)));
    phone.load(&authority::manifest(), now).unwrap_err();
}

/// Names: of a signer, and of a person with a number, before and after masking.
pub fn names(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let (name, number) = text.split_once('\n').unwrap_or((&text, ""));
    if signer::is_sound(name) {
        assert!(name.trim() == name && name.to_lowercase() == name && shown(name) == name && !name.is_empty());
        assert!(name.split(' ').all(|word| !word.is_empty()));
    }
    if let Ok(identity) = Identity::mask(name, number) {
        assert!(identity.is_masked(), "masked otherwise than masking writes");
        let written: String = number.to_uppercase().chars().filter(char::is_ascii_alphanumeric).collect();
        assert!(written.ends_with(&identity.digits), "other digits than the number's");
        hides(&identity, name.chars().filter(|c| c.is_alphabetic()).count());
    }
    // What a certificate request brings.
    let claimed = Identity { name: name.into(), digits: number.into() };
    if claimed.is_masked() {
        hides(&claimed, usize::MAX);
    }
    let claimed = Identity { digits: "428X".into(), ..claimed };
    if claimed.is_masked() {
        hides(&claimed, usize::MAX);
        assert!(Identity::mask(&claimed.name.replace('*', "甲"), "428X").is_ok() || claimed.name.is_ascii());
    }
}

/// A masked name says little, and nothing that is not seen.
fn hides(identity: &Identity, letters: usize) {
    let Identity { name, digits } = identity;
    let told = name.chars().filter(|c| !matches!(c, '*' | ' ')).count();
    assert!((1..=3).contains(&told) && told <= letters && name.contains('*') && name.len() <= 12, "{name:?}");
    assert!(shown(name) == *name, "{name:?} has what nobody sees");
    assert!(digits.len() <= 4 && digits.chars().all(|c| c.is_ascii_digit() || c.is_ascii_uppercase()), "{digits:?}");
    assert!(canonical_cbor::<Identity>(&to_bytes(identity)).as_ref() == Some(identity));
}

/// One rule and its data, in JSON.
pub fn certlogic(bytes: &[u8]) {
    #[derive(Deserialize)]
    struct Case<'a> {
        logic: Expression,
        #[serde(default, borrow)]
        data: Value<'a>,
    }
    let Ok(Case { logic, data }) = serde_json::from_slice(bytes) else { return };
    every_form(&logic);
    evaluates(&logic, &data);
}

/// An expression is the same in JSON, in CBOR and in text.
fn every_form(expression: &Expression) {
    let json = serde_json::to_string(expression).unwrap();
    assert_eq!(serde_json::from_str::<Expression>(&json).ok().as_ref(), Some(expression), "{json}");
    let cbor = to_bytes(expression);
    assert_eq!(Expression::from_cbor(&cbor).as_ref(), Ok(expression), "{json}");
    let text = expression.to_string();
    match parse(&text) {
        Ok(read) => assert_eq!(&read, expression, "{text}"),
        Err(error) => assert!(text.len() > healthcode::limits::EXPRESSION_TEXT, "{error}: {text}"),
    }
}

/// The budget holds, and the same steps give the same answer.
fn evaluates(expression: &Expression, data: &Value<'_>) {
    let run = |steps| {
        let mut budget = Budget::new(steps);
        let value = evaluate(expression, data, &mut budget).map(|value| serde_json::to_string(&value).ok());
        (value, budget.left())
    };
    let (value, left) = run(100_000);
    assert_eq!(run(100_000), (value.clone(), left));
    if value.is_ok() {
        let spent = 100_000 - left;
        assert_eq!(run(spent), (value, 0), "as many steps as it takes are enough");
        assert!(spent == 0 || run(spent - 1).0.is_err(), "one step less is not");
    }
}

/// A condition as authors write it.
pub fn condition_text(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let Ok(expression) = parse(text) else {
        assert!(canonical(text).is_err());
        return;
    };
    every_form(&expression);
    let formatted = canonical(text).unwrap();
    assert_eq!(parse(&formatted).as_ref(), Ok(&expression), "formatting changes the meaning");
    assert_eq!(canonical(&formatted).unwrap(), formatted, "formatting twice changes it again");
    evaluates(&expression, &Value::Null);
}

/// A pack in TOML.
pub fn pack_source(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let Ok(source) = PackSource::parse(text) else { return };
    let pack = source.to_pack();
    assert!(canonical_cbor::<Pack>(&to_bytes(&pack)) == Some(pack.clone()), "the pack is another once it is signed");
    assert!(is_sound(&pack), "a source without a fault makes a pack that no phone opens");
    let _ = review(&source);
    for case in source.cases.iter().take(4) {
        let risk = RiskTable::new(case.facts.risk.clone().unwrap_or_default()).unwrap_or_default();
        decides(&pack, &case.facts.reports, &case.facts.diary, &risk);
    }
}

/// What JavaScript and the command-line tool hand in as JSON: a report's answers, or facts.
pub fn facts(bytes: &[u8]) {
    if let Some(answers) = stable_json::<Answers>(bytes) {
        let pack = authority::pack();
        let interpreted = interpret(&pack, &answers, authority::now(), &mut Budget::default());
        assert!(interpreted.problems.len() <= pack.questions.len() + answers.len());
        // A phone stores them and reads them again.
        assert!(canonical_cbor::<Answers>(&to_bytes(&answers)) == Some(answers), "stored otherwise");
    }
    if let Ok(FactsSource { reports, diary, risk, .. }) = serde_json::from_slice(bytes) {
        assert!(canonical_cbor::<Vec<Report>>(&to_bytes(&reports)).as_ref() == Some(&reports));
        assert!(canonical_cbor::<Vec<Visit>>(&to_bytes(&diary)).as_ref() == Some(&diary));
        let table = RiskTable::new(risk.unwrap_or_default()).unwrap_or_default();
        assert!(canonical_cbor::<RiskTable>(&to_bytes(&table)).as_ref() == Some(&table));
        decides(&authority::pack(), &reports, &diary, &table);
    }
}

/// Written as JSON and read again it is the same.
fn stable_json<T: for<'de> Deserialize<'de> + serde::Serialize + PartialEq + Debug>(bytes: &[u8]) -> Option<T> {
    let value: T = serde_json::from_slice(bytes).ok()?;
    let written = serde_json::to_vec(&value).unwrap();
    assert!(serde_json::from_slice::<T>(&written).ok().as_ref() == Some(&value), "read otherwise than written");
    Some(value)
}

/// The texts of the public log: notes and checkpoints, proofs, requests to witnesses, keys, policies.
pub fn log_text(bytes: &[u8]) {
    let Ok(text) = core::str::from_utf8(bytes) else { return };
    if let Ok(note) = SignedNote::parse(text) {
        assert_eq!(note.to_string(), text, "a note has one text");
        if let Ok(head) = TreeHead::of(&note) {
            assert!(note.text().starts_with(&head.to_string()), "a checkpoint has one text");
        }
    }
    if let Ok(key) = NoteKey::parse(text) {
        assert_eq!(NoteKey::parse(&key.to_string()), Ok(key), "a key is the same again");
    }
    if let Ok(proof) = LogProof::parse(text) {
        assert_eq!(LogProof::parse(&proof.to_string()), Ok(proof.clone()), "a proof is the same again");
        // Nobody has signed for this policy.
        let policy = Policy::parse("quorum none").unwrap();
        let day =
            Leaf::Day(healthcode::log::day::commit(authority::now().date(Offset::CHINA), &[], &[1; 32]).unwrap().0);
        assert!(proof.check(&day, &policy, authority::now()).is_err());
    }
    if let Ok(request) = Request::parse(text) {
        assert_eq!(request.to_string(), text, "a request has one text");
        let of_origin = |origin: &str| NoteKey::new(origin, healthcode::log::note::Signs::Text, SIGNER.public()).ok();
        let origin = TreeHead::of(&request.note).ok().and_then(|head| of_origin(&head.origin));
        assert!(witness::decide(&request, origin.as_slice(), |_| None).is_err(), "a log that nobody has signed for");
    }
    if let Ok(policy) = Policy::parse(text) {
        let all = vec![true; policy.witnesses.len()];
        assert!(policy.is_met(&all), "what all witnesses together do not meet");
        assert!(!policy.is_met(&vec![false; all.len()]) || policy.is_without_witnesses());
    }
}

/// A tile, or a bundle of leaves: its level and its width, then its bytes.
pub fn log_tile(bytes: &[u8]) {
    let [level, width, bytes @ ..] = bytes else { return };
    let tile = Tile { level: *level, index: 0, width: u64::from(*width) + 1 };
    if let Ok(hashes) = tile.hashes(bytes) {
        assert!(u64::try_from(hashes.len()) == Ok(tile.width) && bytes.len() % 32 == 0);
    }
    let tile = Tile { level: ENTRIES, ..tile };
    if let Ok(entries) = tile.entries(bytes) {
        let again = bundle(entries.iter().copied()).unwrap();
        assert!(bytes.starts_with(&again) && u64::try_from(entries.len()) == Ok(tile.width));
    }
}
