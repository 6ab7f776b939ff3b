//! What is said of a run: what is in force, what comes when, what is gone, and where that leaves nothing to decide by.

use std::collections::BTreeSet;
use std::path::Path;

use healthcode::calendar::Time;
use healthcode::place::Place;
use healthcode::trust::{Header, Kind, Manifest, Named};

use crate::format::local;
use crate::publication::Public;
use crate::terminal::say;

/// What to say once it is published.
pub(super) struct Said {
    lines: Vec<String>,
    warnings: Vec<String>,
}

impl Said {
    /// Of these files in place of those that were published before.
    pub(super) fn new(public: &[Public], before: &[Public], now: Time) -> Self {
        let mut lines: Vec<String> = public.iter().map(|file| standing(file, public, now)).collect();
        let manifest = Manifest { files: public.iter().map(|file| file.named.clone()).collect() };
        for gone in before.iter().filter(|file| manifest.named(&file.named.digest).is_none()) {
            let what = described(&gone.named);
            let newer = manifest.replacements_of(&gone.named).map(|newer| newer.version).max();
            lines.push(match (newer, begins_later(gone, now)) {
                (Some(newer), _) => format!("replaced   {what}, by version {newer}"),
                (None, None) => format!("withdrawn  {what}"),
                (None, Some(from)) => format!(
                    "withdrawn  {what}, which was to begin at {}; phones that hear of that later need a higher version",
                    local(from)
                ),
            });
        }
        let warnings = Kind::ALL.map(|kind| gaps(kind, public, before, now));
        Self { lines, warnings: warnings.concat() }
    }

    pub(super) fn say(&self, folder: &Path, manifest: &Header) {
        for line in &self.lines {
            say(format_args!("  {line}"));
        }
        for warning in &self.warnings {
            say(format_args!("warning: {warning}"));
        }
        let Header { version, expires, .. } = manifest;
        say(format_args!("published {}: manifest version {version}, expires {}", folder.display(), local(*expires)));
    }
}

/// What a file is.
fn described(named: &Named) -> String {
    let id = if named.id.is_empty() { String::new() } else { format!(" {}", named.id) };
    format!("{}{id} version {} for {}", named.kind, named.version, place(named.place))
}

fn place(place: Option<Place>) -> String {
    place.map_or_else(|| "everywhere".to_owned(), |place| format!("place {place}"))
}

/// What a file does now, and until when.
fn standing(file: &Public, public: &[Public], now: Time) -> String {
    let (what, until) = (described(&file.named), local(file.header.expires));
    if file.header.expires <= now {
        return format!("expired    {what}, since {until}");
    }
    if let Some(from) = begins_later(file, now) {
        return format!("announced  {what}, from {} until {until}", local(from));
    }
    if let Some(newer) = public.iter().find(|other| has_replaced(other, file, now)) {
        return format!("over       {what}, since version {} began", newer.named.version);
    }
    let emergency = if file.line.emergency { ", in the emergency lane" } else { "" };
    format!("in force   {what}{emergency}, until {until}")
}

/// When a file begins that has been announced and has not begun.
fn begins_later(file: &Public, now: Time) -> Option<Time> {
    file.line.from.filter(|from| *from > now)
}

/// Whether a later version has taken the place of a file.
fn has_replaced(other: &Public, file: &Public, now: Time) -> bool {
    let line = |file: &Public| (file.named.kind, file.line.region, file.line.emergency);
    line(other) == line(file) && other.named.version > file.named.version && begins_later(other, now).is_none()
}

/// Where nothing of a kind is in force, though there is or was something of it.
fn gaps(kind: Kind, public: &[Public], before: &[Public], now: Time) -> Vec<String> {
    let (what, then) = match kind {
        Kind::RulePack => ("rule pack", "codes there are grey"),
        Kind::RiskTable => ("risk table", "codes there are grey wherever the rules ask for risk levels"),
        // Without a list there is nothing to publish, and nothing else is published.
        Kind::TrustList
        | Kind::Manifest
        | Kind::Record
        | Kind::DayCertificate
        | Kind::CertificateRequest
        | Kind::Code => return Vec::new(),
    };
    let of_kind = || public.iter().filter(|file| file.named.kind == kind);
    let old = before.iter().filter(|file| file.named.kind == kind);
    let mut regions: BTreeSet<Place> = of_kind().chain(old).map(|file| file.line.region).collect();
    if regions.is_empty() {
        regions.insert(Place::COUNTRY);
    }
    let is_gap = |region: &Place| {
        let covers = |file: &&Public| file.line.region.contains(*region);
        let holds =
            |file: &&Public| file.header.expires > now && !of_kind().any(|other| has_replaced(other, file, now));
        if of_kind().filter(covers).filter(holds).any(|file| begins_later(file, now).is_none()) {
            return None;
        }
        let next = of_kind().filter(covers).filter_map(|file| begins_later(file, now)).min();
        let there = if *region == Place::COUNTRY { String::new() } else { format!(" for place {region}") };
        Some(match next {
            Some(next) => format!("no {what} is in force{there} before {}: until then {then}", local(next)),
            None => format!("no {what} is in force{there}: {then}"),
        })
    };
    regions.iter().filter_map(is_gap).collect()
}
