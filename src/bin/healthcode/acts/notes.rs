//! What a record says besides what restricts: tests, vaccinations and exemptions. One officer notes it, since it restricts nobody.

use healthcode::calendar::{Span, Time};
use healthcode::facts::TestResult;
use healthcode::limits::PACK_ID_BYTES;
use healthcode::place::Place;
use healthcode::unseen::is_seen;
use serde::{Deserialize, Serialize};

use super::id::Person;
use super::rows::{LONGEST, ROWS, RowError};

/// What is noted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Noted {
    /// Tests: kind, when the sample was taken, result, by whom.
    Tests,
    /// Vaccinations: product, doses, when the last one was given.
    Vaccinations,
    /// Exemptions: name, until when.
    Exemptions,
}

impl Noted {
    /// What it is called.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Tests => "tests",
            Self::Vaccinations => "vaccinations",
            Self::Exemptions => "exemptions",
        }
    }
}

/// One of them, of a person.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct Note {
    /// Who.
    pub(crate) person: Person,
    /// Where they live.
    pub(crate) district: Place,
    /// The kind of test, the product, or why they are exempt.
    pub(crate) name: String,
    /// When the sample was taken, the last dose was given, or the exemption ends.
    pub(crate) at: Time,
    /// Of a test.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) result: Option<TestResult>,
    /// Of a vaccination.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) doses: Option<u8>,
    /// Who has tested.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) by: Option<String>,
}

/// Whether rules can ask for something under this name.
pub(crate) fn is_name(name: &str) -> bool {
    let plain = name.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_' | b'-'));
    plain && name.len() <= PACK_ID_BYTES && name.starts_with(|c: char| c.is_ascii_lowercase())
}

/// Whether somebody who tests may be called so.
pub(crate) fn is_tester(by: &str) -> bool {
    (1..=120).contains(&by.len()) && is_seen(by) && by.trim() == by
}

/// Reads a list of notes. What stands in one that is wrong is not said.
pub(crate) fn read(what: Noted, body: &[u8], now: Time) -> Result<Vec<Note>, RowError> {
    let notes: Vec<Note> = serde_json::from_slice(body).map_err(|_| RowError::Columns)?;
    if notes.is_empty() {
        return Err(RowError::None);
    }
    if notes.len() > ROWS {
        return Err(RowError::TooMany);
    }
    for (line, note) in (1..).zip(&notes) {
        let wrong = |column, expected| Err(RowError::Field { line, column, expected });
        if !is_name(&note.name) {
            return wrong("name", "a name as ids are");
        }
        let ahead = note.at.since(now) > Span::days(1);
        match (what, note.result, note.doses) {
            (Noted::Tests, Some(TestResult::Positive), None) => {
                return wrong(
                    "result",
                    "negative: what a positive test restricts has a status, on a ground, by two officers",
                );
            }
            (Noted::Tests, Some(TestResult::Negative), None) | (Noted::Vaccinations, None, Some(1..)) if ahead => {
                return wrong("at", "a time that has come");
            }
            (Noted::Tests, Some(TestResult::Negative), None) | (Noted::Vaccinations, None, Some(1..)) => {}
            (Noted::Exemptions, None, None) if note.at.since(now) > LONGEST => return Err(RowError::Life { line }),
            (Noted::Exemptions, None, None) => {}
            _ => return Err(RowError::Fields { line }),
        }
        if !note.by.as_deref().is_none_or(|by| what == Noted::Tests && is_tester(by)) {
            return wrong("by", "who has tested");
        }
    }
    Ok(notes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use healthcode::trust::Digest;

    #[test]
    fn what_restricts_or_means_nothing_is_not_noted() {
        let now = Time::from_unix(1_600_000_000);
        let note = Note {
            person: Person::of(Digest::of(b"")),
            district: Place::parse("330106").unwrap(),
            name: "nucleic-acid".into(),
            at: now,
            result: Some(TestResult::Negative),
            doses: None,
            by: Some("实验室".into()),
        };
        let read_one =
            |what, note: Note| read(what, &serde_json::to_vec(&[note]).unwrap(), now).map(|notes| notes.len());
        assert_eq!(read_one(Noted::Tests, note.clone()), Ok(1));
        let refused: [(Noted, Note); 8] = [
            (Noted::Tests, Note { result: Some(TestResult::Positive), ..note.clone() }),
            (Noted::Tests, Note { at: now.plus(Span::days(2)), ..note.clone() }),
            (Noted::Tests, Note { name: "PCR test".into(), ..note.clone() }),
            (Noted::Tests, Note { by: Some("\u{202e}".into()), ..note.clone() }),
            (Noted::Vaccinations, note.clone()),
            (Noted::Exemptions, note.clone()),
            (Noted::Vaccinations, Note { result: None, doses: Some(0), by: None, ..note.clone() }),
            (Noted::Exemptions, Note { result: None, by: None, at: now.plus(Span::days(367)), ..note.clone() }),
        ];
        for (what, note) in refused {
            assert!(read_one(what, note).is_err(), "{what:?}");
        }
        assert_eq!(read(Noted::Tests, b"[]", now).err(), Some(RowError::None));
        assert_eq!(read(Noted::Tests, b"330106", now).err(), Some(RowError::Columns));
    }
}
