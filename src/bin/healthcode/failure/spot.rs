//! A place in a text that people write, and its line with the place marked.

use std::ops::Range;
use std::sync::Arc;

/// How much of a line is shown, in characters.
const SHOWN: usize = 100;

/// Some bytes of a text.
#[derive(Debug, Clone)]
pub(crate) struct Spot {
    text: Arc<str>,
    span: Range<usize>,
}

/// A line, or the part of it around a place.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Excerpt<'t> {
    /// What stands before the place, the place, and what follows.
    pub(super) parts: [&'t str; 3],
    /// Whether there is more before and after.
    pub(super) cut: [bool; 2],
}

impl Spot {
    /// The place of these bytes.
    pub(crate) fn new(text: &Arc<str>, span: Range<usize>) -> Self {
        // What marks a text as Unicode stands in no column, and neither does the CR of a line's end.
        let start = span.start.max(text.len() - unmarked(text).len());
        let in_line_end = text.get(..start).is_some_and(|before| before.ends_with('\r'))
            && text.get(start..).is_some_and(|rest| rest.starts_with('\n'));
        let start = if in_line_end { start - 1 } else { start };
        Self { text: Arc::clone(text), span: start..span.end.max(start) }
    }

    /// Where it begins, to sort by.
    pub(crate) const fn start(&self) -> usize {
        self.span.start
    }

    /// The line and the column, which count from 1; columns in characters.
    pub(super) fn position(&self) -> (usize, usize) {
        let before = unmarked(self.text.get(..self.span.start).unwrap_or_default());
        let line = before.rsplit('\n').next().unwrap_or_default();
        (before.matches('\n').count() + 1, line.chars().count() + 1)
    }

    /// The line of the place; of what spans lines the first.
    pub(super) fn excerpt(&self) -> Excerpt<'_> {
        let (upto, rest) = self.text.split_at_checked(self.span.start).unwrap_or((&self.text, ""));
        let before = unmarked(upto).rsplit('\n').next().unwrap_or_default();
        let rest = rest.lines().next().unwrap_or_default();
        let place = rest.get(..self.span.len()).unwrap_or(rest);
        let after = rest.get(place.len()..).unwrap_or_default();
        if before.chars().count() + rest.chars().count() <= SHOWN {
            return Excerpt { parts: [before, place, after], cut: [false, false] };
        }
        // Of a long line, the part in which the place is.
        let left = last(before, SHOWN / 2);
        let middle = first(place, SHOWN / 2);
        let right = if middle.len() < place.len() { "" } else { first(after, SHOWN / 2) };
        let cut = [left.len() < before.len(), middle.len() < place.len() || right.len() < after.len()];
        Excerpt { parts: [left, middle, right], cut }
    }
}

/// A text without the byte order mark that it may begin with: editors and spreadsheets on Windows write one.
pub(crate) fn unmarked(text: &str) -> &str {
    text.strip_prefix('\u{feff}').unwrap_or(text)
}

/// The first characters of a text.
pub(super) fn first(text: &str, count: usize) -> &str {
    let end = text.char_indices().nth(count).map_or(text.len(), |(end, _)| end);
    text.get(..end).unwrap_or(text)
}

/// The last characters of a text.
pub(super) fn last(text: &str, count: usize) -> &str {
    let start = count.checked_sub(1).and_then(|last| text.char_indices().nth_back(last)).map_or(0, |(start, _)| start);
    text.get(start..).unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spot(text: &str, place: &str) -> Spot {
        let at = text.find(place).unwrap();
        Spot::new(&text.into(), at..at + place.len())
    }

    #[test]
    fn a_place_is_shown_with_its_line() {
        let spot = spot("one = 1\r\ntwo = '二 是 2'\r\n", "是");
        assert_eq!(spot.position(), (2, 10));
        assert_eq!(spot.excerpt(), Excerpt { parts: ["two = '二 ", "是", " 2'"], cut: [false, false] });
    }

    #[test]
    fn neither_a_byte_order_mark_nor_the_end_of_a_line_is_shown() {
        let text = "\u{feff}one\r\ntwo\r\n".into();
        for (span, position, parts) in [
            (0..0, (1, 1), ["", "", "one"]),
            (3..6, (1, 1), ["", "one", ""]),
            (7..7, (1, 4), ["one", "", ""]),
            (12..13, (2, 4), ["two", "", ""]),
        ] {
            let spot = Spot::new(&text, span);
            assert_eq!((spot.position(), spot.excerpt().parts), (position, parts));
        }
    }

    #[test]
    fn of_a_long_line_the_part_with_the_place_is_shown() {
        let long = format!("x = \"{}here{}\"", "长".repeat(500), "b".repeat(500));
        let spot = spot(&long, "here");
        assert_eq!(spot.position(), (1, 506));
        let Excerpt { parts: [before, place, after], cut } = spot.excerpt();
        assert_eq!((before, place, after, cut), (&*"长".repeat(50), "here", &*"b".repeat(50), [true, true]));
        let all = Spot::new(&long.as_str().into(), 0..long.len());
        assert_eq!(all.excerpt().parts.map(|part| part.chars().count()), [0, 50, 0]);
    }

    #[test]
    fn a_place_may_be_anywhere() {
        for span in [0..0, 5..6, 3..usize::MAX, 2..4] {
            let spot = Spot::new(&"a\n人".into(), span);
            assert!(spot.position().0 > 0 && spot.excerpt().parts.concat().len() < 9);
        }
    }
}
