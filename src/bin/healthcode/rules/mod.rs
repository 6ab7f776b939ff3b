//! `rules`: packs as their authors write them.

mod check;
mod diff;
mod evaluate_lines;
mod explain;
mod fmt;
mod packs;
mod people;
mod simulate;
mod test;
mod version;

use clap::Subcommand;
use healthcode::authoring::schema::schema;

use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::answer_lines;

#[derive(Subcommand)]
pub(crate) enum Command {
    Check(check::Check),
    Test(test::Test),
    Explain(explain::Explain),
    Diff(diff::Diff),
    Fmt(fmt::Fmt),
    Simulate(simulate::Simulate),
    People(people::People),
    /// Print the JSON Schema of packs, for editors
    Schema,
    Eval(evaluate_lines::Eval),
}

impl Command {
    pub(crate) fn run(self) -> Result<Exit, Failure> {
        match self {
            Self::Check(command) => command.run(),
            Self::Test(command) => command.run(),
            Self::Explain(command) => command.run(),
            Self::Diff(command) => command.run(),
            Self::Fmt(command) => command.run(),
            Self::Simulate(command) => command.run(),
            Self::People(command) => command.run(),
            Self::Schema => answer_lines(&schema()).map(|()| Exit::Yes),
            Self::Eval(command) => command.run(),
        }
    }
}
