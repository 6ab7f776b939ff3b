//! Values in TOML.

use std::path::Path;

use serde::de::DeserializeOwned;

use crate::failure::{CliError, Failure, Fault, InFile, Spot};
use crate::files;

/// A value in TOML.
pub(crate) fn read_toml<T: DeserializeOwned>(path: &Path) -> Result<T, Failure> {
    let text = files::read_text(path)?;
    let fault = |error: toml::de::Error| {
        let what = CliError::Toml(error.message().to_owned());
        match error.span() {
            Some(span) => Fault::at(Spot::new(&text.as_str().into(), span), what),
            None => what.into(),
        }
    };
    toml::from_str(&text).map_err(fault).in_file(path)
}
