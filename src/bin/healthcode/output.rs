//! Answers, to standard output, for programs.

use std::fmt;
use std::io::{self, Write};

use serde::Serialize;

use crate::failure::{CliError, Failure};

/// Writes one line of the answer.
pub(crate) fn answer(line: impl fmt::Display) -> Result<(), Failure> {
    writeln!(io::stdout().lock(), "{line}").map_err(output_error)
}

/// Writes the answer as JSON, indented.
pub(crate) fn answer_json(value: &impl Serialize) -> Result<(), Failure> {
    let mut output = io::stdout().lock();
    serde_json::to_writer_pretty(&mut output, value).map_err(|error| output_error(error.into()))?;
    writeln!(output).map_err(output_error)
}

/// Why standard output took nothing.
pub(crate) fn output_error(error: io::Error) -> Failure {
    if error.kind() == io::ErrorKind::BrokenPipe { Failure::ClosedOutput } else { CliError::Unwritable(error).into() }
}

/// Writes these bytes.
pub(crate) fn write(bytes: &[u8]) -> Result<(), Failure> {
    let mut output = io::stdout().lock();
    output.write_all(bytes).and_then(|()| output.flush()).map_err(output_error)
}
