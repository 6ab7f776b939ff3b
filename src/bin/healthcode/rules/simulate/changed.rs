//! Who has another colour by the new pack, person by person.

use std::path::Path;
use std::sync::{Mutex, PoisonError};

use healthcode::colour::Colour;
use serde::Serialize;

use super::tally::decisive;
use crate::bulk::{AsRow, Entry, Form, Ids, Output, Part, Shown};
use crate::failure::Failure;
use crate::input::person::Id;
use healthcode::rules::evaluate::Decision;

/// The columns of a table of them.
const COLUMNS: &[(&str, Shown)] = &[("from", Shown::Text), ("to", Shown::Text), ("by", Shown::Texts)];

/// Somebody whose colour changes.
#[derive(Serialize)]
struct Change {
    /// The number of their line or row, or of the person that was made up.
    number: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<Id>,
    from: Colour,
    to: Colour,
    /// The rules and causes that changed it.
    by: Vec<String>,
}

impl AsRow for Change {
    fn id(&self) -> Option<&Id> {
        self.id.as_ref()
    }

    fn entries<'a>(&'a self, _: &'a str) -> Vec<Entry<'a>> {
        let by = self.by.iter().map(String::as_str).collect();
        vec![Entry::Text(self.from.name()), Entry::Text(self.to.name()), Entry::Texts(by)]
    }
}

/// A file of them, which every thread writes to.
pub(super) struct ChangedPeople {
    form: Form,
    written: Mutex<(Output, Option<Failure>)>,
}

impl ChangedPeople {
    pub(super) fn open(path: &Path, ids: Ids) -> Result<Self, Failure> {
        let (output, form) = Output::open(Some(path), COLUMNS, ids)?;
        Ok(Self { form, written: Mutex::new((output, None)) })
    }

    pub(super) fn part(&self) -> Part {
        self.form.part()
    }

    /// Adds a person to a part if their colour changes.
    pub(super) fn add(
        part: &mut Part,
        number: u64,
        id: Option<Id>,
        old: &Decision,
        new: &Decision,
    ) -> Result<(), Failure> {
        if old.colour == new.colour {
            return Ok(());
        }
        let mut by = Vec::new();
        decisive(old, new, |name| by.push(name.to_owned()));
        part.answer(number, &Change { number, id, from: old.colour, to: new.colour, by })
    }

    /// Writes a part. What cannot be written is said in the end.
    pub(super) fn write(&self, part: Part) {
        let mut written = self.written.lock().unwrap_or_else(PoisonError::into_inner);
        let (output, failure) = &mut *written;
        if failure.is_none() {
            *failure = output.write(part).err();
        }
    }

    /// Ends the file, or leaves none if anything failed.
    pub(super) fn finish(self, all: Result<(), Failure>) -> Result<(), Failure> {
        let (mut output, failure) = self.written.into_inner().unwrap_or_else(PoisonError::into_inner);
        let finished = all.and(failure.map_or(Ok(()), Err)).and_then(|()| output.finish());
        finished.inspect_err(|_| output.abandon())
    }
}
