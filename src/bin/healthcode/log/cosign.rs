//! Asking witnesses (C2SP tlog-witness): before a log signs, whether they know more of it; afterwards, to cosign.

use std::thread;

use healthcode::calendar::Time;
use healthcode::limits::{LOG_AHEAD_SECONDS, NOTE_BYTES, NOTE_SIGNATURES};
use healthcode::log::policy::Known;
use healthcode::log::tiles::Tree;
use healthcode::log::witness::Request;
use healthcode::log::{LogError, Policy, SignedNote, TreeHead};

use super::place::Place;
use crate::failure::{Failure, LogFault};
use crate::fetch::{Answer, Client};
use crate::terminal::say;

/// Why a witness has not cosigned.
enum Refused {
    /// It has cosigned what is not in this folder.
    OtherHistory(String),
    /// Anything else.
    Other(String),
}

/// Refuses where so many witnesses have cosigned what this tree is not, or not yet, that the policy cannot be met without them:
/// whatever is signed on top of it is a second history. Fewer may as well lie.
pub(super) fn not_behind(note: &SignedNote, size: u64, policy: &Policy) -> Result<(), Failure> {
    let asked = ask_all(policy, |_, client, url| {
        let Some(url) = url else { return Ok(()) };
        let request = Request { old: size, path: Vec::new(), note: note.clone() };
        let Answer { status, body } = client.post(url, &request.to_string(), NOTE_BYTES).map_err(failed)?;
        if status == 409 { Err(conflict(&body, size)) } else { Ok(()) }
    });
    // Who does not answer now is asked again, and said then.
    other_history(policy, asked.iter().filter_map(|(witness, asked)| Some((*witness, asked.as_ref().err()?))))
}

/// Adds the cosignatures of the policy's witnesses: those that were there before, and of those that have an address. Whoever does
/// not answer, or refuses, or signs at a time that has not come, is said and left out: the policy says how many it takes.
pub(super) fn gather(
    note: &mut SignedNote,
    before: Option<&SignedNote>,
    place: &Place,
    policy: &Policy,
    now: Time,
) -> Result<(), Failure> {
    let size = TreeHead::of(note)?.size;
    let latest = u64::try_from(now.unix().saturating_add(LOG_AHEAD_SECONDS)).unwrap_or(0);
    let asked = {
        let note = &*note;
        ask_all(policy, |witness, client, url| {
            let signed = |note: &SignedNote| note.signed_by(&witness.key).ok().flatten();
            if let Some(before) = before.filter(|before| signed(before).is_some_and(|time| time <= latest)) {
                return Ok(before.by(&witness.key).cloned());
            }
            let Some(url) = url else { return Ok(None) };
            let (cosigned, time) = ask(client, url, note, &mut Tree::new(place, size), witness)?;
            if time <= latest {
                Ok(cosigned.by(&witness.key).cloned())
            } else {
                Err(Refused::Other("its clock is ahead of this one: what it has signed is left out".into()))
            }
        })
    };
    let mut refused = Vec::new();
    for (witness, answer) in asked {
        match answer {
            Ok(signature) => note.signatures.extend(signature.filter(|_| note.signatures.len() < NOTE_SIGNATURES)),
            Err(problem) => {
                let (Refused::Other(said) | Refused::OtherHistory(said)) = &problem;
                say(format_args!("warning: {}: {said}", witness.key.name()));
                refused.push((witness, problem));
            }
        }
    }
    if let Err(error @ LogError::TooFewWitnesses { .. }) = policy.check(note, now) {
        other_history(policy, refused.iter().map(|(witness, problem)| (*witness, problem)))?;
        return Err(error.into());
    }
    Ok(())
}

