//! What the issuer says of somebody in their day certificate: the floor for their colour, and its ground.

use healthcode::assess::{Assume, Facts, assess_assuming};
use healthcode::calendar::{Span, Time};
use healthcode::colour::Colour;
use healthcode::facts::{Record, Status, StatusEntry};
use healthcode::rules::pack::Pack;
use healthcode::rules::reason::Fact;
use healthcode::trust::file::sign_file;
use healthcode::trust::{
    Header, Kind, PublicKey, Roots, SecretKey, Trust, TrustList, TrustedKey, Verified, envelope::countersign,
};

use crate::failure::Failure;
use crate::key_file;
use crate::store::Entry;

/// How long the record holds that the rules are asked about: no longer than it takes.
const VALID: Span = Span::days(1);

/// Makes records that only this process believes, to ask the rules about them.
pub(crate) struct Asking {
    keys: [SecretKey; 2],
}

impl Asking {
    pub(crate) fn new() -> Result<Self, Failure> {
        Ok(Self { keys: [key_file::random()?, key_file::random()?] })
    }

    /// The worst colour that the rules make of what is confirmed of somebody at a moment, with the ground of what it comes
    /// from; green has none. What the phone knows besides is for the phone.
    pub(crate) fn floor(
        &self,
        entries: &[Entry],
        rules: &[Verified<Pack>],
        whose: PublicKey,
        now: Time,
    ) -> Result<(Colour, Option<String>), Failure> {
        let acts = |entry: &&Entry| entry.since <= now && now < entry.until;
        let entries: Vec<&Entry> = entries.iter().filter(acts).collect();
        if entries.is_empty() {
            return Ok((Colour::Green, None));
        }
        let statuses = entries.iter().map(|entry| StatusEntry { status: entry.status, since: entry.since }).collect();
        let record = self.record(
            Record {
                key: whose,
                statuses,
                exempt: Vec::new(),
                floor: None,
                tests: None,
                vaccinations: None,
                exemptions: None,
            },
            now,
        )?;
        let facts = Facts { record: Some(&record), ..Facts::default() };
        let assessed = |rules| assess_assuming(rules, &facts, now, Assume::Renewal { from: now }).reasons;
        let reasons = rules.iter().flat_map(assessed);
        let own = reasons.filter_map(|reason| match &reason.fact {
            Fact::Status { status, .. } => Some((reason.colour, *status)),
            _ => None,
        });
        Ok(match own.max_by_key(|(colour, _)| *colour) {
            Some((colour, status)) if colour != Colour::Green => (colour, ground(&entries, status)),
            _ => (Colour::Green, None),
        })
    }

    fn record(&self, record: Record, now: Time) -> Result<Verified<Record>, Failure> {
        let [first, second] = &self.keys;
        let until = now.plus(VALID);
        let header = Header { version: 1, issued: now, expires: until, place: None };
        let entry = |key: &SecretKey, signer: &str| TrustedKey {
            key: key.public(),
            signer: signer.to_owned(),
            kinds: vec![Kind::Record],
            place: None,
            from: now,
            until,
        };
        let roots = Roots { keys: vec![first.public()], signers: 1 };
        let keys = vec![entry(first, "one"), entry(second, "two")];
        let list = sign_file(&header, &TrustList { keys, needed: Vec::new(), roots: roots.clone(), log: None }, first);
        let trust = Trust::open(&list, &roots, now)?;
        let file = countersign(&sign_file(&header, &record, first), second)?;
        Ok(trust.open_file(&file, now)?)
    }
}

/// The ground of what is confirmed with this status; of several, of what began last.
fn ground(entries: &[&Entry], status: Status) -> Option<String> {
    let of = entries.iter().filter(|entry| entry.status == status);
    of.max_by_key(|entry| entry.since).map(|entry| entry.ground.clone())
}
