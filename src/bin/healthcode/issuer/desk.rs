//! The officers' desk: takes their signed steps, refuses what one alone must not do, and keeps each in the journal.

use std::collections::BTreeMap;

use healthcode::calendar::{Offset, Time};
use healthcode::code::certificate::CertificateError;
use healthcode::error::Coded;
use healthcode::place::Place;
use healthcode::trust::PublicKey;
use serde_json::{Value, json};

use super::identity::Document;
use super::office::Office;
use super::published::Published;
use crate::acts::act::{Act, ActError, Step, Why};
use crate::acts::id::{Id, Person};
use crate::acts::officers::{Officer, is_same_name};
use crate::acts::rows::{self, Above, Capped, Row, RowError, begins};
use crate::failure::Failure;
use crate::store::{Cancelled, Proposal, State, Steps, StoreError};
use healthcode::trust::Digest;

/// How many documents may be asked about at once.
pub(crate) const DOCUMENTS: usize = 10_000;

/// How many proposals a list has.
const LISTED: i64 = 200;

/// How many pairs of ground and county a further authority signs at once: its step says each.
const ENDORSED: usize = 12;

/// How many lines of the journal an answer has.
const LINES: i64 = 1_000;

/// Why a step is not done.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Refused {
    #[error(transparent)]
    Act(#[from] ActError),
    #[error(transparent)]
    Rows(#[from] RowError),
    #[error(
        "line {line}: {ground} is no ground of the rules for that district; `healthcode officer grounds` lists them"
    )]
    Ground { line: usize, ground: String },
    #[error(
        "line {line}: {ground} is no ground before it is in force, nor after it has lapsed, which is before the row ends"
    )]
    Lapses { line: usize, ground: String },
    #[error("line {line}: this officer may say nothing about people in {district}")]
    District { line: usize, district: Place },
    #[error("this officer may say nothing about people in {district}")]
    NotTheirs { district: Place },
    #[error("line {line}: none of the rules in force are for {district}")]
    NoRules { line: usize, district: Place },
    #[error("there is no proposal or entry of that name, or it has ended")]
    Nothing,
    #[error(
        "there is no phone to cancel: none is enrolled as that person's, or none with that code, that this officer may cancel"
    )]
    NoPhone,
    #[error("the proposal is {} already", .0.name())]
    Decided(State),
    #[error("whoever proposed it cannot confirm it, by whichever name or key: another officer must")]
    SamePerson,
    #[error("it was proposed by {0} with a key that is no officer's any more: withdraw it, and have it proposed anew")]
    NoOfficer(String),
    #[error("it is above a cap: an officer of a further authority than that of {0} has to sign it")]
    SameAuthority(String),
    #[error("it is not above any cap, or a second officer has not confirmed it yet")]
    NotWaiting,
    #[error("a list above a cap is about at most {ENDORSED} pairs of ground and county: propose it in parts")]
    Wide,
    #[error("a correction has one row, about the same person")]
    Correction,
    #[error("document {line}: {code}: {message}")]
    Document { line: usize, code: &'static str, message: String },
    #[error("there are none, or more than {DOCUMENTS}")]
    Documents,
    #[error(transparent)]
    Store(StoreError),
    #[error("the issuer failed; its log says why")]
    Issuer(Failure),
}

impl From<StoreError> for Refused {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl Coded for Refused {
    fn code(&self) -> &'static str {
        match self {
            Self::Act(error) => error.code(),
            Self::Rows(error) => error.code(),
            Self::Ground { .. } | Self::Lapses { .. } => "rows-ground",
            Self::District { .. } | Self::NotTheirs { .. } | Self::NoRules { .. } => "rows-district",
            Self::Nothing => "desk-nothing",
            Self::NoPhone => "desk-no-phone",
            Self::Decided(_) => "desk-decided",
            Self::SamePerson => "desk-same-person",
            Self::NoOfficer(_) => "desk-no-officer",
            Self::SameAuthority(_) => "desk-same-authority",
            Self::NotWaiting => "desk-not-waiting",
            Self::Wide => "desk-wide",
            Self::Correction => "desk-correction",
            Self::Document { .. } => "desk-document",
            Self::Documents => "desk-documents",
            Self::Store(StoreError::Again) => "act-again",
            Self::Store(StoreError::Away(_)) => "desk-away",
            Self::Store(_) | Self::Issuer(_) => "issuer-fault",
        }
    }
}

impl Officer {
    /// Refuses to change what was confirmed of somebody in a district that is not this officer's.
    fn may_change(&self, district: &str) -> Result<(), Refused> {
        match Place::parse(district) {
            Ok(district) if !self.may(district) => Err(Refused::NotTheirs { district }),
            _ => Ok(()),
        }
    }
}