/// Refuses if the policy cannot be met without those that say they have cosigned another history.
fn other_history<'a>(policy: &Policy, refused: impl Iterator<Item = (&'a Known, &'a Refused)>) -> Result<(), Failure> {
    let known: Vec<_> = refused
        .filter_map(|(witness, problem)| match problem {
            Refused::OtherHistory(known) => Some((&witness.key, format!("{} {known}", witness.key.name()))),
            Refused::Other(_) => None,
        })
        .collect();
    let others: Vec<bool> =
        policy.witnesses.iter().map(|witness| known.iter().all(|(key, _)| **key != witness.key)).collect();
    if policy.is_met(&others) {
        return Ok(());
    }
    let known: Vec<_> = known.into_iter().map(|(_, known)| known).collect();
    Err(LogFault::OtherHistory { known: known.join("; ") }.into())
}

/// Asks all witnesses of a policy at once, at their addresses if they have one: one that is slow costs no more than its own answer.
fn ask_all<'a, T: Send>(
    policy: &'a Policy,
    ask: impl Fn(&'a Known, &Client, Option<&str>) -> Result<T, Refused> + Sync,
) -> Vec<(&'a Known, Result<T, Refused>)> {
    let client = Client::new();
    thread::scope(|scope| {
        let asked: Vec<_> = policy
            .witnesses
            .iter()
            .map(|witness| {
                let (ask, client) = (&ask, &client);
                let url = witness.url.as_ref().map(|url| format!("{}/add-checkpoint", url.trim_end_matches('/')));
                (witness, scope.spawn(move || ask(witness, client, url.as_deref())))
            })
            .collect();
        let stopped = || Err(Refused::Other("was not asked to the end".into()));
        asked.into_iter().map(|(witness, asked)| (witness, asked.join().unwrap_or_else(|_| stopped()))).collect()
    })
}

/// The note with what a witness has answered, which has cosigned it, and when.
fn ask(
    client: &Client,
    url: &str,
    note: &SignedNote,
    tree: &mut Tree<&Place>,
    witness: &Known,
) -> Result<(SignedNote, u64), Refused> {
    let other = |problem: &str| Err(Refused::Other(problem.to_owned()));
    // Which tree it has cosigned last, it says if it is not this one.
    let mut old = 0;
    for _ in 0..3 {
        let path = if old == 0 { Vec::new() } else { tree.consistency(old).map_err(failed)? };
        let request = Request { old, path, note: note.clone() };
        let Answer { status, body } = client.post(url, &request.to_string(), NOTE_BYTES).map_err(failed)?;
        match status {
            200 => {
                let body = String::from_utf8_lossy(&body).into_owned();
                let cosigned = SignedNote::parse(&format!("{}\n{body}", note.text()));
                let time = cosigned.and_then(|cosigned| Ok((cosigned.signed_by(&witness.key)?, cosigned)));
                return match time.map_err(|error| failed(error.into()))? {
                    (Some(time), cosigned) => Ok((cosigned, time)),
                    (None, _) => other("answered with another one's signature"),
                };
            }
            409 => match size_in(&body) {
                Some(size) if size != old && size <= tree.size() => old = size,
                _ => return Err(conflict(&body, tree.size())),
            },
            404 => return other("does not know this log"),
            422 => return Err(Refused::OtherHistory(another(old))),
            status => return other(&format!("refuses, with {status}")),
        }
    }
    other("does not say which tree it has cosigned")
}

/// What it means that a witness has cosigned another tree than the one of this size.
fn conflict(body: &[u8], size: u64) -> Refused {
    match size_in(body) {
        Some(known) if known > size => {
            Refused::OtherHistory(format!("has cosigned {known} entries of this log, and here are {size}"))
        }
        // It knows the log so far.
        Some(known) if known < size => Refused::Other(format!("has cosigned {known} entries so far")),
        Some(_) => Refused::OtherHistory(another(size)),
        None => Refused::Other("does not say which tree it has cosigned".into()),
    }
}

fn another(size: u64) -> String {
    format!("has cosigned {size} entries of this log, and others than are here")
}

fn size_in(body: &[u8]) -> Option<u64> {
    core::str::from_utf8(body).ok()?.strip_suffix('\n')?.parse().ok()
}

fn failed(failure: Failure) -> Refused {
    Refused::Other(failure.first().1)
}
