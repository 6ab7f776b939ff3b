//! `officer`: what an officer proposes, confirms, withdraws and corrects at an issuer, each step signed with their own key.

mod client;
mod people;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use healthcode::calendar::Time;
use healthcode::trust::{Digest, SecretKey};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use self::client::Client;
use self::people::Listed;
use crate::acts::act::{Act, Step, Why};
use crate::acts::id::{Id, Person};
use crate::acts::journal::{self, Line};
use crate::acts::rows::{self, Count, Row};
use crate::exit::Exit;
use crate::failure::{CliError, Failure, InFile};
use crate::issuer::{DOCUMENTS, Document};
use crate::key_file;
use crate::output::{answer, answer_json};
use crate::store::entry_id;
use crate::terminal::say;
use crate::values::system_time;

/// Say what people's records say: propose, confirm, withdraw and correct at an issuer
///
/// Every step is signed with the officer's own key, and the issuer keeps it in a journal. What restricts somebody is proposed by
/// one officer and confirmed by another; to withdraw it, one is enough.
#[derive(Args)]
pub(crate) struct Officer {
    /// The issuer, at an address of this machine
    #[arg(long, value_name = "URL", default_value = "http://127.0.0.1:8090", global = true)]
    issuer: String,
    /// The officer's key file
    #[arg(long, value_name = "FILE", global = true, default_value = "officer.key")]
    key: PathBuf,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Propose what a list says, for another officer to confirm as a whole
    ///
    /// The list is CSV with the columns name, number, status, since, until, ground and district. The ground is one that the
    /// rules in force list; a time without a clock is its day's beginning in China. Prints the proposal's id.
    #[command(visible_alias = "import")]
    Propose {
        /// The list; `-` is standard input
        file: PathBuf,
    },
    /// Confirm what another officer has proposed: shows how many people it is about, on which ground and in which district
    Confirm {
        /// The proposal's id
        #[arg(value_parser = id)]
        proposal: Id,
        /// Confirm; without it, the counts are shown and nothing changes
        #[arg(long)]
        yes: bool,
    },
    /// Withdraw an entry, or a proposal with all its entries, at once and alone
    Withdraw {
        /// The id of an entry or a proposal
        #[arg(value_parser = id)]
        id: Id,
        /// Why
        #[arg(long, value_enum)]
        why: Why,
    },
    /// Propose a list of one row to take the place of an entry, for another officer to confirm
    Correct {
        /// The entry's id
        #[arg(value_parser = id)]
        entry: Id,
        /// The list; `-` is standard input
        file: PathBuf,
    },
    /// List the newest proposals, with their counts
    List,
    /// Show a proposal: its rows, and the ids of its entries
    Show {
        /// The proposal's id
        #[arg(value_parser = id)]
        proposal: Id,
    },
    /// Check the journal from its first line on, and print the number and the hash of its last
    Journal {
        /// The hash of a last line that was kept before: it must still be there
        #[arg(long, value_name = "HASH", value_parser = id)]
        kept: Option<Id>,
    },
}

fn id(text: &str) -> Result<Id, CliError> {
    Id::parse(text).ok_or(CliError::Number { expected: "an id of 64 hexadecimal digits" })
}

/// What an issuer says of itself.
#[derive(Deserialize)]
struct Who {
    issuer: String,
    now: Time,
    demo: bool,
}

#[derive(Deserialize)]
struct Persons {
    persons: Vec<Person>,
}

#[derive(Deserialize)]
struct Proposed {
    proposal: Id,
    counts: Vec<Count>,
}

#[derive(Deserialize)]
struct Shown {
    proposal: Id,
    officer: String,
    proposed: Time,
    state: String,
    corrects: Option<Id>,
    rows: String,
    ended: Vec<Id>,
}

#[derive(Deserialize)]
struct Lines {
    lines: Vec<Line>,
}

impl Officer {
    pub(crate) fn run(self) -> Result<Exit, Failure> {
        let client = Client::new(&self.issuer)?;
        let key = key_file::load(&self.key)?;
        let who: Who = client.get("/officer")?;
        let desk = Desk { client, key, who };
        match self.command {
            Command::Propose { file } => desk.propose(&file, None),
            Command::Correct { entry, file } => desk.propose(&file, Some(entry)),
            Command::Confirm { proposal, yes } => desk.confirm(proposal, yes),
            Command::Withdraw { id: what, why } => {
                answer_json(&desk.step::<Value>(Step::Withdraw { what, why }, &[])?)?;
                Ok(Exit::Yes)
            }
            Command::List => {
                answer_json(&desk.step::<Value>(Step::List, &[])?)?;
                Ok(Exit::Yes)
            }
            Command::Show { proposal } => desk.show(proposal),
            Command::Journal { kept } => desk.journal(kept.as_ref()),
        }
    }
}

