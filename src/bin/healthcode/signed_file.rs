//! Making signed files.

use std::path::Path;

use healthcode::issuing;
use healthcode::trust::{Body, Header, Kind, SecretKey, Unverified};

use crate::exit::Exit;
use crate::failure::{CliError, Failure};
use crate::files;
use crate::format::{grouped, local};
use crate::terminal::say;

/// The bytes of a file that these keys sign.
///
/// # Errors
/// If no phone could ever use it, or anything after it: it has the last version, is not sound, is about places outside its own, or is valid for too long or never.
pub(crate) fn signed<'k, T: Body>(
    header: &Header,
    body: &T,
    keys: impl IntoIterator<Item = &'k SecretKey>,
) -> Result<Vec<u8>, Failure> {
    check_version(T::KIND, header.version)?;
    Ok(issuing::signed(header, body, keys)?)
}

/// Refuses a version that none can follow: phones would be left with that file for good.
pub(crate) const fn check_version(kind: Kind, version: u32) -> Result<(), CliError> {
    if version == u32::MAX { Err(CliError::NoVersionAfter { kind, version }) } else { Ok(()) }
}

/// Signs and writes a file, and says what it is.
pub(crate) fn write<T: Body>(header: &Header, body: &T, keys: &[SecretKey], out: &Path) -> Result<Exit, Failure> {
    let bytes = signed(header, body, keys)?;
    files::write_signed(out, &bytes)?;
    summarize(out, &bytes, header, body)?;
    Ok(Exit::Yes)
}

/// Says what was written, and what it lacks.
pub(crate) fn summarize<T: Body>(path: &Path, bytes: &[u8], header: &Header, body: &T) -> Result<(), Failure> {
    let envelope = Unverified::parse(bytes)?;
    let signers: Vec<String> = envelope.signers().flatten().map(|id| id.to_string()).collect();
    let place = header.place.map_or_else(|| "everywhere".to_owned(), |place| format!("place {place}"));
    let Header { version, issued, expires, .. } = header;
    let (path, bytes) = (path.display(), grouped(bytes.len()));
    say(format_args!("wrote {path}: {} version {version} for {place}, {bytes} bytes", T::KIND));
    say(format_args!("  issued {}, expires {}", local(*issued), local(*expires)));
    say(format_args!("  signed by {}", signers.join(", ")));
    let line = body.line(header);
    if line.emergency {
        say(format_args!(
            "  in the emergency lane: it takes precedence over the others until {}, then they apply again",
            local(*expires)
        ));
    }
    if let Some(from) = line.from {
        say(format_args!("  announced: nothing changes until {}, when it takes over", local(from)));
    }
    if let Some(roots) = body.own_roots() {
        let by: Vec<_> = envelope.signers().flatten().collect();
        let signed = roots.keys.iter().filter(|root| by.contains(&root.id())).count();
        let (needed, all) = (usize::from(roots.signers), roots.keys.len());
        if signed < needed {
            say(format_args!(
                "  {signed} of the roots that it names have signed it, and {needed} of these {all} must; add the next with \
                 `healthcode countersign`"
            ));
        }
        for other in by.iter().filter(|id| roots.keys.iter().all(|root| root.id() != **id)) {
            say(format_args!("  key {other} is none of them: it counts for phones whose list names it as a root"));
        }
    }
    let needed = usize::from(body.least_signers());
    if signers.len() < needed {
        say(format_args!(
            "  it needs {needed} different signers and has {}; add the next with `healthcode countersign`",
            signers.len()
        ));
    }
    Ok(())
}
