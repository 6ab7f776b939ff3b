//! A changed pack has a higher version.

use std::path::Path;

use healthcode::authoring::diff::diff;
use healthcode::authoring::source::PackSource;

use crate::failure::{CliError, Failure, InFile};

/// Refuses a pack whose content differs from the old one's and whose version is not higher: phones that have the old one
/// would not replace it.
pub(super) fn newer(old: &PackSource, new: &PackSource, path: &Path) -> Result<(), Failure> {
    let (was, is) = (old.pack.version, new.pack.version);
    // The two lanes count by themselves.
    let compared = old.pack.id == new.pack.id && old.pack.lane == new.pack.lane;
    if compared && is <= was && !diff(old, new).is_empty() {
        return Err(CliError::VersionNotHigher { id: new.pack.id.clone(), old: was, new: is }).in_file(path);
    }
    Ok(())
}