impl Office {
    /// Who signed a step, if it is one for this issuer; nothing that comes beside it has been read then.
    pub(crate) fn admit(&self, text: &str) -> Result<(Act, &Officer), ActError> {
        let (act, key) = Act::open(text, self.officers.iter().map(|officer| officer.key))?;
        act.is_for(&self.name, self.now())?;
        Ok((act, self.officer(&key).ok_or(ActError::UnknownOfficer)?))
    }

    fn officer(&self, key: &PublicKey) -> Option<&Officer> {
        self.officers.iter().find(|officer| officer.key == *key)
    }

    /// Does an officer's step.
    pub(crate) async fn act(&self, text: &str, act: Act, officer: &Officer, body: &[u8]) -> Result<Value, Refused> {
        act.goes_with(body)?;
        let now = self.now();
        match act.step {
            Step::Persons => self.persons(body),
            Step::List => self.list().await,
            Step::Show { proposal } => self.show(officer, &proposal).await,
            Step::Find => self.find(text, officer, body, now).await,
            Step::Standing { proposal } => self.standing(officer, &proposal, now).await,
            Step::Journal { after } => Ok(json!({ "lines": self.store.journal(after, LINES).await? })),
            Step::Propose { corrects } => self.propose(text, officer, corrects, body, now).await,
            Step::Confirm { proposal, rows } => self.confirm(text, officer, &proposal, &rows, now).await,
            Step::Endorse { proposal, rows, counts } => {
                self.endorse(text, officer, (&proposal, &rows), &counts, now).await
            }
            Step::Note { what, forget } => self.note(text, officer, (what, forget), body, now).await,
            Step::Withdraw { what, why } => self.withdraw(text, officer, &what, why, now).await,
            Step::Cancel { .. } => self.cancel(text, officer, body, now).await,
        }
    }

    async fn cancel(&self, text: &str, officer: &Officer, body: &[u8], now: Time) -> Result<Value, Refused> {
        let what: Cancelled = serde_json::from_slice(body).map_err(|_| ActError::Malformed)?;
        let mut steps = self.store.step(now, &officer.name, text).await?;
        let (places, phones) = steps.cancel(&what, now).await?;
        for place in &places {
            match Place::parse(place) {
                Ok(district) if !officer.may(district) => return Err(Refused::District { line: 0, district }),
                _ => {}
            }
        }
        // Where a phone is that has no certificate, nobody knows.
        if phones == 0 && places.is_empty() || places.is_empty() && officer.place.is_some() {
            return Err(Refused::NoPhone);
        }
        steps.done().await?;
        Ok(json!({ "phones": phones, "certificates": places.len() }))
    }

    fn persons(&self, body: &[u8]) -> Result<Value, Refused> {
        let documents: Vec<Document> = serde_json::from_slice(body).map_err(|_| ActError::Malformed)?;
        if !(1..=DOCUMENTS).contains(&documents.len()) {
            return Err(Refused::Documents);
        }
        let person = |(line, document)| {
            let refused =
                |error: CertificateError| Refused::Document { line, code: error.code(), message: error.to_string() };
            self.identity.of_document(document).map_err(refused)
        };
        let persons = (1..).zip(&documents).map(person).collect::<Result<Vec<Person>, _>>()?;
        Ok(json!({ "persons": persons }))
    }

    async fn list(&self) -> Result<Value, Refused> {
        let proposals = self.store.proposals(LISTED).await?;
        let listed = proposals.iter().map(|proposal| {
            let Proposal { id, officer, proposed, counts, corrects, state, .. } = proposal;
            let counts = serde_json::from_str::<Value>(counts).unwrap_or_default();
            json!({ "proposal": id, "officer": officer, "proposed": proposed, "state": state, "corrects": corrects, "counts": counts })
        });
        Ok(json!({ "proposals": listed.collect::<Vec<_>>() }))
    }

    /// Shows a proposal to whoever may say something about all people in it.
    async fn show(&self, officer: &Officer, id: &Id) -> Result<Value, Refused> {
        let proposal = self.store.proposal(id).await?.ok_or(Refused::Nothing)?;
        for (line, Row { district, .. }) in (2..).zip(rows::read(proposal.body.as_bytes())?) {
            if !officer.may(district) {
                return Err(Refused::District { line, district });
            }
        }
        let ended = self.store.ended(id).await?;
        let Proposal { id, officer, proposed, body, corrects, state, second, .. } = proposal;
        let second = second.map(|(name, _)| name);
        Ok(json!({
            "proposal": id, "officer": officer, "proposed": proposed, "state": state, "corrects": corrects, "rows": body,
            "ended": ended, "second": second,
        }))
    }