/// An officer at an issuer.
struct Desk {
    client: Client,
    key: SecretKey,
    who: Who,
}

impl Desk {
    fn step<T: DeserializeOwned>(&self, step: Step, body: &[u8]) -> Result<T, Failure> {
        // A demo may be of another time; everybody else goes by their own clock.
        let at = if self.who.demo { self.who.now } else { system_time() };
        let mut random = [0; 16];
        getrandom::fill(&mut random).map_err(CliError::NoRandomness)?;
        self.client.step(&Act::new(&self.who.issuer, at, random, step, body).sign(&self.key), body)
    }

    /// Asks who the documents are.
    fn persons(&self, documents: &[&Document]) -> Result<Vec<Person>, Failure> {
        let mut persons = Vec::new();
        for part in documents.chunks(DOCUMENTS) {
            let body =
                serde_json::to_vec(part).map_err(|error| CliError::IssuerAnswer { problem: error.to_string() })?;
            let answer: Persons = self.step(Step::Persons, &body)?;
            if answer.persons.len() != part.len() {
                let problem = "it names more or fewer people than were asked for".to_owned();
                return Err(CliError::IssuerAnswer { problem }.into());
            }
            persons.extend(answer.persons);
        }
        Ok(persons)
    }

    fn propose(&self, file: &Path, corrects: Option<Id>) -> Result<Exit, Failure> {
        let listed = people::read(file)?;
        let documents: Vec<&Document> = listed.iter().map(|row| &row.document).collect();
        let persons = self.persons(&documents)?;
        let row = |(listed, person): (&Listed, Person)| {
            let Listed { status, since, until, ground, district, .. } = listed;
            Row { person, status: *status, since: *since, until: *until, ground: ground.clone(), district: *district }
        };
        let text = rows::write(&listed.iter().zip(persons).map(row).collect::<Vec<_>>());
        // What is wrong is found here, in terms of this list.
        rows::read(text.as_bytes()).in_file(file)?;
        let Proposed { proposal, counts } = self.step(Step::Propose { corrects }, text.as_bytes())?;
        say_counts(&counts);
        say("another officer confirms it with `healthcode officer confirm`");
        answer(&proposal)?;
        Ok(Exit::Yes)
    }

    fn confirm(&self, proposal: Id, yes: bool) -> Result<Exit, Failure> {
        let shown: Shown = self.step(Step::Show { proposal: proposal.clone() }, &[])?;
        let rows = rows::read(shown.rows.as_bytes())?;
        say(format_args!("proposed by {} at {}", shown.officer, crate::format::local(shown.proposed)));
        if let Some(corrected) = &shown.corrects {
            say(format_args!("it takes the place of entry {corrected}"));
        }
        say_counts(&rows::counts(&rows));
        if !yes {
            return Err(CliError::NotConfirmed.into());
        }
        let rows = Id::of(Digest::of(shown.rows.as_bytes()));
        let Proposed { proposal, .. } = self.step(Step::Confirm { proposal, rows }, &[])?;
        answer(&proposal)?;
        Ok(Exit::Yes)
    }

    fn show(&self, proposal: Id) -> Result<Exit, Failure> {
        let Shown { proposal, officer, proposed, state, corrects, rows, ended } =
            self.step(Step::Show { proposal }, &[])?;
        let row = |row: &Row| {
            let Row { person, status, since, until, ground, district } = row;
            let id = entry_id(&proposal, person);
            let acts = state == "confirmed" && !ended.contains(&id);
            json!({
                "entry": id, "acts": acts, "status": status, "since": since, "until": until, "ground": ground,
                "district": district,
            })
        };
        let entries: Vec<Value> = rows::read(rows.as_bytes())?.iter().map(row).collect();
        answer_json(&json!({
            "proposal": proposal, "officer": officer, "proposed": proposed, "state": state, "corrects": corrects,
            "entries": entries,
        }))?;
        Ok(Exit::Yes)
    }

    fn journal(&self, kept: Option<&Id>) -> Result<Exit, Failure> {
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
        answer(format_args!("{number} {last}"))?;
        Ok(Exit::Yes)
    }
}

/// How many people there are on each ground, district by district.
fn say_counts(counts: &[Count]) {
    let mut grounds: BTreeMap<&str, usize> = BTreeMap::new();
    for Count { ground, district, status, people } in counts {
        say(format_args!("  {ground}, {district}: {people} {}", status.name()));
        *grounds.entry(ground).or_default() += people;
    }
    for (ground, people) in grounds {
        say(format_args!("  {ground} in all: {people}"));
    }
}
