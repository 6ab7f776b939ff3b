//! `rules people`: synthetic people, one JSON object a line.

use std::path::PathBuf;

use clap::Args;
use healthcode::authoring::people::{MARGINALS, People as Population};

use crate::args::now::Now;
use crate::bulk::PeopleFile;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::input::marginals::with_marginals;
use crate::input::pack::load;
use crate::input::risk_rows::read_rows;
use crate::values::number;

/// Make synthetic people to try rules on, as one JSON object of facts per line or as Parquet
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
    /// A new file for them: Parquet with the columns `id`, their number, and `facts`, in JSON, if it ends in .parquet; else a line for
    /// each [default: lines on standard output]
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
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
        let mut output = PeopleFile::open(self.out.as_deref())?;
        for number in 0..self.count {
            output.write(number + 1, &people.person(number))?;
        }
        output.finish()?;
        Ok(Exit::Yes)
    }
}