    async fn propose(
        &self,
        text: &str,
        officer: &Officer,
        corrects: Option<Id>,
        body: &[u8],
        now: Time,
    ) -> Result<Value, Refused> {
        let rows = rows::read(body)?;
        let published = self.published().map_err(Refused::Issuer)?;
        self.check(&rows, officer, &published, now)?;
        let counts = rows::counts(&rows);
        let id = Id::of(Digest::of(text.as_bytes()));
        let mut steps = self.store.step(now, &officer.name, text).await?;
        if let Some(corrects) = &corrects {
            let (person, district) = steps.entry(corrects).await?.ok_or(Refused::Nothing)?;
            officer.may_change(&district)?;
            if !rows.iter().map(|row| &row.person).eq([&person]) {
                return Err(Refused::Correction);
            }
        }
        let proposal = Proposal {
            id: id.clone(),
            officer: officer.name.clone(),
            officer_key: officer.key.to_string(),
            proposed: now,
            body: String::from_utf8_lossy(body).into_owned(),
            counts: json!(counts).to_string(),
            corrects,
            state: State::Open,
            second: None,
        };
        steps.propose(&proposal).await?;
        steps.done().await?;
        Ok(json!({ "proposal": id, "state": State::Open, "counts": counts }))
    }

    /// Refuses rows that no phone should show.
    fn check(&self, rows: &[Row], officer: &Officer, published: &Published, now: Time) -> Result<(), Refused> {
        // The first line names the columns.
        for (line, row) in (2..).zip(rows) {
            let Row { district, ground, until, .. } = row;
            if !officer.may(*district) {
                return Err(Refused::District { line, district: *district });
            }
            if !published.rules_for(*district) {
                return Err(Refused::NoRules { line, district: *district });
            }
            if !published.founds(ground, *district, (now, *until), self.demo) {
                let (line, ground) = (line, ground.clone());
                return Err(match published.lists(&ground) {
                    true => Refused::Lapses { line, ground },
                    false => Refused::Ground { line, ground },
                });
            }
        }
        Ok(())
    }

    async fn confirm(&self, text: &str, officer: &Officer, id: &Id, seen: &Id, now: Time) -> Result<Value, Refused> {
        // Only what becomes of a proposal changes: all else is looked at before others have to wait.
        let proposal = self.store.proposal(id).await?.ok_or(Refused::Nothing)?;
        let Proposal { officer: proposer, officer_key, body, corrects, .. } = proposal;
        if Id::of(Digest::of(body.as_bytes())) != *seen {
            return Err(ActError::OtherBody.into());
        }
        self.another(officer, (proposer, &officer_key))?;
        let rows = rows::read(body.as_bytes())?;
        let published = self.published().map_err(Refused::Issuer)?;
        self.check(&rows, officer, &published, now)?;
        let mut steps = self.store.step(now, &officer.name, text).await?;
        match steps.state(id).await?.ok_or(Refused::Nothing)? {
            State::Open => {}
            decided => return Err(Refused::Decided(decided)),
        }
        let today = begins(steps.later(now).date(Offset::CHINA));
        let above = self.above(&rows, &steps.without_further(today).await?, &published);
        if above.iter().any(Above::is_above) {
            if rows::capped(&rows).len() > ENDORSED {
                return Err(Refused::Wide);
            }
            // Nothing acts yet: of what is corrected, the old entry stands.
            steps.wait(id, &officer.name, &officer.key.to_string()).await?;
            steps.done().await?;
            return Ok(
                json!({ "proposal": id, "state": State::Waiting, "counts": rows::counts(&rows), "caps": above }),
            );
        }
        self.put_in_force(&mut steps, officer, (id, corrects.as_ref(), &rows), now).await?;
        steps.done().await?;
        Ok(json!({ "proposal": id, "state": State::Confirmed, "counts": rows::counts(&rows) }))
    }

    /// Whoever signed a proposal under this name and key, unless it is the officer, or nobody's key any more.
    fn another(&self, officer: &Officer, (name, key): (String, &str)) -> Result<&Officer, Refused> {
        if is_same_name(&name, &officer.name) || *key == officer.key.to_string() {
            return Err(Refused::SamePerson);
        }
        match self.officers.iter().find(|known| known.key.to_string() == key) {
            None => Err(Refused::NoOfficer(name)),
            // Under a name that was changed meanwhile it is still who it was.
            Some(known) if known.is(officer) => Err(Refused::SamePerson),
            Some(known) => Ok(known),
        }
    }

