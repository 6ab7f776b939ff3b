//! What only the commands of the public log can find wrong.

use healthcode::calendar::Date;
use healthcode::error::Coded;
use healthcode::place::Place;

/// What only the commands of the public log can find wrong.
#[derive(Debug, thiserror::Error)]
pub(crate) enum LogFault {
    #[error("this is no log")]
    NotALog,
    #[error("a log is there already")]
    InPlace,
    #[error("the log is {origin}, and this key has not signed it")]
    OtherKey { origin: String },
    #[error("the log's tiles are not those of its newest checkpoint: restore the folder from its backup, whole")]
    Damaged,
    #[error("somebody else is writing to this log")]
    Busy,
    #[error("another witness uses this folder")]
    Witnessing,
    #[error("there is another history of this log: {known}")]
    OtherHistory { known: String },
    #[error("something else is in this folder, and a log has one of its own")]
    OtherFolder,
    #[error("{name} is an address, and the name is written without https://")]
    Name { name: String },
    #[error("the restrictions of {date} were logged with other numbers, as entry {index}: a day is logged once")]
    DayTwice { date: Date, index: u64 },
    #[error(
        "what was confirmed on {date} is in no entry of the log, and acts nowhere: `log day` with --date {date} logs it"
    )]
    DayLeft { date: Date },
    #[error("{date} has not come")]
    DayAhead { date: Date },
    #[error("no rules in the log that are for {place} list the ground {ground}")]
    Ground { ground: String, place: Place },
    #[error("this is the log's own key, and salts are made of one that nothing else is done with")]
    SaltKey,
    #[error("it is not signed by the log whose checkpoint it is said to be")]
    StateUnsigned,
    #[error("a {kind} is not logged: give what everybody gets")]
    NotLogged { kind: healthcode::trust::Kind },
    #[error("it is not in the log")]
    Missing,
    #[error("{url} {problem}")]
    Fetch { url: String, problem: String },
    #[error("the log has been shown in two ways that exclude each other; both are in {evidence}")]
    SplitView { evidence: String },
    #[error("this was kept of another log, {origin}")]
    OtherLog { origin: String },
    #[error("the log has {size} entries, and had {seen} before: this is an old copy of it")]
    Older { size: u64, seen: u64 },
    #[error("entry {index}: {problem}")]
    Entry { index: u64, problem: String },
    #[error("entry {entry} of the issuer's database is not logged: {problem}")]
    Unfounded { entry: String, problem: String },
    #[error(
        "days whose proofs do not meet the log's policy as it is now: {days}; what was confirmed on them would not act, without a word"
    )]
    ProofsLapsed { days: usize },
    #[error("line {line} is not a restriction: SHA-256,PLACE,GROUND")]
    Line { line: u64 },
    #[error("a policy is needed, which says what a log's checkpoint takes")]
    NoPolicy,
}

impl Coded for LogFault {
    fn code(&self) -> &'static str {
        match self {
            Self::NotALog => "cli-not-a-log",
            Self::InPlace => "cli-log-in-place",
            Self::OtherKey { .. } => "cli-log-key",
            Self::Damaged => "cli-log-damaged",
            Self::Busy => "cli-log-busy",
            Self::Witnessing => "cli-witness-busy",
            Self::OtherHistory { .. } => "cli-log-other-history",
            Self::OtherFolder => "cli-log-folder",
            Self::Name { .. } => "cli-log-name",
            Self::DayTwice { .. } => "cli-log-day-twice",
            Self::DayLeft { .. } => "cli-log-day-left",
            Self::DayAhead { .. } => "cli-log-day-ahead",
            Self::Ground { .. } => "cli-log-ground",
            Self::SaltKey => "cli-log-secret",
            Self::StateUnsigned => "cli-log-state",
            Self::NotLogged { .. } => "cli-not-logged",
            Self::Missing => "cli-log-missing",
            Self::Fetch { .. } => "cli-fetch",
            Self::SplitView { .. } => "cli-log-split-view",
            Self::OtherLog { .. } => "cli-log-state",
            Self::Older { .. } => "cli-log-older",
            Self::Entry { .. } => "cli-log-entry",
            Self::Unfounded { .. } => "cli-log-unfounded",
            Self::ProofsLapsed { .. } => "cli-log-proofs-lapsed",
            Self::Line { .. } => "cli-log-line",
            Self::NoPolicy => "cli-log-policy",
        }
    }
}
