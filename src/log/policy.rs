//! Policies (C2SP tlog-policy): which logs count, and how many witnesses of which must have cosigned.

use super::LogError;
use super::head::TreeHead;
use super::note::{NoteKey, SignedNote, Signs};
use crate::calendar::Time;
use crate::limits::{LOG_AHEAD_SECONDS, POLICY_BYTES, POLICY_ITEMS};
#[cfg(feature = "log-keeping")]
use crate::trust::{LogKey, LogPolicy};

/// A log or a witness of a policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    /// Its key.
    pub key: NoteKey,
    /// Where it is, if the policy says.
    pub url: Option<String>,
}

/// What has to have cosigned: a witness, or so many of what stands before.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Witness(usize),
    Group { needed: usize, members: Vec<usize> },
}

/// A policy.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Policy {
    /// The logs, of which any will do.
    pub logs: Vec<Known>,
    /// The witnesses.
    pub witnesses: Vec<Known>,
    parts: Vec<Part>,
    quorum: Option<usize>,
}

impl Policy {
    /// Reads a policy. It is text here: what is no UTF-8 in it could only be a name or a comment.
    ///
    /// # Errors
    /// [`LogError`] for the first line that is wrong.
    pub fn parse(text: &str) -> Result<Self, LogError> {
        if text.len() > POLICY_BYTES {
            return Err(LogError::PolicyLong);
        }
        let mut reading = Reading::default();
        for (index, line) in text.split('\n').enumerate() {
            reading.line(line, index + 1)?;
        }
        let quorum = reading.quorum.ok_or(LogError::PolicyQuorum)?;
        Ok(Self { quorum, ..reading.policy })
    }

    /// The same as a trust list asks it of phones: of one log, and so many of some witnesses. Others are not for phones.
    #[cfg(feature = "log-keeping")]
    #[must_use]
    pub fn of_phones(&self) -> Option<LogPolicy> {
        let [log] = &*self.logs else { return None };
        let witness = |part: &Part| match part {
            Part::Witness(index) => {
                let key = &self.witnesses.get(*index)?.key;
                Some(LogKey { name: key.name().to_owned(), key: *key.key() })
            }
            Part::Group { .. } => None,
        };
        let (witnesses, needed) = match self.quorum {
            None => (Vec::new(), 0),
            Some(quorum) => match self.parts.get(quorum)? {
                Part::Group { needed, members } => {
                    let members = members.iter().map(|member| witness(self.parts.get(*member)?));
                    (members.collect::<Option<Vec<_>>>()?, u8::try_from(*needed).ok()?)
                }
                alone @ Part::Witness(_) => (vec![witness(alone)?], 1),
            },
        };
        let log = LogKey { name: log.key.name().to_owned(), key: *log.key.key() };
        let keys = core::iter::once(log).chain(witnesses).collect();
        Some(LogPolicy { keys, needed, further: None }).filter(LogPolicy::is_sound)
    }

    /// Whether it asks for no cosignatures at all.
    #[must_use]
    pub const fn is_without_witnesses(&self) -> bool {
        self.quorum.is_none()
    }

    /// What a note says that meets the policy now, and the earliest second, since 1970, in which a witness saw it.
    ///
    /// # Errors
    /// [`LogError`] for what it lacks. Whichever key of the policy a signature names, it must match.
    pub fn check(&self, note: &SignedNote, now: Time) -> Result<(TreeHead, Option<u64>), LogError> {
        let head = TreeHead::of(note)?;
        let mut signed = false;
        for log in self.logs.iter().filter(|log| log.key.name() == head.origin) {
            signed |= note.signed_by(&log.key)?.is_some();
        }
        if !signed {
            return Err(LogError::OtherLog);
        }
        let seen = self.cosigned(note, now)?;
        if self.is_met(&seen.iter().map(Option::is_some).collect::<Vec<_>>()) {
            return Ok((head, seen.into_iter().flatten().min()));
        }
        // What has been signed at a time that has not come does not count; it is said where it would have made the difference.
        let all: Vec<bool> = self.witnesses.iter().map(|witness| note.by(&witness.key).is_some()).collect();
        Err(match seen.iter().flatten().count() {
            _ if self.is_met(&all) => LogError::Ahead,
            found => LogError::TooFewWitnesses { found },
        })
    }

    /// Of each witness the second, since 1970, in which it has cosigned a note, if that has come.
    ///
    /// # Errors
    /// [`LogError::BadSignature`] for a cosignature that does not match.
    pub(super) fn cosigned(&self, note: &SignedNote, now: Time) -> Result<Vec<Option<u64>>, LogError> {
        let latest = u64::try_from(now.unix().saturating_add(LOG_AHEAD_SECONDS)).unwrap_or(0);
        let by = |witness: &Known| Ok(note.signed_by(&witness.key)?.filter(|time| *time <= latest));
        self.witnesses.iter().map(by).collect()
    }

