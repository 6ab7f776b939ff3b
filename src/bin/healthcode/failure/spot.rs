//! Where in a pack's source a fault is: the line, the column, and the line itself with the place marked.

use std::fmt;
use std::ops::Range;

use healthcode::error::Coded;
use toml_edit::{Document, Item, TableLike, Value};

/// How much of a line is shown, in characters.
const SHOWN: usize = 100;

/// A place in a text; lines and columns count from 1, columns in characters.
#[derive(Debug, Clone)]
pub(crate) struct Spot {
    pub(crate) line: usize,
    pub(crate) column: usize,
    /// The line, or the part of it around the place: what stands before the place, the place, and what follows.
    shown: [String; 3],
}

impl Spot {
    /// The place of these bytes of a text; of what spans lines the first is shown.
    pub(crate) fn new(source: &str, span: Range<usize>) -> Option<Self> {
        let (upto, rest) = source.split_at_checked(span.start)?;
        let start = upto.rfind('\n').map_or(0, |end| end + 1);
        let before = upto.get(start..)?;
        let rest_of_line = rest.lines().next().unwrap_or_default();
        let place = rest_of_line.get(..span.len()).unwrap_or(rest_of_line);
        let after = rest_of_line.get(place.len()..).unwrap_or_default();
        let column = before.chars().count();
        // Of a long line, the part in which the place is.
        let long = column + rest_of_line.chars().count() > SHOWN;
        let skipped = if long { column.saturating_sub(SHOWN / 2) } else { 0 };
        let before: String = before.chars().skip(skipped).collect();
        let place: String = place.chars().take(SHOWN / 2).collect();
        let after: String =
            after.chars().take(SHOWN.saturating_sub(column - skipped + place.chars().count())).collect();
        Some(Self { line: upto.matches('\n').count() + 1, column: column + 1, shown: [before, place, after] })
    }
}

impl fmt::Display for Spot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [before, place, after] = &self.shown;
        let number = self.line.to_string();
        let margin = " ".repeat(number.len());
        let (blank, mark) = (" ".repeat(width(before)), "^".repeat(width(place).max(1)));
        write!(f, "{number} | {before}{place}{after}\n{margin} | {blank}{mark}")
    }
}

/// How many columns a terminal takes for a text: Chinese characters and full-width signs take two.
fn width(text: &str) -> usize {
    const WIDE: [Range<char>; 5] = [
        '\u{1100}'..'\u{1160}',
        '\u{2e80}'..'\u{d7a4}',
        '\u{f900}'..'\u{fb00}',
        '\u{fe30}'..'\u{ff61}',
        '\u{20000}'..'\u{3fffe}',
    ];
    text.chars().map(|c| 1 + usize::from(WIDE.iter().any(|range| range.contains(&c)))).sum()
}

/// The place of a fault in a pack's source. Faults begin with what they are about, such as `rule fever: `, and quote what is
/// wrong between `backticks`; where nothing is quoted, or it is written otherwise, the code says which key it is about.
pub(crate) fn find(document: &Document<&str>, fault: &dyn Coded) -> Option<Spot> {
    let source = document.raw();
    let message = fault.to_string();
    let (at, said) = message.split_once(": ")?;
    let (name, part) = at.split_once(", ").unwrap_or((at, ""));
    let head = document.get("pack").and_then(Item::as_table_like);
    let table = item(document, name, fault.code() == "pack-duplicate-id");
    let Some(table) = table.or(head.filter(|_| ["the pack", "title", "issuer", "window", "pack"].contains(&name)))
    else {
        // Of a list as a whole, where it begins.
        return match document.get(name.trim_end_matches('s'))? {
            Item::ArrayOfTables(tables) => Spot::new(source, tables.iter().next()?.span()?),
            list => Spot::new(source, list.span()?),
        };
    };
    let options = table.get("options").map(tables).unwrap_or_default();
    let option = part.strip_prefix("option ").and_then(|id| options.into_iter().find(|option| has_id(*option, id)));
    let table = option.unwrap_or(table);
    let mut quotes: Vec<_> = said.split('`').skip(1).step_by(2).map(str::to_owned).collect();
    if fault.code() == "pack-unknown-word" {
        // The word says more than the fact that is quoted before it.
        quotes.reverse();
        quotes.iter_mut().take(1).for_each(|word| *word = format!("'{word}'"));
    }
    for quoted in &quotes {
        let found = table.iter().filter_map(|(_, item)| item.span()).find_map(|span| within(source, span, quoted));
        if let Some(span) = found {
            return Spot::new(source, span);
        }
    }
    let of_code = KEYS.iter().find(|(code, _)| *code == fault.code()).map_or(&[][..], |(_, keys)| keys);
    let named = if part == "way back" { "way-back" } else { name };
    let keys = [named].into_iter().chain(of_code.iter().copied()).chain(["id", "text"]);
    let span = keys.filter_map(|key| table.get(key)).find_map(Item::span)?;
    Spot::new(source, span)
}

