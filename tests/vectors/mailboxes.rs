//! Answers to requests for certificates, and mailboxes, with one flaw each.

use healthcode::calendar::{Span, Time};
use healthcode::cbor::{Bytes, to_bytes};
use healthcode::code::CertificateAnswer;
use healthcode::limits::{MAILBOX_ENTRIES, MAILBOX_SECONDS};
use healthcode::mailbox::{ENTRY_BYTES, Mailbox, MailboxKey};
use healthcode::trust::Kind;

use crate::authority::*;
use crate::cose::{array, bytes, map, protected, sign1, uint};
use crate::files::{Cases, payload};

/// What a phone has that has asked for a certificate.
const ASKED: &[&str] = &["trust-list", "manifest", "rule-pack"];

/// What a phone has that looks into its mailbox.
const ANSWERED: &[&str] = &["trust-list", "manifest", "rule-pack", "certificate-answer"];

/// What a phone has to which its mailbox says something.
const HEARD: &[&str] = &["trust-list", "manifest", "rule-pack", "certificate-answer", "mailbox"];

fn later(seconds: i64) -> Time {
    now().plus(Span::seconds(seconds))
}

fn signed(mailbox: Mailbox) -> Vec<u8> {
    mailbox.sign(&key("certificate"))
}

/// A mailbox of this payload, properly signed.
fn of(payload: &[u8]) -> Vec<u8> {
    sign1(&protected(Kind::Mailbox, &key("certificate")), payload, &key("certificate"))
}

pub(crate) fn add(cases: &mut Cases) {
    answers(cases);
    let good = || mailbox_of(60, &[("phone", contact()), ("another", lifted())]);
    let mut taken = |name: &str, flaw: &str, file: Vec<u8>, after: i64| {
        cases.add(&format!("mailbox-{name}"), flaw, file, HEARD, later(after), None);
    };
    taken("red", "none: a floor with its ground", signed(good()), 60);
    taken("taken-back", "none: green again", mailbox(60, &[("phone", lifted())]), 60);
    taken("of-others", "none: nothing for this person", mailbox(60, &[("another", contact())]), 60);
    taken("empty", "none: no entries", signed(Mailbox { entries: Vec::new(), ..good() }), 60);
    taken("same-moment", "none: of the moment of the one before", mailbox(0, &[("another", contact())]), 60);
    taken("last-second", "none: an hour old", signed(good()), 60 + MAILBOX_SECONDS);
    taken("clocks-differ", "none: two minutes early", signed(good()), -60);
    let wider = Mailbox { place: place("3301"), ..good() };
    taken("of-the-city", "none: for the certificate's place", signed(wider), 60);
    let most = vec![0x11; MAILBOX_ENTRIES * ENTRY_BYTES];
    taken("full", "none: as many entries as there may be", signed(Mailbox { entries: most, ..good() }), 60);

    let mut refused = |name: &str, flaw: &str, file: Vec<u8>, after: i64, code: &str| {
        cases.add(&format!("mailbox-{name}"), flaw, file, HEARD, later(after), Some(code));
    };
    refused("replayed", "of a minute before the one that the phone has", mailbox(-60, &[]), 0, "mailbox-older");
    refused("of-yesterday", "of the day before", mailbox(-86_400, &[("phone", lifted())]), 0, "mailbox-older");
    refused("old", "an hour and a second old", signed(good()), 61 + MAILBOX_SECONDS, "mailbox-old");
    refused("early", "of the future", signed(good()), -61, "mailbox-not-yet-written");
    let other = good().number ^ 1;
    refused("other-number", "somebody else's", signed(Mailbox { number: other, ..good() }), 60, "mailbox-not-yours");
    refused("other-bits", "of a finer division", signed(Mailbox { bits: 5, ..good() }), 60, "mailbox-not-yours");
    let county = Mailbox { place: place("330106"), ..good() };
    refused("other-place", "for a county of the certificate's city", signed(county), 60, "mailbox-not-yours");
    refused(
        "too-many-bits",
        "of more mailboxes than there may be",
        signed(Mailbox { bits: 21, ..good() }),
        60,
        "mailbox-malformed",
    );
    let cut = good().entries.split_last().map(|(_, rest)| rest.to_vec()).unwrap_or_default();
    refused(
        "cut-entry",
        "the last entry is cut short",
        signed(Mailbox { entries: cut, ..good() }),
        60,
        "mailbox-malformed",
    );
    let more = vec![0; (MAILBOX_ENTRIES + 1) * ENTRY_BYTES];
    refused(
        "too-full",
        "more entries than there may be",
        signed(Mailbox { entries: more, ..good() }),
        60,
        "mailbox-malformed",
    );
    refused("no-mailbox", "another content", of(&map(&[])), 60, "mailbox-malformed");
    let written = |salt: &[u8]| {
        let seconds = uint(later(60).unix().try_into().unwrap());
        let number = uint(good().number.into());
        of(&map(&[
            (0, seconds),
            (1, to_bytes(&place("3301"))),
            (2, uint(4)),
            (3, number),
            (4, bytes(salt)),
            (5, bytes(&good().entries)),
        ]))
    };
    refused("short-salt", "a salt of 15 bytes", written(&[7; 15]), 60, "mailbox-malformed");
    refused("by-stranger", "signed by nobody known", good().sign(&key("stranger")), 60, "file-unknown-key");
    refused("by-record-key", "by a key that may sign records", good().sign(&key("record")), 60, "file-unknown-key");
    let elsewhere = Mailbox { place: place("42"), ..good() };
    refused("of-elsewhere", "for a place that its signer is not for", signed(elsewhere), 60, "file-unknown-key");
    let mut altered = good();
    altered.entries.chunks_exact_mut(ENTRY_BYTES).for_each(|entry| entry[ENTRY_BYTES - 1] ^= 1);
    refused("altered-entry", "each entry is altered at its end, and signed so", signed(altered), 60, "mailbox-entry");
    let moved = mailbox_key("phone").seal(later(0), [7; 16], &contact()).unwrap();
    let tagged = mailbox_key("phone").seal(later(60), [7; 16], &contact()).unwrap();
    let mixed = [&tagged[..8], &moved[8..]].concat();
    refused(
        "moved-entry",
        "what was sealed for another moment",
        signed(Mailbox { entries: mixed, ..good() }),
        60,
        "mailbox-entry",
    );

    cases.add(
        "mailbox-as-written",
        "none: written without the crate's writer",
        written(&[7; 16]),
        HEARD,
        later(60),
        None,
    );
    let (first, without) = (&["trust-list", "manifest"], "before there is anything that opens it");
    cases.add("mailbox-first", without, mailbox(0, &[]), first, now(), Some("mailbox-not-yours"));
    cases.add(
        "mailbox-before-trust",
        "loaded before a trust list",
        mailbox(0, &[]),
        &[],
        now(),
        Some("holder-no-trust-list"),
    );
}

