//! What all parts of the check share.

use super::fault::PackError;
use crate::calendar::{DAY, Span};
use crate::limits::{PACK_ID_BYTES, PACK_TEXT, WINDOW_DAYS};
use crate::rules::pack::Pack;

/// Walks a pack. On the phone `SAY` is false: nobody reads the messages there, so none are made or shipped, and what
/// only authors care about (texts, superfluous fields, the form of ids) is left to the check before signing.
pub(super) struct Check<'a, const SAY: bool> {
    pub(super) pack: &'a Pack,
    pub(super) found: Vec<PackError>,
    pub(super) sound: bool,
}

impl<const SAY: bool> Check<'_, SAY> {
    /// The place of a fault, in words.
    pub(super) fn at(&self, words: core::fmt::Arguments<'_>) -> String {
        if SAY { words.to_string() } else { String::new() }
    }

    pub(super) fn fault(&mut self, fault: impl FnOnce() -> PackError) {
        self.sound = false;
        if SAY {
            self.found.push(fault());
        }
    }

    pub(super) fn few(&mut self, at: &str, count: usize, limit: usize) {
        if count > limit {
            self.fault(|| PackError::TooMany { at: at.into(), limit });
        }
    }

    pub(super) fn unique<'i>(&mut self, what: &str, ids: impl Iterator<Item = &'i str>, read_by_rules: bool) {
        // There are at most a few hundred of each: comparing all pairs is fast and needs less code than a set.
        let mut seen: Vec<&str> = Vec::new();
        for id in ids {
            let at = self.at(format_args!("{what} {id}"));
            // A condition could not read a name with a dash.
            if read_by_rules && id.contains('-') {
                self.fault(|| PackError::Id { at: at.clone() });
            }
            self.id(id, &at);
            if seen.contains(&id) {
                self.fault(|| PackError::DuplicateId { at });
            }
            seen.push(id);
        }
    }

    pub(super) fn id(&mut self, id: &str, at: &str) {
        if !SAY {
            return;
        }
        let plain = id.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'_' | b'-'));
        if !plain || id.len() > PACK_ID_BYTES || !id.starts_with(|c: char| c.is_ascii_lowercase()) {
            self.fault(|| PackError::Id { at: at.into() });
        }
    }

    pub(super) fn text(&mut self, at: &str, texts: [&str; 2]) {
        if texts.iter().any(|text| text.trim().is_empty() || text.len() > PACK_TEXT) {
            self.fault(|| PackError::Text { at: at.into() });
        }
    }

    pub(super) fn whole_days(&mut self, at: &str, span: Span) {
        if span.as_seconds() % DAY != 0 || !(1..=WINDOW_DAYS).contains(&(span.as_seconds() / DAY)) {
            self.fault(|| PackError::WholeDays { at: at.into() });
        }
    }
}