    /// Puts the rows of a proposal in force, and ends what they correct.
    async fn put_in_force(
        &self,
        steps: &mut Steps,
        officer: &Officer,
        (id, corrects, rows): (&Id, Option<&Id>, &[Row]),
        now: Time,
    ) -> Result<(), Refused> {
        if let Some(corrected) = corrects {
            let (_, district) = steps.entry(corrected).await?.ok_or(Refused::Nothing)?;
            officer.may_change(&district)?;
            steps.end(corrected, now).await?;
        }
        steps.enter(id, rows, now).await?;
        Ok(steps.decide(id, State::Confirmed, now).await?)
    }

    /// Puts in force what is above a cap, by an officer of a further authority than the two who have signed it.
    async fn endorse(
        &self,
        text: &str,
        officer: &Officer,
        (id, seen): (&Id, &Id),
        counts: &[Capped],
        now: Time,
    ) -> Result<Value, Refused> {
        let proposal = self.store.proposal(id).await?.ok_or(Refused::Nothing)?;
        let Proposal { officer: proposer, officer_key, body, corrects, second, .. } = proposal;
        let rows = rows::read(body.as_bytes())?;
        if Id::of(Digest::of(body.as_bytes())) != *seen || rows::capped(&rows) != counts {
            return Err(ActError::OtherBody.into());
        }
        let (second, second_key) = second.ok_or(Refused::NotWaiting)?;
        for (name, key) in [(proposer, &officer_key), (second, &second_key)] {
            if !officer.is_further_than(self.another(officer, (name.clone(), key))?) {
                return Err(Refused::SameAuthority(name));
            }
        }
        let published = self.published().map_err(Refused::Issuer)?;
        self.check(&rows, officer, &published, now)?;
        let mut steps = self.store.step(now, &officer.name, text).await?;
        match steps.state(id).await?.ok_or(Refused::Nothing)? {
            State::Waiting => {}
            decided => return Err(Refused::Decided(decided)),
        }
        self.put_in_force(&mut steps, officer, (id, corrects.as_ref(), &rows), now).await?;
        steps.endorse(id, text).await?;
        steps.done().await?;
        Ok(json!({ "proposal": id, "state": State::Confirmed, "counts": rows::counts(&rows) }))
    }

    /// The caps that a list is under, and how many there would be.
    fn above(&self, rows: &[Row], today: &BTreeMap<(String, Place), u64>, published: &Published) -> Vec<Above> {
        let under = |Capped { ground, county, people }: Capped| {
            let cap = published.cap(&ground, county).or(self.cap)?;
            let before = today.get(&(ground.clone(), county)).copied().unwrap_or_default();
            Some(Above { ground, county, people, before, cap })
        };
        rows::capped(rows).into_iter().filter_map(under).collect()
    }

    /// The same as it stands at a moment, before anybody confirms anything.
    pub(super) async fn caps(&self, rows: &[Row], now: Time) -> Result<Vec<Above>, Refused> {
        let published = self.published().map_err(Refused::Issuer)?;
        let today = self.store.without_further(begins(now.date(Offset::CHINA))).await?;
        Ok(self.above(rows, &today, &published))
    }

    async fn withdraw(&self, text: &str, officer: &Officer, what: &Id, _: Why, now: Time) -> Result<Value, Refused> {
        let mut steps = self.store.step(now, &officer.name, text).await?;
        let ended = self.end(&mut steps, officer, what, now).await?;
        steps.done().await?;
        Ok(json!({ "withdrawn": what, "ended": ended }))
    }

    /// Ends an entry, or a proposal with all its entries; says how many entries.
    async fn end(&self, steps: &mut Steps, officer: &Officer, what: &Id, now: Time) -> Result<u64, Refused> {
        if let Some((_, district)) = steps.entry(what).await? {
            officer.may_change(&district)?;
            steps.end(what, now).await?;
            return Ok(1);
        }
        let proposal = steps.proposal(what).await?.ok_or(Refused::Nothing)?;
        for row in rows::read(proposal.body.as_bytes())? {
            officer.may_change(&row.district.to_string())?;
        }
        let ended = match proposal.state {
            State::Open | State::Waiting => 0,
            State::Confirmed => steps.end_all(what, now).await?,
            State::Withdrawn => return Err(Refused::Decided(State::Withdrawn)),
        };
        steps.decide(what, State::Withdrawn, now).await?;
        Ok(ended)
    }
}
