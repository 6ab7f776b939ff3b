//! `officer`: what an officer proposes, confirms, withdraws and corrects at an issuer, each step signed with their own key.

mod client;
mod journal;
mod notes;
mod number;
mod people;
mod shown;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use healthcode::calendar::Time;
use healthcode::cbor::from_bytes;
use healthcode::code::status::day_of;
use healthcode::code::wire::from_text;
use healthcode::code::{Code, DayCertificate};
use healthcode::trust::{Digest, SecretKey, Unverified};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use self::client::{Client, Unanswered};
use self::people::Listed;
use self::shown::{Entry, Ground, Standing, minute, say_kinds};
use crate::acts::act::{Act, Step, Why, WhyCancelled};
use crate::acts::id::{Id, Person};
use crate::acts::notes::Noted;
use crate::acts::rows::{self, Count, Row};
use crate::exit::Exit;
use crate::failure::{CliError, Failure, InFile};
use crate::files;
use crate::input::sheet::At;
use crate::issuer::{DOCUMENTS, Document};
use crate::key_file;
use crate::output::{answer, answer_json};
use crate::store::{Cancelled, entry_id};
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
    /// Answer in JSON, for programs
    #[arg(long, global = true)]
    json: bool,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Propose what a list says, for another officer to confirm as a whole
    ///
    /// The list is CSV (also of Excel, with semicolons or in GBK), XLSX or JSON. Columns: name, number, status, since, until, ground and
    /// district, or 姓名, 证件号码, 状态, 开始日期, 截止日期, 依据 and 区划代码. Statuses: confirmed, suspected, asymptomatic, close-contact,
    /// contact-of-contact and recovered. The ground is one that the rules list: `healthcode officer grounds`. A day in `since` begins at
    /// midnight in China; in `until` and 截止日期 it is the last day, in `to` and 解除日期 the first that is free again. Prints the
    /// proposal's id.
    #[command(visible_alias = "import")]
    Propose {
        /// The list; `-` is standard input
        file: PathBuf,
        /// Take numbers, too, that no resident's identity card can have: mistyped, cut by a spreadsheet, or just odd
        #[arg(long)]
        odd_numbers: bool,
    },
    /// Find what is there about people: entries, with their ids, and open proposals
    ///
    /// The list has the columns name and number at least, such as one that was proposed. What the issuer is asked about is the keyed hash
    /// of each number, which nothing keeps; its journal has a line that says who asked.
    Find {
        /// The list; `-` is standard input
        file: PathBuf,
        /// Take numbers, too, that no resident's identity card can have
        #[arg(long)]
        odd_numbers: bool,
    },
    /// List the grounds that the rules in force have
    Grounds,
    /// Confirm what another officer has proposed: shows how many people it is about, on which ground and in which district
    Confirm {
        /// The proposal's id
        #[arg(value_parser = id)]
        proposal: Id,
        /// Confirm; without it, the counts are shown and nothing changes
        #[arg(long)]
        yes: bool,
    },
    /// Note tests, vaccinations or exemptions of a list, which restrict nobody: rules can read them, with the next certificate
    ///
    /// The list is CSV, XLSX or JSON, as for `propose`. Columns: name, number and district; of tests kind, taken, result and by; of
    /// vaccinations product, doses and last; of exemptions exempt and until, whose day is the last. Or in Chinese: 检测项目, 采样时间,
    /// 检测结果, 检测机构; 疫苗, 剂次, 末次接种日期; 豁免, 截止日期. What is there of the same person, name and time is replaced.
    Note {
        /// What the list has
        #[arg(value_enum)]
        what: Noted,
        /// The list; `-` is standard input
        file: PathBuf,
        /// Forget what the list says, where it was noted
        #[arg(long)]
        forget: bool,
        /// Take numbers, too, that no resident's identity card can have
        #[arg(long)]
        odd_numbers: bool,
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
    /// Cancel the phones of people: lost ones, or those that were enrolled as another person's
    ///
    /// Their certificates are in the next list of withdrawn ones, within a quarter of an hour, and checkpoints refuse their codes once
    /// they have it. Whoever a phone belongs to enrols it again.
    Cancel {
        /// The people, all of whose phones are cancelled: CSV with the columns name and number; `-` is standard input
        #[arg(required_unless_present = "code", conflicts_with = "code")]
        people: Option<PathBuf>,
        /// The phone that shows this code: a file with the text of its QR symbol
        #[arg(long, value_name = "FILE")]
        code: Option<PathBuf>,
        /// Why
        #[arg(long, value_enum)]
        why: WhyCancelled,
    },
    /// Propose a list of one row to take the place of an entry, for another officer to confirm
    Correct {
        /// The entry's id
        #[arg(value_parser = id)]
        entry: Id,
        /// The list; `-` is standard input
        file: PathBuf,
        /// Take a number, too, that no resident's identity card can have
        #[arg(long)]
        odd_numbers: bool,
    },
    /// List the newest proposals, with their counts
    List {
        /// Those alone that nobody has confirmed or withdrawn
        #[arg(long)]
        open: bool,
    },
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
        /// The officers, as `[[officers]]` in the issuer's settings: each line must be signed by one of them, under their name
        #[arg(long, value_name = "FILE.toml")]
        officers: Option<PathBuf>,
        /// Print the lines, too: number, time, officer and step
        #[arg(long)]
        lines: bool,
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
    #[serde(default)]
    grounds: Vec<Ground>,
}