    /// Whether those who have cosigned, witness by witness, are enough.
    #[must_use]
    pub fn is_met(&self, cosigned: &[bool]) -> bool {
        // Every part stands after those that it is made of.
        let mut met: Vec<bool> = Vec::new();
        for part in &self.parts {
            let is_met = |index: &usize| met.get(*index).is_some_and(|met| *met);
            let part = match part {
                Part::Witness(index) => cosigned.get(*index).is_some_and(|cosigned| *cosigned),
                Part::Group { needed, members } => members.iter().filter(|member| is_met(member)).count() >= *needed,
            };
            met.push(part);
        }
        self.quorum.is_none_or(|quorum| met.get(quorum).is_some_and(|met| *met))
    }
}

/// A policy of which some lines are read.
#[derive(Default)]
struct Reading {
    policy: Policy,
    /// The names of the parts, and which of them a group has as its own.
    names: Vec<(String, bool)>,
    groups: usize,
    quorum: Option<Option<usize>>,
}

impl Reading {
    fn line(&mut self, line: &str, number: usize) -> Result<(), LogError> {
        let wrong = LogError::PolicyLine { line: number };
        if line.chars().any(|c| c.is_control() && c != '\t') {
            return Err(wrong);
        }
        let words: Vec<&str> = line.split([' ', '\t']).filter(|word| !word.is_empty()).collect();
        match *words {
            [] => Ok(()),
            [first, ..] if first.starts_with('#') => Ok(()),
            ["log", key] => self.log(key, None, number),
            ["log", key, url] => self.log(key, Some(url), number),
            ["witness", name, key] => self.witness(name, key, None, number),
            ["witness", name, key, url] => self.witness(name, key, Some(url), number),
            ["group", name, needed, ref members @ ..] if !members.is_empty() => {
                let needed = match needed {
                    "any" => 1,
                    "all" => members.len(),
                    other => other.parse().map_err(|_| wrong.clone())?,
                };
                if !(1..=members.len()).contains(&needed) {
                    return Err(wrong);
                }
                self.groups += 1;
                let members = members.iter().map(|member| self.take(member, number)).collect::<Result<_, _>>()?;
                self.define(name, Part::Group { needed, members }, number)
            }
            ["quorum", name] if self.quorum.is_none() => {
                self.quorum = Some(if name == "none" { None } else { Some(self.find(name, number)?) });
                Ok(())
            }
            ["quorum", _] => Err(LogError::PolicyQuorum),
            _ => Err(wrong),
        }
    }

    fn log(&mut self, key: &str, url: Option<&str>, line: usize) -> Result<(), LogError> {
        let known = known(&self.policy.logs, Signs::Text, key, url, line)?;
        self.policy.logs.push(known);
        Ok(())
    }

    fn witness(&mut self, name: &str, key: &str, url: Option<&str>, line: usize) -> Result<(), LogError> {
        let known = known(&self.policy.witnesses, Signs::Witnessed, key, url, line)?;
        self.policy.witnesses.push(known);
        self.define(name, Part::Witness(self.policy.witnesses.len() - 1), line)
    }

    fn define(&mut self, name: &str, part: Part, line: usize) -> Result<(), LogError> {
        if name == "none" || self.names.iter().any(|(other, _)| other == name) {
            return Err(LogError::PolicyName { line });
        }
        if self.groups > POLICY_ITEMS {
            return Err(LogError::PolicyLong);
        }
        self.names.push((name.to_owned(), false));
        self.policy.parts.push(part);
        Ok(())
    }

    fn find(&self, name: &str, line: usize) -> Result<usize, LogError> {
        self.names.iter().position(|(other, _)| other == name).ok_or(LogError::PolicyName { line })
    }

    /// A member of a group, which none had before: each witness counts in one way.
    fn take(&mut self, name: &str, line: usize) -> Result<usize, LogError> {
        let index = self.find(name, line)?;
        match self.names.get_mut(index) {
            Some((_, taken @ false)) => *taken = true,
            _ => return Err(LogError::PolicyName { line }),
        }
        Ok(index)
    }
}

/// A key that is not among the others yet.
fn known(others: &[Known], signs: Signs, key: &str, url: Option<&str>, line: usize) -> Result<Known, LogError> {
    let key = NoteKey::parse(key)?;
    if key.signs() != signs {
        return Err(LogError::PolicyLine { line });
    }
    if others.iter().any(|other| other.key.key() == key.key()) {
        return Err(LogError::PolicyName { line });
    }
    if others.len() >= POLICY_ITEMS {
        Err(LogError::PolicyLong)
    } else {
        Ok(Known { key, url: url.map(str::to_owned) })
    }
}