fn answers(cases: &mut Cases) {
    let mut answered = |name: &str, flaw: &str, file: Vec<u8>, code: Option<&str>| {
        cases.add(&format!("answer-{name}"), flaw, file, ASKED, now(), code);
    };
    let certificate_by = |name: &str| certificate_for(name).sign(&key("certificate"));
    answered("good", "none: a certificate, and what opens a mailbox", answer_with(certificate()), None);
    answered(
        "not-yours",
        "another phone's certificate",
        answer_with(certificate_by("another")),
        Some("certificate-not-yours"),
    );
    let answer = || CertificateAnswer {
        certificate: Bytes(certificate()),
        mailbox: mailbox_key("another"),
        logged: None,
        record: None,
        person: None,
    };
    answered(
        "by-stranger",
        "a good certificate in an answer by somebody else",
        answer().sign(&key("stranger")),
        Some("file-unknown-key"),
    );
    answered(
        "by-record-key",
        "by a key that may sign records",
        answer().sign(&key("record")),
        Some("file-unknown-key"),
    );
    let forged = certificate_for("day").sign(&key("stranger"));
    answered("forged-certificate", "a certificate by nobody known", answer_with(forged), Some("file-unknown-key"));
    let kind = protected(Kind::CertificateAnswer, &key("certificate"));
    let of = |payload: &[u8]| sign1(&kind, payload, &key("certificate"));
    answered("empty", "another content", of(&map(&[])), Some("certificate-malformed"));
    let opening = |secret: &[u8], bits: u64| {
        of(&map(&[(0, bytes(&certificate())), (1, map(&[(0, bytes(secret)), (1, uint(bits))]))]))
    };
    answered("short-secret", "a secret of 31 bytes", opening(&[7; 31], 4), Some("certificate-malformed"));
    answered(
        "too-many-bits",
        "of more mailboxes than there may be",
        opening(&[7; 32], 21),
        Some("certificate-malformed"),
    );
    answered("as-written", "none: written without the crate's writer", opening(&[7; 32], 20), None);
    let list = of(&array(&[]));
    answered("no-map", "a list", list, Some("certificate-malformed"));
    cases.add(
        "answer-unasked",
        "the phone has not asked for it",
        answer_with(certificate()),
        &["trust-list", "manifest"],
        now(),
        Some("certificate-not-yours"),
    );
    assert!(MailboxKey::new([7; 32], 20).is_some());
    // In place of a certificate that the phone has, it brings what opens the mailbox.
    cases.add("answer-again", "none: the same certificate again", answer_with(certificate()), ANSWERED, now(), None);
    assert_eq!(payload(&certificate()).len(), payload(&certificate_by("another")).len());
}
