//! Asking witnesses to cosign (C2SP tlog-witness).

use healthcode::calendar::Time;
use healthcode::limits::NOTE_BYTES;
use healthcode::log::policy::Known;
use healthcode::log::tiles::Tree;
use healthcode::log::witness::Request;
use healthcode::log::{Policy, SignedNote};

use super::place::Place;
use crate::failure::{Failure, LogFault};
use crate::fetch::{Answer, Client};
use crate::terminal::say;

/// Adds the cosignatures of the policy's witnesses that have an address and have not cosigned yet. Whoever does not answer, or
/// refuses, is said and left out: the policy says how many it takes.
pub(super) fn gather(
    note: &mut SignedNote,
    tree: &mut Tree<&Place>,
    policy: &Policy,
    now: Time,
) -> Result<(), Failure> {
    let client = Client::new();
    for witness in &policy.witnesses {
        let Some(url) = witness.url.as_ref().filter(|_| note.by(&witness.key).is_none()) else { continue };
        let url = format!("{}/add-checkpoint", url.trim_end_matches('/'));
        match ask(&client, &url, note, tree, witness) {
            Ok(cosigned) => note.signatures.extend(cosigned.by(&witness.key).cloned()),
            Err(failure) => say(format_args!("warning: {}: {}", witness.key.name(), failure.first().1)),
        }
        if policy.check(note, now).is_err_and(|error| error == healthcode::log::LogError::Ahead) {
            say(format_args!("warning: {}: its clock is ahead of this one", witness.key.name()));
        }
    }
    Ok(())
}

/// The note with what a witness has answered, which has cosigned it.
fn ask(
    client: &Client,
    url: &str,
    note: &SignedNote,
    tree: &mut Tree<&Place>,
    witness: &Known,
) -> Result<SignedNote, Failure> {
    // Which tree it has cosigned last, it says if it is not this one.
    let mut old = 0;
    for _ in 0..3 {
        let path = if old == 0 { Vec::new() } else { tree.consistency(old)? };
        let request = Request { old, path, note: note.clone() };
        let Answer { status, body } = client.post(url, &request.to_string(), NOTE_BYTES)?;
        let body = String::from_utf8_lossy(&body).into_owned();
        match status {
            200 => {
                let cosigned = SignedNote::parse(&format!("{}\n{body}", note.text()))?;
                let counts = cosigned.signed_by(&witness.key)?.is_some();
                return if counts { Ok(cosigned) } else { Err(failed(url, "answered with another one's signature")) };
            }
            409 => match body.strip_suffix('\n').and_then(|size| size.parse::<u64>().ok()) {
                Some(size) if size != old && size <= tree.size() => old = size,
                Some(size) if size > tree.size() => {
                    return Err(failed(
                        url,
                        &format!(
                            "has cosigned {size} entries of this log, and here are {}: this folder is an old copy, and must not be signed",
                            tree.size()
                        ),
                    ));
                }
                _ => return Err(failed(url, "has cosigned another tree of this size: the log is split")),
            },
            404 => return Err(failed(url, "does not know this log")),
            status => return Err(failed(url, &format!("refuses, with {status}"))),
        }
    }
    Err(failed(url, "does not say which tree it has cosigned"))
}

fn failed(url: &str, problem: &str) -> Failure {
    LogFault::Fetch { url: url.to_owned(), problem: problem.to_owned() }.into()
}
