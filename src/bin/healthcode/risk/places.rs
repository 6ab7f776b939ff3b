//! The places that the tool knows, and those of files that are given to it.

use std::path::PathBuf;

use clap::Args;
use healthcode::authoring::divisions::{Divisions, LineError};

use crate::failure::{CliError, Failure, InFile, unmarked};
use crate::files;

/// Bytes of a file with places: all communities of the country take thirty million.
const PLACES_BYTES: usize = 64 << 20;

/// Files with places.
#[derive(Args)]
pub(super) struct Places {
    /// Places below the county, or newer than those that the tool knows: CSV with the columns code, name, from and until; may be
    /// given several times
    #[arg(long, value_name = "FILE")]
    places: Vec<PathBuf>,
}

impl Places {
    /// The places that the tool knows, and those of the files.
    pub(super) fn divisions(&self) -> Result<Divisions, Failure> {
        let mut divisions = Divisions::known().clone();
        for path in &self.places {
            let bytes = files::read_within(path, PLACES_BYTES)?;
            let text = String::from_utf8(bytes).map_err(|_| CliError::NotText).in_file(path)?;
            let fault = |fault: LineError| CliError::CsvLine {
                line: u64::try_from(fault.line).unwrap_or(u64::MAX),
                problem: fault.problem.to_owned(),
            };
            divisions = divisions.with(unmarked(&text)).map_err(fault).in_file(path)?;
        }
        Ok(divisions)
    }
}
