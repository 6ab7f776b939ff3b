//! What all parts of the check share.

use super::fault::PackError;
use crate::calendar::{DAY, Span};
use crate::limits::{PACK_ID_BYTES, PACK_TEXT, WINDOW_DAYS};
use crate::rules::location::Location;
use crate::rules::pack::{Pack, Text};
use crate::unseen::{is_seen, unseen};

/// Walks a pack. On the phone `SAY` is false: nobody reads the messages there, so none are made or shipped, and what
/// only authors care about (texts, superfluous fields, the form of ids) is left to the check before signing.
pub(super) struct Check<'a, const SAY: bool> {
    pub(super) pack: &'a Pack,
    pub(super) found: Vec<PackError>,
    pub(super) sound: bool,
}

impl<const SAY: bool> Check<'_, SAY> {
    /// Where an item of a list is.
    pub(super) fn at(list: &'static str, index: usize, name: core::fmt::Arguments<'_>) -> Location {
        if SAY { Location::item(list, index, name.to_string()) } else { Location::default() }
    }

    pub(super) fn fault(&mut self, fault: impl FnOnce() -> PackError) {
        self.sound = false;
        if SAY {
            self.found.push(fault());
        }
    }

    pub(super) fn few(&mut self, count: usize, limit: usize, at: impl FnOnce() -> Location) {
        if count > limit {
            self.fault(|| PackError::TooMany { at: at(), limit });
        }
    }

    pub(super) fn unique<'i>(
        &mut self,
        what: &str,
        ids: impl Iterator<Item = (&'static str, usize, &'i str)>,
        read_by_rules: bool,
    ) {
        // There are at most a few hundred of each: comparing all pairs is fast and needs less code than a set.
        let mut seen: Vec<&str> = Vec::new();
        for (list, index, id) in ids {
            let at = || Self::at(list, index, format_args!("{what} {id}")).key("id");
            // A condition could not read a name with a dash.
            if read_by_rules && id.contains('-') {
                self.fault(|| PackError::Id { at: at() });
            }
            self.id(id, at);
            if seen.contains(&id) {
                self.fault(|| PackError::DuplicateId { at: at() });
            }
            seen.push(id);
        }
    }

    pub(super) fn id(&mut self, id: &str, at: impl FnOnce() -> Location) {
        if !SAY {
            return self.seen(id, at);
        }
        let plain = id.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'_' | b'-'));
        if !plain || id.len() > PACK_ID_BYTES || !id.starts_with(|c: char| c.is_ascii_lowercase()) {
            self.fault(|| PackError::Id { at: at() });
        }
    }

    pub(super) fn text(&mut self, text: &Text, at: impl Fn() -> Location) {
        // On the phone what is missing is said in another language.
        if !SAY {
            self.sound &= are_shown(text);
            return;
        }
        for (tag, words) in text.all() {
            if !is_text(words) {
                self.fault(|| PackError::Text { at: at().language(tag) });
            }
            self.seen(words, || at().language(tag));
        }
        self.languages(text, at);
    }

    /// Whether all of a text is seen: who signs it, and who reads it on a phone, must know what it says.
    pub(super) fn seen(&mut self, text: &str, at: impl FnOnce() -> Location) {
        if !is_seen(text) {
            let character = || unseen(text).map(|(_, character)| character.escape_unicode().to_string()).next();
            self.fault(|| PackError::Unseen { at: at(), character: character().unwrap_or_default() });
        }
    }

    pub(super) fn whole_days(&mut self, span: Span, at: impl FnOnce() -> Location) {
        if span.as_seconds() % DAY != 0 || !(1..=WINDOW_DAYS).contains(&(span.as_seconds() / DAY)) {
            self.fault(|| PackError::WholeDays { at: at() });
        }
    }
}

/// Whether there is something to read in it, and not too much.
fn is_text(words: &str) -> bool {
    !words.trim().is_empty() && words.len() <= PACK_TEXT
}

/// Whether a text can be shown in each of its languages.
#[inline(never)]
fn are_shown(text: &Text) -> bool {
    let mut shown = true;
    for (_, words) in text.all() {
        shown &= is_text(words) && is_seen(words);
    }
    shown
}
