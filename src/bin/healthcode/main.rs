//! The command-line tool: what authorities, checkpoints and testers do with health codes.
//!
//! Answers go to standard output, for programs; words go to standard error, for people. It exits with 0 where the answer is good,
//! with 1 where what was given was examined and the answer is no, and with 2 where it cannot be used at all.

mod acts;
mod args;
mod assess;
mod bulk;
mod completions;
mod exit;
mod failure;
mod fetch;
mod files;
mod format;
mod input;
mod inspect;
mod issuer;
mod key_file;
mod keys;
mod log;
mod man;
mod officer;
mod output;
mod publication;
mod publish;
mod risk;
mod rules;
mod serve;
mod sign;
mod signed_file;
mod standing;
mod store;
mod terminal;
mod trust;
mod trust_review;
mod values;
mod venue;
mod verify;
mod witness;

use std::process::ExitCode;

use clap::error::{ContextKind, ContextValue};
use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};
use healthcode::unseen::shown;

use exit::Exit;
use failure::{Failure, set_options};
use terminal::say_lines;

/// A health code that is decided, explained and signed on the phone, and verified offline: the authority's tool.
#[derive(Parser)]
#[command(version, arg_required_else_help = true, disable_help_subcommand = true)]
#[command(after_help = "\
Exit codes: 0 the answer is good; 1 the answer is no (a file refused, a case that fails); 2 what was given cannot be used.
Times are RFC 3339, such as 2020-02-20T08:00:00+08:00; a date stands for its beginning in China (+08:00).")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Make and show secret keys
    #[command(subcommand)]
    Keys(keys::Command),
    /// Build trust lists: which keys may sign what
    #[command(subcommand)]
    Trust(trust::Command),
    /// Build, show and look up risk tables
    #[command(subcommand)]
    Risk(risk::Command),
    /// Make what a venue shows at its door, and the tags of what happened there
    #[command(subcommand)]
    Venue(venue::Command),
    /// Check, test, explain, compare and try rule packs
    #[command(subcommand)]
    Rules(rules::Command),
    /// Sign a source: a trust list, a rule pack, a risk table, an exposure list, a record
    #[command(subcommand)]
    Sign(sign::Command),
    Countersign(sign::Countersign),
    /// Keep, read and watch a public log of what is published
    #[command(subcommand)]
    Log(log::Command),
    Witness(witness::Witness),
    Publish(publish::Publish),
    Inspect(inspect::Inspect),
    Assess(assess::Assess),
    Verify(verify::Verify),
    Serve(serve::Serve),
    Issuer(issuer::Issuer),
    Officer(officer::Officer),
    Completions(completions::Completions),
    Man(man::Man),
}

impl Command {
    fn run(self) -> Result<Exit, Failure> {
        match self {
            Self::Keys(command) => command.run(),
            Self::Trust(command) => command.run(),
            Self::Risk(command) => command.run(),
            Self::Venue(command) => command.run(),
            Self::Rules(command) => command.run(),
            Self::Sign(command) => command.run(),
            Self::Countersign(command) => command.run(),
            Self::Log(command) => command.run(),
            Self::Witness(command) => command.run(),
            Self::Publish(command) => command.run(),
            Self::Inspect(command) => command.run(),
            Self::Assess(command) => command.run(),
            Self::Verify(command) => command.run(),
            Self::Serve(command) => command.run(),
            Self::Issuer(command) => command.run(),
            Self::Officer(command) => command.run(),
            Self::Completions(command) => command.run(Cli::command()),
            Self::Man(command) => command.run(Cli::command()),
        }
    }
}

fn main() -> ExitCode {
    let Cli { command } = match parse() {
        Ok(cli) => cli,
        Err(error) => return usage(&one_line(error)),
    };
    match command.run() {
        Ok(exit) => exit.into(),
        Err(failure) => {
            failure.report();
            failure.exit().into()
        }
    }
}

/// Reads the arguments, and notes which options their command has.
fn parse() -> Result<Cli, clap::Error> {
    let mut own = Cli::command();
    let matches = own.try_get_matches_from_mut(std::env::args_os())?;
    let (mut command, mut chosen) = (&own, matches.subcommand());
    while let Some((name, within)) = chosen {
        command = command.find_subcommand(name).unwrap_or(command);
        chosen = within.subcommand();
    }
    set_options(command.get_arguments().filter_map(|argument| argument.get_long()).map(str::to_owned).collect());
    Cli::from_arg_matches(&matches).map_err(|error| error.format(&mut own))
}

/// Help goes where it was asked for; a wrong usage is an error like any other.
fn usage(error: &clap::Error) -> ExitCode {
    if !error.use_stderr() {
        return output::answer_lines(&error.to_string())
            .map_or_else(
                |failure| {
                    failure.report();
                    failure.exit()
                },
                |()| Exit::Yes,
            )
            .into();
    }
    let words = error.to_string();
    match words.strip_prefix("error: ") {
        Some(words) => say_lines(&format!("error[cli-usage]: {}", words.trim_end())),
        None => say_lines(words.trim_end()),
    }
    Exit::Unusable.into()
}

/// The same error, each argument that it quotes in one line. Nothing that the tool takes is written after `--`.
fn one_line(mut error: clap::Error) -> clap::Error {
    if let Some(ContextValue::StyledStrs(mut tips)) = error.remove(ContextKind::Suggested) {
        tips.retain(|tip| !tip.to_string().contains(" as a value, use "));
        if !tips.is_empty() {
            error.insert(ContextKind::Suggested, ContextValue::StyledStrs(tips));
        }
    }
    let quoted: Vec<_> = error
        .context()
        .filter_map(|(kind, value)| match value {
            ContextValue::String(text) => Some((kind, ContextValue::String(shown(text).into_owned()))),
            ContextValue::Strings(texts) => {
                Some((kind, ContextValue::Strings(texts.iter().map(|text| shown(text).into_owned()).collect())))
            }
            _ => None,
        })
        .collect();
    for (kind, value) in quoted {
        error.insert(kind, value);
    }
    error
}
