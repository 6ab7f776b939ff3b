//! Where there is nothing to decide by: now, or from an end on that is near.

use std::collections::BTreeSet;

use healthcode::calendar::Time;
use healthcode::place::Place;
use healthcode::trust::{Header, Kind};

use crate::format::local;
use crate::publication::Public;

/// What a kind is, and what phones do where there is nothing of it.
const fn without(kind: Kind) -> Option<(&'static str, &'static str)> {
    match kind {
        Kind::RulePack => Some(("rule pack", "codes there are grey")),
        Kind::RiskTable => Some(("risk table", "codes there are grey wherever the rules ask for risk levels")),
        Kind::ExposureList => Some(("exposure list", "codes there are grey wherever the rules ask for exposures")),
        // Without a list there is nothing to publish, and nothing else is published.
        Kind::TrustList
        | Kind::Manifest
        | Kind::Record
        | Kind::DayCertificate
        | Kind::CertificateRequest
        | Kind::Code
        | Kind::VenueCode
        | Kind::Mailbox
        | Kind::CertificateAnswer => None,
    }
}

/// Whether a file is in force at a moment, among these.
fn holds(file: &Public, public: &[Public], at: Time) -> bool {
    file.header.expires > at
        && file.begins_later(at).is_none()
        && !public.iter().any(|other| file.is_replaced_by(other, at))
}

/// What ends before the manifest does, which may be all that there is until then, and has nothing to follow it; of the
/// emergency lane, whenever it ends.
pub(super) fn ends(public: &[Public], manifest: &Header) -> Vec<String> {
    let ending = |file: &&Public| {
        let at = file.header.expires;
        let soon = at < manifest.expires || file.line.emergency;
        let follows = |other: &Public| {
            let covers = other.named.kind == file.named.kind && other.line.region.governs(file.line.region);
            covers && holds(other, public, at)
        };
        let over = public.iter().any(|other| file.is_replaced_by(other, at));
        soon && at > manifest.issued && !over && !public.iter().any(follows)
    };
    let words = |file: &Public| {
        let then = match without(file.named.kind) {
            Some((_, then)) => then,
            None => "phones use nothing that its keys have signed",
        };
        let before = if file.header.expires < manifest.expires { ", before the manifest does" } else { "" };
        format!(
            "{} ends at {}{before}, and nothing follows it: from then on {then}",
            file.described(),
            local(file.header.expires)
        )
    };
    public.iter().filter(ending).map(words).collect()
}

/// Where nothing of a kind is in force, though there is or was something of it, or rules that may ask for it.
pub(super) fn gaps(kind: Kind, public: &[Public], before: &[Public], manifest: &Header) -> Vec<String> {
    let Some((what, then)) = without(kind) else { return Vec::new() };
    let now = manifest.issued;
    let of_kind = || public.iter().filter(|file| file.named.kind == kind);
    let old = before.iter().filter(|file| file.named.kind == kind);
    // Most rules ask for no exposures: who publishes none is not told that there are none.
    let asks = kind != Kind::ExposureList;
    let rules = public.iter().filter(|file| asks && file.named.kind == Kind::RulePack);
    let mut regions: BTreeSet<Place> = of_kind().chain(old).chain(rules).map(|file| file.line.region).collect();
    if regions.is_empty() && asks {
        regions.insert(manifest.region());
    }
    let covering = |region: Place| of_kind().filter(move |file| file.line.region.governs(region));
    regions.retain(|region| !covering(*region).any(|file| holds(file, public, now)));
    // What is said of a place holds for all within it.
    let widest = |region: &&Place| !regions.iter().any(|other| other != *region && other.governs(**region));
    let words = |region: &Place| {
        let there = if *region == Place::COUNTRY { String::new() } else { format!(" for place {region}") };
        match covering(*region).filter_map(|file| file.begins_later(now)).min() {
            Some(next) => format!("no {what} is in force{there} before {}: until then {then}", local(next)),
            None => format!("no {what} is in force{there}: {then}"),
        }
    };
    regions.iter().filter(widest).map(words).collect()
}
