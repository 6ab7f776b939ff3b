//! The marginals of synthetic people.

use std::path::Path;

use healthcode::authoring::people::{Marginals, People};
use healthcode::authoring::source_map::SourceMap;

use crate::failure::{CliError, Failure, Fault, InFile, Spot};
use crate::files;
use crate::input::toml::read_toml;

/// The same people with the marginals of a file.
pub(crate) fn with_marginals(people: People, path: &Path) -> Result<People, Failure> {
    let marginals: Marginals = read_toml(path, "rules/README.md shows what marginals look like")?;
    people
        .with(&marginals)
        .map_err(|error| {
            let fault = |text: &str| {
                let span = SourceMap::of(text).map(|spans| spans.keyed(&error.at));
                let what = CliError::Marginals(error.clone());
                match span {
                    Some(span) => Fault::at(Spot::new(&text.into(), span), what),
                    None => what.into(),
                }
            };
            files::read_text(path).map_or_else(|_| fault("").into(), |text| Failure::from(fault(&text)))
        })
        .in_file(path)
}
