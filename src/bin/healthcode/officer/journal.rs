//! The journal as an officer checks it: that it is whole, that it goes on from what was kept, and who signed what.

use std::path::Path;

use healthcode::calendar::Time;
use serde::{Deserialize, Serialize};

use super::Desk;
use super::shown::minute;
use crate::acts::act::{Act, Step};
use crate::acts::id::Id;
use crate::acts::journal::{self, Line};
use crate::acts::officers::Officer;
use crate::exit::Exit;
use crate::failure::{CliError, Failure, InFile};
use crate::issuer;
use crate::output::{answer, answer_json};

#[derive(Deserialize)]
struct Lines {
    lines: Vec<Line>,
}

impl Desk {
    pub(super) fn journal(&self, kept: Option<&Id>, officers: Option<&Path>, shown: bool) -> Result<Exit, Failure> {
        let mut lines: Vec<Line> = Vec::new();
        loop {
            let after = lines.last().map_or(0, |line| line.number);
            let Lines { lines: next } = self.step(Step::Journal { after }, &[])?;
            if next.is_empty() {
                break;
            }
            lines.extend(next);
        }
        let last = journal::check(&lines).map_err(|number| CliError::Journal { number })?;
        let number = lines.last().map_or(0, |line| line.number);
        let there = |kept: &Id| *kept == journal::beginning() || lines.iter().any(|line| line.hash == *kept);
        if !kept.is_none_or(there) {
            return Err(CliError::JournalCut { number }.into());
        }
        if let Some(path) = officers {
            signed(&lines, &issuer::officers(path)?).in_file(path)?;
        }
        if self.json {
            let shown: Option<Vec<_>> = shown.then(|| lines.iter().map(Told::of).collect());
            answer_json(&Whole { number, hash: &last, lines: shown })?;
            return Ok(Exit::Yes);
        }
        if shown {
            lines.iter().map(Told::of).try_for_each(|line| {
                let Told { number, at, officer, step } = line;
                answer(format_args!("{number}  {}  {officer}  {step}", minute(at)))
            })?;
        }
        answer(format_args!("{number} {last}"))?;
        Ok(Exit::Yes)
    }
}

/// What is said of the journal.
#[derive(Serialize)]
struct Whole<'a> {
    number: i64,
    hash: &'a Id,
    #[serde(skip_serializing_if = "Option::is_none")]
    lines: Option<Vec<Told<'a>>>,
}

/// A line, for people.
#[derive(Serialize)]
struct Told<'a> {
    number: i64,
    at: Time,
    officer: &'a str,
    step: String,
}

impl<'a> Told<'a> {
    fn of(line: &'a Line) -> Self {
        let Line { number, at, officer, act, .. } = line;
        let step = match Act::unverified(act).map(|act| act.step) {
            Some(Step::Propose { corrects: None }) => format!("proposed {}", Id::of_text(act)),
            Some(Step::Propose { corrects: Some(entry) }) => {
                format!("proposed {} to correct {entry}", Id::of_text(act))
            }
            Some(Step::Confirm { proposal, .. }) => format!("confirmed {proposal}"),
            Some(Step::Endorse { proposal, .. }) => format!("confirmed {proposal} as a further authority"),
            Some(Step::Withdraw { what, why }) => format!("withdrew {what}: {}", why.name()),
            Some(Step::Cancel { why }) => format!("cancelled phones: {}", why.name()),
            Some(Step::Note { what, forget: false }) => format!("noted {}", what.name()),
            Some(Step::Note { what, forget: true }) => format!("forgot {}", what.name()),
            Some(Step::Find) => "looked somebody up".to_owned(),
            Some(_) | None => "another step".to_owned(),
        };
        Self { number: *number, at: *at, officer, step }
    }
}

/// Checks that each line is what it says was signed, by the officer whom it names.
fn signed(lines: &[Line], officers: &[Officer]) -> Result<(), CliError> {
    for Line { number, officer, act, .. } in lines {
        let keys = officers.iter().filter(|known| known.name == *officer).map(|known| known.key);
        if Act::open(act, keys).is_err() {
            return Err(CliError::JournalSigner { number: *number, officer: officer.clone() });
        }
    }
    Ok(())
}