#[derive(Deserialize)]
struct Persons {
    persons: Vec<Person>,
}

#[derive(Deserialize)]
struct Proposed {
    proposal: Id,
    #[serde(default)]
    state: String,
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
    second: Option<String>,
}

/// What became of phones that were cancelled.
#[derive(Deserialize, serde::Serialize)]
struct Gone {
    phones: u64,
    certificates: u64,
}

#[derive(Deserialize, serde::Serialize)]
struct Withdrawn {
    withdrawn: Id,
    ended: u64,
}

#[derive(Deserialize)]
struct Listing {
    proposals: Vec<Summary>,
}

#[derive(Deserialize, serde::Serialize)]
struct Summary {
    proposal: Id,
    officer: String,
    proposed: Time,
    state: String,
    corrects: Option<Id>,
    counts: Vec<Count>,
}

#[derive(Deserialize)]
struct About {
    entries: Vec<Entry>,
    open: Vec<Id>,
}

impl Officer {
    pub(crate) fn run(self) -> Result<Exit, Failure> {
        let client = Client::new(&self.issuer)?;
        let key = key_file::load(&self.key)?;
        let who: Who = client.get("/officer")?;
        let desk = Desk { client, key, key_path: self.key, who, json: self.json };
        match self.command {
            Command::Propose { file, odd_numbers } => desk.propose(&file, odd_numbers, None),
            Command::Correct { entry, file, odd_numbers } => desk.propose(&file, odd_numbers, Some(entry)),
            Command::Confirm { proposal, yes } => desk.confirm(proposal, yes),
            Command::Note { what, file, forget, odd_numbers } => desk.note(&file, what, forget, odd_numbers),
            Command::Withdraw { id: what, why } => desk.withdraw(what, why),
            Command::Cancel { people, code, why } => desk.cancel(people.as_deref(), code.as_deref(), why),
            Command::Find { file, odd_numbers } => desk.find(&file, odd_numbers),
            Command::Grounds => desk.grounds(),
            Command::List { open } => desk.list(open),
            Command::Show { proposal } => desk.show(proposal),
            Command::Journal { kept, officers, lines } => desk.journal(kept.as_ref(), officers.as_deref(), lines),
        }
    }
}

/// An officer at an issuer.
struct Desk {
    client: Client,
    key: SecretKey,
    key_path: PathBuf,
    who: Who,
    json: bool,
}

impl Desk {
    fn step<T: DeserializeOwned>(&self, step: Step, body: &[u8]) -> Result<T, Failure> {
        self.try_step(step, body).map_err(Unanswered::failure)
    }

