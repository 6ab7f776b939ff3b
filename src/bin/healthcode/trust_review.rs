//! What is to be said of a trust list before it is signed or published: how it differs from the one before, and what in it
//! is probably a mistake.

use std::collections::BTreeSet;

use healthcode::facts::Record;
use healthcode::limits::EMERGENCY_SIGNERS;
use healthcode::risk::RiskTable;
use healthcode::rules::pack::Pack;
use healthcode::trust::{Body, Header, Kind, LogKey, LogPolicy, Manifest, PublicKey, TrustList, TrustedKey};
use healthcode::venue::{ExposureList, VenueCode};

use crate::format::local;

/// How a list differs from those before it, of which the last is the one that it follows: what it adds, drops and changes,
/// and what it brings back that one of them had dropped.
pub(crate) fn changes(before: &[TrustList], list: &TrustList) -> Vec<String> {
    let Some((last, earlier)) = before.split_last() else { return Vec::new() };
    let mut found = Vec::new();
    let has_root = |list: &TrustList, root: &PublicKey| list.roots.keys.contains(root);
    for root in list.roots.keys.iter().filter(|root| !has_root(last, root)) {
        found.push(format!("{} root {}", came(earlier.iter().any(|list| has_root(list, root))), root.id()));
    }
    for root in last.roots.keys.iter().filter(|root| !has_root(list, root)) {
        found.push(format!("dropped     root {}", root.id()));
    }
    let signers = (last.roots.signers, list.roots.signers);
    if signers.0 != signers.1 {
        found.push(format!("changed     {} roots must sign, before {}", signers.1, signers.0));
    }
    let has = |list: &TrustList, key: &PublicKey| list.keys.iter().any(|entry| entry.key == *key);
    for entry in list.keys.iter().filter(|entry| !last.keys.contains(entry)) {
        let how =
            if has(last, &entry.key) { "changed    " } else { came(earlier.iter().any(|list| has(list, &entry.key))) };
        found.push(format!("{how} {}", described(entry)));
    }
    for entry in last.keys.iter().filter(|entry| !has(list, &entry.key)) {
        found.push(format!("dropped     {}", described(entry)));
    }
    if last.needed != list.needed {
        found.push("changed     how many signers kinds need beyond what they do anyway".to_owned());
    }
    if last.log != list.log {
        found.extend(last.log.as_ref().map(|log| format!("dropped     {}", asked(log))));
        let again = earlier.iter().any(|before| before.log == list.log);
        found.extend(list.log.as_ref().map(|log| format!("{} {}", came(again), asked(log))));
    }
    found
}

/// What phones ask of the public log, by whose keys.
pub(crate) fn asked(log: &LogPolicy) -> String {
    let said = |keys: &[LogKey]| {
        let said = keys.iter().map(|LogKey { name, key }| format!("{name} (key {})", key.id()));
        said.collect::<Vec<_>>().join(", ")
    };
    let (own, witnesses) = log.keys.split_at_checked(1).unwrap_or_default();
    let further = match log.further.as_deref() {
        Some(further) => format!("; above a cap one of these signs: {}", said(further)),
        None => String::new(),
    };
    let (own, needed, witnesses) = (said(own), log.needed, said(witnesses));
    format!("phones ask for proofs of the log {own}, which {needed} of these have cosigned: {witnesses}{further}")
}

const fn came(was_there: bool) -> &'static str {
    if was_there { "comes back " } else { "added      " }
}

fn described(entry: &TrustedKey) -> String {
    let kinds: Vec<_> = entry.kinds.iter().map(|kind| kind.name()).collect();
    let place = entry.place.map(|place| format!(" for place {place}")).unwrap_or_default();
    let TrustedKey { key, signer, from, until, .. } = entry;
    format!("key {} of {signer}: {}{place}, from {} until {}", key.id(), kinds.join(", "), local(*from), local(*until))
}

/// The keys that end before the list does, though they may sign when it is issued.
pub(crate) fn endings(header: &Header, list: &TrustList) -> Vec<String> {
    let ends = |entry: &&TrustedKey| header.issued < entry.until && entry.until < header.expires;
    let words = |entry: &TrustedKey| {
        let TrustedKey { key, signer, until, .. } = entry;
        format!("key {} of {signer} ends at {}, before the list does", key.id(), local(*until))
    };
    list.keys.iter().filter(ends).map(words).collect()
}

/// Whether somebody may sign day certificates.
pub(crate) fn certifies(list: &TrustList) -> bool {
    list.keys.iter().any(|entry| entry.kinds.contains(&Kind::DayCertificate))
}

/// How many different signers a kind needs, if a trust list says who may sign it.
const fn least_signers(kind: Kind) -> Option<u8> {
    match kind {
        Kind::RulePack => Some(Pack::SIGNERS),
        Kind::RiskTable => Some(RiskTable::SIGNERS),
        Kind::ExposureList => Some(ExposureList::SIGNERS),
        Kind::VenueCode => Some(VenueCode::SIGNERS),
        Kind::Manifest => Some(Manifest::SIGNERS),
        Kind::Record => Some(Record::SIGNERS),
        Kind::DayCertificate => Some(1),
        // Roots sign lists; phones sign requests and codes; whoever signs certificates signs what comes with and after them.
        Kind::TrustList | Kind::CertificateRequest | Kind::Code | Kind::Mailbox | Kind::CertificateAnswer => None,
    }
}

