//! Whether the database says what officers have signed: whoever can write to it can put in an entry, and cannot sign.

use std::collections::{BTreeMap, BTreeSet};

use healthcode::calendar::{Date, Offset, Span, Time};
use healthcode::limits::REQUEST_SECONDS;
use healthcode::place::Place;
use healthcode::trust::Digest;

use crate::acts::act::{Act, Step};
use crate::acts::id::{Id, Person};
use crate::acts::journal;
use crate::acts::officers::Officer;
use crate::acts::rows::{self, Capped, Row, begins};
use crate::failure::{CliError, Failure};
use crate::store::{About, Proposal, Store, entry_id};

/// How many lines of the journal are read at once.
const LINES: i64 = 1_000;

/// By how much the moment at which an entry came into force may differ from the one that its confirmation was signed at: as long as a
/// step may be under way, and as long as it may wait for the mailboxes of a moment.
const APART: Span = Span::seconds(2 * REQUEST_SECONDS);

/// What is wrong with an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unfounded {
    /// No officer has proposed it.
    NotProposed,
    /// No other officer has confirmed it.
    NotConfirmed,
    /// There are more than the cap, and no further authority has signed.
    AboveCap,
    /// It does not say what was proposed.
    OtherRow,
    /// It is said to be of another time than it was confirmed at.
    OtherTime,
}

impl Unfounded {
    /// The same in words.
    pub(crate) const fn problem(self) -> &'static str {
        match self {
            Self::NotProposed => "no officer has signed its proposal",
            Self::NotConfirmed => "no second officer who may has signed its confirmation",
            Self::AboveCap => {
                "with it there are more than the cap, and no officer of a further authority has signed it"
            }
            Self::OtherRow => "it does not say what was proposed",
            Self::OtherTime => "it was not confirmed when it says",
        }
    }
}

/// A step of the journal that an officer of this issuer has signed.
struct Signed<'a> {
    /// The number of its line.
    line: i64,
    act: Act,
    text: String,
    officer: &'a Officer,
}

/// What was signed about proposals: who proposed each, and who confirmed it.
#[derive(Default)]
struct Steps<'a> {
    proposed: BTreeMap<Id, Signed<'a>>,
    confirmed: BTreeMap<Id, Vec<Signed<'a>>>,
    endorsed: BTreeMap<Id, Vec<Signed<'a>>>,
}

/// The cap of a ground in a county.
pub(crate) type Cap<'a> = dyn FnMut(&str, Place) -> Result<Option<u32>, Failure> + 'a;

/// A proposal, by whose rows entries are.
struct Proposed {
    proposal: Proposal,
    rows: BTreeMap<Person, Row>,
}

/// For each of the entries whether it is what two officers have signed and, above a cap, an officer of a further authority, whose step
/// is the answer.
pub(crate) async fn founded(
    store: &Store,
    (issuer, officers): (&str, &[Officer]),
    cap: &mut Cap<'_>,
    entries: &[About],
) -> Result<Vec<Result<Option<String>, Unfounded>>, Failure> {
    let days: BTreeSet<Date> = entries.iter().map(|entry| entry.confirmed.date(Offset::CHINA)).collect();
    let mut of_days = Vec::new();
    for day in days {
        of_days.push(store.confirmed_between(begins(day), begins(day.plus_days(1))).await?);
    }
    let mut needed: BTreeSet<&Id> = entries.iter().map(|entry| &entry.proposal).collect();
    needed.extend(of_days.iter().flatten());
    let steps = steps(store, (issuer, officers), &needed).await?;
    let mut proposals = BTreeMap::new();
    for id in needed {
        if let Some(proposal) = store.proposal(id).await? {
            let rows = rows::read(proposal.body.as_bytes()).unwrap_or_default();
            let rows = rows.into_iter().map(|row| (row.person.clone(), row)).collect();
            proposals.insert(id.clone(), Proposed { proposal, rows });
        }
    }
    let mut above = BTreeSet::new();
    for day in &of_days {
        above.append(&mut steps.above(day, &proposals, cap)?);
    }
    let check = |entry: &About| {
        let Proposed { proposal, rows } = proposals.get(&entry.proposal).ok_or(Unfounded::NotProposed)?;
        let confirmed = steps.of(proposal)?;
        let row = rows.get(&entry.person).ok_or(Unfounded::OtherRow)?;
        let says = entry.entry == entry_id(&proposal.id, &entry.person)
            && (row.status.name(), row.since, row.until) == (entry.status.as_str(), entry.since, entry.until)
            && (&row.ground, row.district.to_string()) == (&entry.ground, entry.district.clone());
        if !says {
            return Err(Unfounded::OtherRow);
        }
        let who = |signed: &&Signed<'_>| signed.officer.may(row.district);
        let by = confirmed.iter().copied().find(who).ok_or(Unfounded::NotConfirmed)?;
        let further = steps.further(proposal, rows.values());
        // What is above a cap acts from the last signature on.
        if apart(further.unwrap_or(by).act.at, entry.confirmed) > APART {
            return Err(Unfounded::OtherTime);
        }
        if above.contains(&proposal.id) { Err(Unfounded::AboveCap) } else { Ok(further.map(|by| by.text.clone())) }
    };
    Ok(entries.iter().map(check).collect())
}