    fn try_step<T: DeserializeOwned>(&self, step: Step, body: &[u8]) -> Result<T, Unanswered> {
        let mut random = [0; 16];
        getrandom::fill(&mut random).map_err(CliError::NoRandomness)?;
        let act = Act::new(&self.who.issuer, self.now(), random, step, body).sign(&self.key);
        self.client.step(&act, body).map_err(|cause| match cause {
            Unanswered::Refused { code, message } if code == "act-unknown-officer" => {
                let (file, key) = (self.key_path.display().to_string(), self.key.public());
                let message = format!("{message}: {file} is the key {}, whose public half is {key}", key.id());
                Unanswered::Refused { code, message }
            }
            cause => cause,
        })
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

    fn propose(&self, file: &Path, odd: bool, corrects: Option<Id>) -> Result<Exit, Failure> {
        let listed = people::read(file, odd)?;
        people::warn(&listed, self.now());
        let documents: Vec<&Document> = listed.iter().map(|row| &row.document).collect();
        let persons = self.persons(&documents)?;
        let row = |(listed, person): (&Listed, Person)| {
            let Listed { status, since, until, ground, district, .. } = listed;
            Row { person, status: *status, since: *since, until: *until, ground: ground.clone(), district: *district }
        };
        let rows: Vec<Row> = listed.iter().zip(persons).map(row).collect();
        let mut seen = BTreeMap::new();
        for (row, listed) in rows.iter().zip(&listed) {
            if let Some(before) = seen.insert(&row.person, listed.at) {
                let (at, before) = (listed.at.to_string(), before.to_string());
                return Err(CliError::PersonTwice { at, before }).in_file(file);
            }
        }
        let text = rows::write(&rows);
        let proposed = self.try_step(Step::Propose { corrects }, text.as_bytes());
        let Proposed { proposal, .. } = proposed.map_err(|cause| in_terms_of(cause, &listed)).in_file(file)?;
        let standing: Standing = self.step(Step::Standing { proposal: proposal.clone() }, &[])?;
        say_kinds(&rows, &standing, &self.who.grounds);
        say("another officer confirms it with `healthcode officer confirm`");
        answer(&proposal)?;
        Ok(Exit::Yes)
    }

    fn confirm(&self, proposal: Id, yes: bool) -> Result<Exit, Failure> {
        let shown: Shown = self.step(Step::Show { proposal: proposal.clone() }, &[])?;
        let standing: Standing = self.step(Step::Standing { proposal: proposal.clone() }, &[])?;
        let rows = rows::read(shown.rows.as_bytes())?;
        say(format_args!("proposed by {} at {}", shown.officer, minute(shown.proposed)));
        if let Some(corrected) = &shown.corrects {
            say(format_args!("it takes the place of entry {corrected}"));
        }
        say_kinds(&rows, &standing, &self.who.grounds);
        let waits = shown.state == "waiting";
        if let Some(second) = shown.second.as_ref().filter(|_| waits) {
            say(format_args!(
                "confirmed by {second}; it is above a cap, and waits for an officer of a further authority"
            ));
        }
        if !yes {
            say("nothing is confirmed yet: --yes confirms it; `healthcode officer show` has the rows");
            return Ok(Exit::No);
        }
        let (counts, rows) = (rows::capped(&rows), Id::of(Digest::of(shown.rows.as_bytes())));
        let step = if waits { Step::Endorse { proposal, rows, counts } } else { Step::Confirm { proposal, rows } };
        let Proposed { proposal, state } = self.step(step, &[])?;
        say(match state.as_str() {
            "waiting" => "above a cap: nothing acts until an officer of a further authority confirms it, too",
            _ => "confirmed: phones have it at their next look, in about an hour at most",
        });
        answer(&proposal)?;
        Ok(Exit::Yes)
    }

    fn cancel(&self, people: Option<&Path>, code: Option<&Path>, why: WhyCancelled) -> Result<Exit, Failure> {
        let mut all = Vec::new();
        if let Some(file) = people {
            let documents = people::documents(file, false)?;
            let persons = self.persons(&documents.iter().map(|(_, document)| document).collect::<Vec<_>>())?;
            all.extend(persons.into_iter().map(Cancelled::Person));
        }
        if let Some(file) = code {
            all.push(certificate_in(&files::read_text(file)?).in_file(file)?);
        }
        let mut none = Vec::new();
        for (row, what) in (1..).zip(all) {
            let body =
                serde_json::to_vec(&what).map_err(|error| CliError::IssuerAnswer { problem: error.to_string() })?;
            let gone: Gone = match self.try_step(Step::Cancel { why }, &body) {
                // The others are cancelled all the same.
                Err(Unanswered::Refused { code, .. }) if people.is_some() && code == "desk-no-phone" => {
                    none.push(row.to_string());
                    continue;
                }
                gone => gone.map_err(Unanswered::failure)?,
            };
            if self.json {
                answer_json(&gone)?;
            } else {
                let Gone { phones, certificates } = gone;
                answer(format_args!("phones no longer enrolled: {phones}; certificates withdrawn: {certificates}"))?;
            }
        }
        if none.is_empty() {
            return Ok(Exit::Yes);
        }
        say(format_args!("no phone that this officer may cancel: person {} of the list", none.join(", ")));
        Ok(Exit::No)
    }

    fn withdraw(&self, what: Id, why: Why) -> Result<Exit, Failure> {
        let answered: Withdrawn = self.step(Step::Withdraw { what, why }, &[])?;
        if self.json {
            answer_json(&answered)?;
        } else {
            answer(format_args!("withdrawn; entries that ended: {}", answered.ended))?;
        }
        Ok(Exit::Yes)
    }

    /// What is there about the people of a list.
    fn find(&self, file: &Path, odd: bool) -> Result<Exit, Failure> {
        let documents = people::documents(file, odd)?;
        let persons = self.persons(&documents.iter().map(|(_, document)| document).collect::<Vec<_>>())?;
        let (mut entries, mut open) = (BTreeMap::<Person, Vec<Entry>>::new(), Vec::new());
        for part in persons.chunks(DOCUMENTS) {
            let body =
                serde_json::to_vec(part).map_err(|error| CliError::IssuerAnswer { problem: error.to_string() })?;
            let about: About = self.step(Step::Find, &body)?;
            for entry in about.entries {
                entries.entry(entry.person.clone()).or_default().push(entry);
            }
            open.extend(about.open);
        }
        open.sort_unstable();
        open.dedup();
        let none = Vec::new();
        let found = documents.iter().zip(&persons).map(|((at, _), person)| (at, entries.get(person).unwrap_or(&none)));
        let found: Vec<(&At, &Vec<Entry>)> = found.collect();
        if self.json {
            let people = found.iter().map(|(at, entries)| json!({ "at": at.to_string(), "entries": entries }));
            answer_json(&json!({ "people": people.collect::<Vec<_>>(), "open": open }))?;
            return Ok(Exit::Yes);
        }
        for (at, entries) in found {
            answer(format_args!("{at}:{}", if entries.is_empty() { " nothing" } else { "" }))?;
            entries.iter().try_for_each(|entry| answer(shown::entry(entry)))?;
        }
        open.iter().try_for_each(|id| answer(format_args!("some of them are in the open proposal {id}")))?;
        Ok(Exit::Yes)
    }

    fn grounds(&self) -> Result<Exit, Failure> {
        if self.json {
            answer_json(&self.who.grounds)?;
            return Ok(Exit::Yes);
        }
        for Ground { id, title, url, from, until, region, cap } in &self.who.grounds {
            answer(format_args!("{id}  {region}  {} to {}", minute(*from), shown::end(*until)))?;
            if !rows::is_ground(id) {
                answer("  for rules alone: with more than 18 characters it has no room in a certificate")?;
            }
            answer(format_args!("  {}", title.zh_hans))?;
            answer(format_args!("  {}", title.en))?;
            answer(format_args!("  {url}"))?;
            if let Some(cap) = cap {
                answer(format_args!("  at most {cap} in a county in a day without a further authority"))?;
            }
        }
        if self.who.grounds.is_empty() {
            say("the rules in force list no grounds: nothing can restrict anybody");
        }
        Ok(Exit::Yes)
    }

    fn list(&self, open: bool) -> Result<Exit, Failure> {
        let Listing { mut proposals } = self.step(Step::List, &[])?;
        proposals.retain(|proposal| !open || ["open", "waiting"].contains(&proposal.state.as_str()));
        if self.json {
            answer_json(&json!({ "proposals": proposals }))?;
            return Ok(Exit::Yes);
        }
        for Summary { proposal, officer, proposed, state, corrects, counts } in &proposals {
            let correction = if corrects.is_some() { ", a correction" } else { "" };
            answer(format_args!("{proposal}  {state}{correction}, by {officer} at {}", minute(*proposed)))?;
            for Count { ground, district, status, people } in counts {
                answer(format_args!("  {ground}, {district}: {people} {}", status.name()))?;
            }
        }
        Ok(Exit::Yes)
    }

    fn show(&self, proposal: Id) -> Result<Exit, Failure> {
        let Shown { proposal, officer, proposed, state, corrects, rows, ended, second } =
            self.step(Step::Show { proposal }, &[])?;
        let now = self.now();
        let row = |row: &Row| {
            let Row { person, status, since, until, ground, district } = row;
            let id = entry_id(&proposal, person);
            let acts = state == "confirmed" && !ended.contains(&id) && now < *until;
            json!({
                "entry": id, "acts": acts, "status": status, "since": since, "until": until, "ground": ground,
                "district": district,
            })
        };
        if !self.json {
            answer(format_args!("{proposal}  {state}, by {officer} at {}", minute(proposed)))?;
            if let Some(corrected) = &corrects {
                answer(format_args!("  takes the place of entry {corrected}"))?;
            }
            if let Some(second) = &second {
                answer(format_args!("  above a cap, confirmed by {second}"))?;
            }
            for Row { person, status, since, until, ground, district } in &rows::read(rows.as_bytes())? {
                let id = entry_id(&proposal, person);
                let is = match state.as_str() {
                    _ if ended.contains(&id) => "withdrawn or corrected",
                    "confirmed" if now < *until => "in force",
                    "confirmed" => "lapsed",
                    "open" => "not confirmed",
                    "waiting" => "above a cap",
                    _ => "withdrawn",
                };
                let (since, until) = (minute(*since), shown::end(*until));
                answer(format_args!("  {id}  {}  {ground}  {district}  {since} to {until}  {is}", status.name()))?;
            }
            return Ok(Exit::Yes);
        }
        let entries: Vec<Value> = rows::read(rows.as_bytes())?.iter().map(row).collect();
        answer_json(&json!({
            "proposal": proposal, "officer": officer, "proposed": proposed, "state": state, "corrects": corrects,
            "entries": entries, "second": second,
        }))?;
        Ok(Exit::Yes)
    }

    /// By which clock steps are signed: a demo may be of another time.
    fn now(&self) -> Time {
        if self.who.demo { self.who.now } else { system_time() }
    }
}

/// A refusal of rows, in terms of the list that they were made of.
fn in_terms_of(cause: Unanswered, listed: &[Listed]) -> Failure {
    let Unanswered::Refused { code, message } = cause else { return cause.failure() };
    let line = message.strip_prefix("line ").and_then(|rest| rest.split_once(": "));
    // The first line of what was sent names the columns.
    let row = line.and_then(|(line, rest)| Some((listed.get(line.parse::<usize>().ok()?.checked_sub(2)?)?, rest)));
    let message = row.map_or_else(|| message.clone(), |(row, rest)| format!("{}: {rest}", row.at));
    Unanswered::Refused { code, message }.failure()
}

/// Which certificate a scanned code has. Whether it is genuine the issuer sees from its own list.
fn certificate_in(text: &str) -> Result<Cancelled, CliError> {
    let bytes = from_text(text.trim()).ok();
    let read = bytes.and_then(|bytes| {
        let code: Code = from_bytes(Unverified::parse(&bytes).ok()?.payload())?;
        let envelope = Unverified::parse(&code.certificate.0).ok()?;
        let certificate: DayCertificate = from_bytes(envelope.payload())?;
        let signer = envelope.signers().next().flatten()?.to_string();
        Some(Cancelled::Certificate { signer, day: day_of(certificate.issued).days(), number: certificate.number? })
    });
    read.ok_or(CliError::NoNumberedCode)
}