/// Which keys a fault is about that quotes nothing.
const KEYS: &[(&str, &[&str])] = &[
    ("pack-bounds", &["at-least", "number", "place-digits", "levels", "row-digits", "steps", "points"]),
    ("pack-colour-or-course", &["course", "colour"]),
    ("pack-course-on-person", &["course"]),
    ("pack-course-outlives-window", &["steps", "within"]),
    ("pack-empty-course", &["steps"]),
    ("pack-green", &["colour", "steps"]),
    ("pack-incomplete", &["type", "count", "measure"]),
    ("pack-long-emergency", &["valid-until"]),
    ("pack-never-valid", &["valid-until"]),
    ("pack-no-way-back", &["way-back"]),
    ("pack-report-outlives-window", &["report-within"]),
    (
        "pack-superfluous",
        &["since", "options", "number", "days-back", "place-digits", "levels", "modes", "within", "place"],
    ),
    ("pack-text", &["text", "help"]),
    ("pack-too-many", &["steps", "options"]),
    ("pack-unreachable-step", &["steps"]),
    ("pack-unreachable-threshold", &["at-least"]),
    ("pack-whole-days", &["within", "window"]),
];

/// What `rule fever` or `band 3 (…)` names; of several with one id the first, or the last.
fn item<'d>(document: &'d Document<&str>, name: &str, last: bool) -> Option<&'d dyn TableLike> {
    let (list, id) = name.split_once(' ')?;
    let items = tables(document.get(list)?);
    if list == "band" {
        let number: usize = id.split_once(' ')?.0.parse().ok()?;
        return items.get(number.checked_sub(1)?).copied();
    }
    let mut same = items.into_iter().filter(|table| has_id(*table, id));
    if last { same.next_back() } else { same.next() }
}

fn has_id(table: &dyn TableLike, id: &str) -> bool {
    table.get("id").and_then(Item::as_str) == Some(id)
}

/// The tables of a list, in either way to write it.
fn tables(list: &Item) -> Vec<&dyn TableLike> {
    match list {
        Item::ArrayOfTables(tables) => tables.iter().map(|table| -> &dyn TableLike { table }).collect(),
        Item::Value(Value::Array(tables)) => {
            tables.iter().filter_map(Value::as_inline_table).map(|table| -> &dyn TableLike { table }).collect()
        }
        _ => Vec::new(),
    }
}

/// Where in these bytes something is quoted from: as it is, or with the other quotes; else the first fact that it names.
fn within(source: &str, span: Range<usize>, quoted: &str) -> Option<Range<usize>> {
    let text = source.get(span.clone())?.replace('"', "'");
    let quoted = quoted.replace('"', "'");
    let fact = quoted.split([' ', '(', ')']).find(|word| word.contains('.')).unwrap_or_default();
    [quoted.as_str(), fact].into_iter().filter(|wanted| !wanted.is_empty()).find_map(|wanted| {
        let at = span.start + text.find(wanted)?;
        Some(at..at + wanted.len())
    })
}

/// The place of an error in TOML, and what is wrong. A condition's own error says where in the condition it is.
pub(crate) fn of_toml(source: &str, error: &toml::de::Error) -> (Option<Spot>, String) {
    let message = error.message();
    let Some(span) = error.span() else { return (None, message.to_owned()) };
    let inner = message.strip_prefix("line ").and_then(|rest| {
        let (place, said) = rest.split_once(": ")?;
        let (line, column) = place.split_once(", column ")?;
        let at = in_text(source.get(span.clone())?, line.parse().ok()?, column.parse().ok()?)?;
        Some((span.start + at..span.start + at + 1, said))
    });
    let (span, said) = inner.unwrap_or((span, message));
    (Spot::new(source, span), said.to_owned())
}

/// Where in a text as TOML writes it, quotes and all, a line and a column of its content are.
fn in_text(text: &str, line: usize, column: usize) -> Option<usize> {
    let quotes = if text.starts_with("\"\"\"") || text.starts_with("'''") { 3 } else { 1 };
    let opening = quotes + usize::from(quotes == 3 && text.get(3..)?.starts_with('\n'));
    let content = text.get(opening..text.len().checked_sub(quotes)?)?;
    let start: usize = content.split_inclusive('\n').take(line.checked_sub(1)?).map(str::len).sum();
    let before = content.get(start..)?.chars().take(column.checked_sub(1)?);
    Some(opening + start + before.map(char::len_utf8).sum::<usize>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_shown_with_its_line() {
        let source = "one = 1\ntwo = '二 是 2'\n";
        let at = source.find('是').unwrap();
        let spot = Spot::new(source, at..at + 3).unwrap();
        assert_eq!((spot.line, spot.column), (2, 10));
        assert_eq!(spot.to_string(), "2 | two = '二 是 2'\n  |           ^^");
        let long = format!("x = \"{}here{}\"", "a".repeat(500), "b".repeat(500));
        let at = long.find("here").unwrap();
        let spot = Spot::new(&long, at..at + 4).unwrap();
        assert_eq!(spot.column, at + 1);
        assert!(spot.to_string().len() < 250 && spot.to_string().contains("here"), "{spot}");
        assert!(Spot::new("", 0..0).is_some() && Spot::new("x", 5..6).is_none());
    }

    #[test]
    fn a_place_in_a_condition_is_one_in_the_file() {
        for (text, line, column, at) in
            [("'a und b'", 1, 3, "und"), ("\"\"\"\na and\n  b und c\"\"\"", 2, 5, "und"), ("'人 und b'", 1, 3, "und")]
        {
            assert_eq!(in_text(text, line, column), text.find(at), "{text}");
        }
        assert_eq!(in_text("\"", 1, 1), None);
    }
}