fn apart(one: Time, other: Time) -> Span {
    one.max(other).since(one.min(other))
}

/// Reads the journal from its first line on, whose hashes must follow one another.
async fn steps<'a>(
    store: &Store,
    (issuer, officers): (&str, &'a [Officer]),
    needed: &BTreeSet<&Id>,
) -> Result<Steps<'a>, Failure> {
    let mut steps = Steps::default();
    let (mut last, mut number) = (journal::beginning(), 0);
    while !needed.is_empty() {
        let lines = store.journal(number, LINES).await?;
        if lines.is_empty() {
            break;
        }
        for line in lines {
            number += 1;
            if line.number != number || journal::hash(&last, number, line.at, &line.officer, &line.act) != line.hash {
                return Err(CliError::Journal { number }.into());
            }
            last = line.hash;
            let about = match Act::unverified(&line.act).map(|act| act.step) {
                Some(Step::Propose { .. }) => Id::of_text(&line.act),
                Some(Step::Confirm { proposal, .. } | Step::Endorse { proposal, .. }) => proposal,
                _ => continue,
            };
            if !needed.contains(&about) {
                continue;
            }
            let Ok((act, key)) = Act::open(&line.act, officers.iter().map(|officer| officer.key)) else { continue };
            let Some(officer) = officers.iter().find(|officer| officer.key == key) else { continue };
            if act.issuer != issuer {
                continue;
            }
            let signed = Signed { line: number, act, text: line.act, officer };
            match signed.act.step {
                Step::Propose { .. } => drop(steps.proposed.insert(about, signed)),
                Step::Endorse { .. } => steps.endorsed.entry(about).or_default().push(signed),
                _ => steps.confirmed.entry(about).or_default().push(signed),
            }
        }
    }
    Ok(steps)
}

impl<'a> Steps<'a> {
    /// Who has confirmed a proposal, with these rows, besides whoever proposed it.
    fn of(&self, proposal: &Proposal) -> Result<Vec<&Signed<'a>>, Unfounded> {
        let rows = Id::of(Digest::of(proposal.body.as_bytes()));
        let proposed = self.proposed.get(&proposal.id).filter(|signed| signed.act.body == rows);
        let proposed = proposed.ok_or(Unfounded::NotProposed)?;
        let confirms = |signed: &&Signed<'_>| {
            matches!(&signed.act.step, Step::Confirm { rows: seen, .. } if *seen == rows)
                && !signed.officer.is(proposed.officer)
        };
        Ok(self.confirmed.get(&proposal.id).into_iter().flatten().filter(confirms).collect())
    }

    /// The step of an officer of a further authority than all who have signed a proposal, about its rows.
    fn further<'r>(&self, proposal: &Proposal, rows: impl Iterator<Item = &'r Row>) -> Option<&Signed<'a>> {
        let seen = Id::of(Digest::of(proposal.body.as_bytes()));
        let counts = rows::capped(rows);
        let proposer = self.proposed.get(&proposal.id)?.officer;
        let confirmed = self.of(proposal).ok()?;
        let endorses = |signed: &&Signed<'_>| {
            matches!(&signed.act.step, Step::Endorse { rows, counts: of, .. } if *rows == seen && *of == counts)
                && signed.officer.is_further_than(proposer)
                && confirmed.iter().any(|second| signed.officer.is_further_than(second.officer))
        };
        self.endorsed.get(&proposal.id)?.iter().find(endorses)
    }

    /// Of the proposals of a day those by which there are more than a cap, in the order in which they were confirmed, without a further
    /// authority.
    fn above(
        &self,
        day: &[Id],
        proposals: &BTreeMap<Id, Proposed>,
        cap: &mut Cap<'_>,
    ) -> Result<BTreeSet<Id>, Failure> {
        let mut signed: Vec<(i64, &Proposed)> = Vec::new();
        for proposed in day.iter().filter_map(|id| proposals.get(id)) {
            let confirmed = self.of(&proposed.proposal).unwrap_or_default();
            signed.extend(confirmed.first().map(|first| (first.line, proposed)));
        }
        signed.sort_by_key(|(line, _)| *line);
        let mut sums: BTreeMap<(String, Place), u64> = BTreeMap::new();
        let mut above = BTreeSet::new();
        for (_, Proposed { proposal, rows }) in signed {
            if self.further(proposal, rows.values()).is_some() {
                continue;
            }
            let counts = rows::capped(rows.values());
            let mut is_above = false;
            for Capped { ground, county, people } in &counts {
                let before = sums.get(&(ground.clone(), *county)).copied().unwrap_or_default();
                is_above |= cap(ground, *county)?.is_some_and(|cap| before.saturating_add(*people) > cap.into());
            }
            if is_above {
                above.insert(proposal.id.clone());
                continue;
            }
            for Capped { ground, county, people } in counts {
                *sums.entry((ground, county)).or_default() += people;
            }
        }
        Ok(above)
    }
}
