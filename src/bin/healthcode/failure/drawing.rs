//! How a fault is drawn: a sentence with its code and place, the line with the place marked, what to do.

use std::borrow::Cow;
use std::path::Path;

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};
use healthcode::unseen::{shown, written};

use super::spot::{Excerpt, Spot, first, last};

/// How bad a fault is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Severity {
    Warning,
    Error,
}

/// What is drawn of one fault.
pub(super) struct Drawing<'a> {
    pub(super) severity: Severity,
    pub(super) code: &'a str,
    pub(super) file: Option<&'a Path>,
    pub(super) spot: Option<&'a Spot>,
    pub(super) words: &'a str,
    pub(super) hint: Option<&'a str>,
}

/// Wider than any excerpt, which is cut to its place already.
const WIDTH: usize = 1_000;

/// How much of a long sentence is said at its beginning and at its end, in characters: it may quote a value of any length.
const SAID: [usize; 2] = [600, 400];

impl Drawing<'_> {
    /// Draws it, with colours.
    pub(super) fn draw(&self) -> String {
        let level = match self.severity {
            Severity::Warning => Level::WARNING,
            Severity::Error => Level::ERROR,
        };
        let mut group = Group::with_title(level.primary_title(self.title()).id(self.code));
        if let Some(spot) = self.spot {
            group = group.element(snippet(spot));
        }
        if let Some(hint) = self.hint {
            group = group.element(Level::HELP.with_name("hint").message(hint));
        }
        Renderer::styled().term_width(WIDTH).render(&[group])
    }

    /// `pack.toml:12:5: rule fever: …`, with which editors find the place.
    fn title(&self) -> String {
        let mut title = String::new();
        if let Some(file) = self.file {
            title.push_str(&file.display().to_string());
            title.push(':');
        }
        if let Some((line, column)) = self.spot.map(Spot::position) {
            title.push_str(&format!("{line}:{column}:"));
        }
        if !title.is_empty() {
            title.push(' ');
        }
        title.push_str(&readable(self.words.trim_end()));
        // One line, as editors read it, whatever a name or a quoted value contains.
        shown(&title).into_owned()
    }
}

/// A sentence without its middle, if it is too long to be read.
fn readable(words: &str) -> Cow<'_, str> {
    let [begin, end] = SAID;
    if words.chars().nth(begin + end).is_none() {
        return Cow::Borrowed(words);
    }
    Cow::Owned(format!("{}…{}", first(words, begin), last(words, end)))
}

fn snippet(spot: &Spot) -> Snippet<'static, annotate_snippets::Annotation<'static>> {
    let Excerpt { parts, cut: [before, after] } = spot.excerpt();
    // The drawing puts spaces for tabs.
    let [left, place, right] =
        parts.map(|part| written(part, |c| c != '\t', |c, shown| shown.extend(c.escape_unicode())));
    let mut line = String::from(if before { "…" } else { "" });
    line.push_str(&left);
    let start = line.len();
    line.push_str(&place);
    let end = line.len();
    line.push_str(&right);
    line.push_str(if after { "…" } else { "" });
    Snippet::source(line).line_start(spot.position().0).annotation(AnnotationKind::Primary.span(start..end))
}