/// What is allowed but probably a mistake.
pub(crate) fn warnings(header: &Header, list: &TrustList) -> Vec<String> {
    let mut found = endings(header, list);
    if list.roots.signers == 1 && list.roots.keys.len() > 1 {
        found.push(format!(
            "any one of the {} roots can replace the list, and all the other roots, by itself",
            list.roots.keys.len()
        ));
    }
    for (index, entry) in list.keys.iter().enumerate() {
        let (id, signer) = (entry.key.id(), &entry.signer);
        if entry.until <= entry.from {
            found.push(format!("key {id} of {signer} may sign nothing: its time ends before it begins"));
        }
        if entry.kinds.is_empty() {
            found.push(format!("key {id} of {signer} may sign nothing: it has no kinds"));
        }
        let earlier = list.keys.get(..index).unwrap_or_default();
        if let Some(other) = earlier.iter().find(|other| other.key == entry.key && other.signer != entry.signer) {
            found.push(format!("key {id} is listed for two signers, {} and {signer}", other.signer));
        }
    }
    if list.log.as_ref().is_some_and(|log| log.needed == 0 && log.keys.len() > 1) {
        found.push(
            "no witness must have cosigned the public log: by itself it could show a phone what nobody else sees"
                .to_owned(),
        );
    }
    let mut without = Vec::new();
    for (kind, least) in Kind::ALL.into_iter().filter_map(|kind| Some((kind, least_signers(kind)?))) {
        let entries = list.keys.iter().filter(|entry| entry.kinds.contains(&kind));
        let signers: BTreeSet<_> = entries.map(|entry| &entry.signer).collect();
        let stated = list.needed.iter().filter(|needed| needed.kind == kind).map(|needed| needed.signers);
        let needed = usize::from(stated.fold(least, u8::max));
        match signers.len() {
            // Not every authority has venues.
            0 if matches!(kind, Kind::ExposureList | Kind::VenueCode) => {}
            0 => without.push(kind.name()),
            count if count < needed => found.push(format!(
                "a {kind} needs {needed} different signers, but the list has {count}: none will be accepted"
            )),
            count if kind == Kind::RulePack && count < usize::from(EMERGENCY_SIGNERS) => found.push(format!(
                "rules in the emergency lane need {EMERGENCY_SIGNERS} different signers, but the list has {count}: none will be \
                 accepted"
            )),
            _ => {}
        }
    }
    if !without.is_empty() {
        found.push(format!("nobody may sign these kinds: {}", without.join(", ")));
    }
    found
}

#[cfg(test)]
mod tests {
    use healthcode::calendar::Time;
    use healthcode::trust::{Digest, Roots, SecretKey};

    use super::*;

    fn key(own: &str) -> PublicKey {
        SecretKey::from_random(&Digest::of(own.as_bytes()).0).unwrap().public()
    }

    #[test]
    fn another_key_of_a_witness_or_an_officer_is_said_as_another() {
        let named = |name: &str, own: &str| LogKey { name: name.into(), key: key(own) };
        let policy = |witness, further, needed| LogPolicy {
            keys: vec![named("log.example", "log"), named("uni", witness)],
            needed,
            further: Some(vec![named("Zhao", further)]),
        };
        let list = |log| TrustList {
            keys: Vec::new(),
            needed: Vec::new(),
            roots: Roots { keys: vec![key("root")], signers: 1 },
            log,
        };
        let before = list(Some(policy("uni", "zhao", 1)));
        assert_eq!(changes(std::slice::from_ref(&before), &before), [""; 0]);
        for other in [policy("other", "zhao", 1), policy("uni", "other", 1), policy("uni", "zhao", 0)] {
            let said = changes(std::slice::from_ref(&before), &list(Some(other)));
            let [dropped, added] = &said[..] else { panic!("{said:?}") };
            let [was, is] = ["dropped     ", "added       "]
                .map(|how| format!("{how}phones ask for proofs of the log log.example"));
            assert!(dropped.starts_with(&was) && added.starts_with(&is), "{said:?}");
            assert_ne!(dropped[was.len()..], added[is.len()..]);
        }
        let said = changes(std::slice::from_ref(&before), &list(None));
        assert!(said.len() == 1 && said[0].starts_with("dropped     phones ask"), "{said:?}");
        let (issued, expires) = (Time::from_unix(0), Time::from_unix(1));
        let header = Header { version: 1, issued, expires, place: None };
        let unwatched = |needed| {
            let found = warnings(&header, &list(Some(policy("uni", "zhao", needed))));
            found.iter().any(|warning| warning.starts_with("no witness"))
        };
        assert!(unwatched(0) && !unwatched(1));
    }
}
