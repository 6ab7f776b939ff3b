//! `rules people`: synthetic people, one JSON object a line.

use std::io::{self, BufWriter, Write};
use std::path::PathBuf;

use clap::Args;
use healthcode::authoring::people::{MARGINALS, People as Population};

use crate::args::now::Now;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::input::marginals::with_marginals;
use crate::input::pack::load;
use crate::input::risk_rows::read_rows;
use crate::output::{json_line, output_error};
use crate::values::number;

/// Print synthetic people to try rules on, as one JSON object of facts per line
///
/// The same seed gives the same people. They answer the questions of the pack.
#[derive(Args)]
#[command(after_long_help = MARGINALS)]
pub(crate) struct People {
    /// The pack whose questions they answer, in TOML
    #[arg(long, value_name = "PACK.toml")]
    pack: PathBuf,
    /// Risk rows in CSV: places that people may have been to
    #[arg(long, value_name = "FILE.csv")]
    risk: Option<PathBuf>,
    /// How often they answer what and have what, in TOML, where that is not as below
    #[arg(long, value_name = "FILE.toml")]
    marginals: Option<PathBuf>,
    /// How many people
    #[arg(long, value_name = "NUMBER", value_parser = number::<u64>, allow_negative_numbers = true)]
    count: u64,
    /// The seed
    #[arg(long, value_name = "NUMBER", default_value_t = 1, value_parser = number::<u64>, allow_negative_numbers = true)]
    seed: u64,
    #[command(flatten)]
    now: Now,
}

impl People {
    pub(crate) fn run(self) -> Result<Exit, Failure> {
        let pack = load(&self.pack)?;
        let rows = self.risk.as_deref().map(read_rows).transpose()?.unwrap_or_default();
        let people = Population::new(&pack, &[], &rows, self.now.now.now(), self.seed);
        let people = match &self.marginals {
            Some(path) => with_marginals(people, path)?,
            None => people,
        };
        let mut output = BufWriter::new(io::stdout().lock());
        for number in 0..self.count {
            json_line(&mut output, &people.person(number)).map_err(output_error)?;
        }
        output.flush().map_err(output_error)?;
        Ok(Exit::Yes)
    }
}
