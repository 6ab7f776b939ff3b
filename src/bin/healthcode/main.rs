//! The command-line tool.

mod eval;

use clap::{Parser, Subcommand};
use std::io;
use std::process::ExitCode;

/// Signs, checks and runs what health codes are made of.
#[derive(Parser)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Works on rules.
    #[command(subcommand)]
    Rules(Rules),
}

#[derive(Subcommand)]
enum Rules {
    /// Evaluates expressions over data.
    Eval {
        /// Reads `{"logic": …, "data": …}` or `{"text": …, "data": …}`, one a line, from standard input.
        #[arg(long, required = true)]
        lines: bool,
    },
}

fn main() -> ExitCode {
    let Cli { command: Command::Rules(Rules::Eval { lines: _ }) } = Cli::parse();
    match eval::run(io::stdin().lock(), io::BufWriter::new(io::stdout().lock())) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}
