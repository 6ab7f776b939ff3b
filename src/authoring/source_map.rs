//! Where in a pack's source a part of the pack is written.

use core::ops::Range;
use std::collections::BTreeMap;

use serde::Deserialize;
use toml::Spanned;
use toml::de::{DeTable, DeValue, ValueDeserializer};

use crate::rules::expression::Expression;
use crate::rules::expression::text::{Parts, TextError, parse};
use crate::rules::location::{Key, Location};

type Item<'t> = Spanned<DeValue<'t>>;

/// The lists whose items have a condition, and its key.
const CONDITIONS: [(&str, &str); 4] =
    [("question", "show-if"), ("measure", "when"), ("band", "when"), ("rule", "when")];

/// The keys that tell an item of a list from others, for where it lacks what is meant.
const NAMES: [&str; 2] = ["id", "text"];

/// A number with a unit in a condition. A pack has only the number.
#[derive(Debug, Clone)]
pub(crate) struct UnitUse {
    /// Where it is.
    pub(crate) at: Location,
    /// As it is written.
    pub(crate) text: String,
    /// What it stands for.
    pub(crate) number: Expression,
    /// The name of its unit.
    pub(crate) unit: &'static str,
    /// The comparison that it is part of.
    pub(crate) comparison: Expression,
}

/// A pack's source, and where its parts are.
#[derive(Debug)]
pub struct SourceMap<'t> {
    text: &'t str,
    root: Spanned<DeTable<'t>>,
    /// The parts of the conditions that were asked for, by where the conditions begin.
    parts: BTreeMap<usize, Parts>,
}

impl<'t> SourceMap<'t> {
    /// The spans of a source; `None` if it is not TOML.
    #[must_use]
    pub fn of(text: &'t str) -> Option<Self> {
        Some(Self { text, root: DeTable::parse(text).ok()?, parts: BTreeMap::new() })
    }

    /// The bytes of what is there, without its quotes if it is a text. What is missing is where its name would be looked
    /// for: at the id of what lacks it.
    #[must_use]
    pub fn find(&mut self, location: &Location) -> Range<usize> {
        let mut table = Some(self.root.get_ref());
        let mut found = None;
        for key in location.keys() {
            let next = match (key, table, found.map(Spanned::get_ref)) {
                (Key::Name(name), Some(table), _) => table.get(*name),
                (Key::Language(tag), Some(table), _) => table.get(&**tag),
                (Key::Index(index), _, Some(DeValue::Array(items))) => items.get(*index),
                _ => None,
            };
            let Some(next) = next else { return found.map_or(0..0, |lacking| bytes(self.text, lacking)) };
            found = Some(next);
            table = next.get_ref().as_table();
        }
        let Some(found) = found else { return 0..0 };
        part(self.text, &mut self.parts, found, location.parts()).unwrap_or_else(|| bytes(self.text, found))
    }

    /// The bytes of what these keys of tables lead to, as far as there is anything.
    #[must_use]
    pub fn keyed(&self, keys: &[String]) -> Range<usize> {
        let (mut table, mut found) = (Some(self.root.get_ref()), None);
        for key in keys {
            let Some(next) = table.and_then(|table| table.get(key.as_str())) else { break };
            found = Some(next);
            table = next.get_ref().as_table();
        }
        found.map_or(0..0, |found| bytes(self.text, found))
    }

    /// The numbers with a unit in all conditions, and where each is.
    pub(super) fn units(&self) -> Vec<UnitUse> {
        let mut found = Vec::new();
        for (list, key) in CONDITIONS {
            let items = self.root.get_ref().get(list).and_then(|list| list.get_ref().as_array());
            for (index, item) in items.into_iter().flatten().enumerate() {
                let Some(table) = item.get_ref().as_table() else { continue };
                let Some(text) = table.get(key).and_then(|condition| condition.get_ref().as_str()) else { continue };
                let name = table.get("id").and_then(|id| id.get_ref().as_str());
                let name = name.map_or_else(|| format!("{list} {}", index + 1), |id| format!("{list} {id}"));
                let at = Location::item(list, index, name).key(key);
                let parts = Parts::of(text).unwrap_or_default();
                found.extend(parts.measured(text).map(|measured| UnitUse {
                    at: at.part(&measured.comparison).part(&measured.number),
                    text: measured.text.to_owned(),
                    number: measured.number,
                    unit: measured.unit,
                    comparison: measured.comparison,
                }));
            }
        }
        found
    }

    /// What is wrong with the condition at these bytes, and where; `None` if there is no condition, or it is right.
    pub(super) fn unreadable_condition(&self, span: &Range<usize>) -> Option<(Range<usize>, TextError)> {
        let items = CONDITIONS.iter().flat_map(|(list, key)| {
            let items = self.root.get_ref().get(*list).and_then(|list| list.get_ref().as_array());
            items.into_iter().flatten().filter_map(move |item| item.get_ref().as_table()?.get(*key))
        });
        let condition = items.into_iter().find(|item| item.span() == *span)?;
        let error = parse(condition.get_ref().as_str()?).err()?;
        let inner = match error.span() {
            Some(inner) => Written::of(self.text, condition.span())?.bytes(&inner),
            None => bytes(self.text, condition),
        };
        Some((inner, error))
    }
}

/// The bytes of an item; of a table in a list, those of its name.
fn bytes(text: &str, item: &Item<'_>) -> Range<usize> {
    match item.get_ref() {
        DeValue::String(_) => Written::of(text, item.span()).map_or_else(|| item.span(), |written| written.content),
        DeValue::Table(table) => {
            NAMES.iter().find_map(|name| table.get(*name)).map_or_else(|| item.span(), |name| bytes(text, name))
        }
        _ => item.span(),
    }
}

/// The bytes of a part of a condition, which is text or CertLogic.
fn part(
    text: &str,
    known: &mut BTreeMap<usize, Parts>,
    condition: &Item<'_>,
    within: &[Expression],
) -> Option<Range<usize>> {
    if let DeValue::String(content) = condition.get_ref() {
        let span = condition.span();
        let parts = known.entry(span.start).or_insert_with(|| Parts::of(content).unwrap_or_default());
        return Some(Written::of(text, span)?.bytes(&parts.find(within)?));
    }
    let innermost = within.iter().try_fold(condition, |outer, wanted| subexpression(text, outer, wanted));
    innermost.filter(|_| !within.is_empty()).map(|item| bytes(text, item))
}

/// The item in CertLogic that is this expression.
fn subexpression<'i, 't>(text: &str, item: &'i Item<'t>, wanted: &Expression) -> Option<&'i Item<'t>> {
    let written = text.get(item.span()).and_then(|written| ValueDeserializer::parse(written).ok());
    if written.and_then(|written| Expression::deserialize(written).ok()).as_ref() == Some(wanted) {
        return Some(item);
    }
    match item.get_ref() {
        DeValue::Array(items) => items.iter().find_map(|item| subexpression(text, item, wanted)),
        DeValue::Table(table) => table.values().find_map(|item| subexpression(text, item, wanted)),
        _ => None,
    }
}

/// A text as TOML writes it.
struct Written<'t> {
    text: &'t str,
    /// The bytes between the quotes.
    content: Range<usize>,
    /// Whether a backslash stands for itself.
    literal: bool,
}

impl<'t> Written<'t> {
    /// The text at these bytes, quotes and all.
    fn of(text: &'t str, span: Range<usize>) -> Option<Self> {
        let written = text.get(span.clone())?;
        let literal = written.starts_with('\'');
        let quotes = if ["\"\"\"", "'''"].iter().any(|three| written.starts_with(three)) { 3 } else { 1 };
        let opened = written.get(quotes..written.len().checked_sub(quotes)?)?;
        // A line break right after three quotes is not part of the text.
        let newline = ["\n", "\r\n"].iter().find(|newline| quotes == 3 && opened.starts_with(**newline));
        let start = span.start + quotes + newline.map_or(0, |newline| newline.len());
        Some(Self { text, content: start..span.end - quotes, literal })
    }

    /// Where the bytes of what it says are written.
    fn bytes(&self, said: &Range<usize>) -> Range<usize> {
        let start = self.byte(said.start, false);
        start..self.byte(said.end, true).max(start)
    }

    /// Where the byte at `said` of what it says is written; `end` for where the one before it ends.
    fn byte(&self, said: usize, end: bool) -> usize {
        let content = self.text.get(self.content.clone()).unwrap_or_default();
        if self.literal {
            return self.content.start + said.min(content.len());
        }
        let (mut at, mut so_far) = (0, 0);
        while let Some(rest) = content.get(at..).filter(|rest| !rest.is_empty()) {
            let (written, says) = character(rest);
            if so_far > said || (so_far == said && (end || says > 0)) {
                break;
            }
            at += written;
            so_far += says;
        }
        self.content.start + at
    }
}

/// How many bytes the first character takes as it is written, with its escape, and how many it has; none if it only
/// continues a line.
fn character(rest: &str) -> (usize, usize) {
    let mut characters = rest.chars();
    let first = characters.next().map_or(1, char::len_utf8);
    if !rest.starts_with('\\') {
        return (first, first);
    }
    let digits = match characters.next() {
        Some('x') => 2,
        Some('u') => 4,
        Some('U') => 8,
        Some(blank) if blank.is_ascii_whitespace() => {
            let behind = rest.get(1..).unwrap_or_default().trim_start_matches([' ', '\t', '\r', '\n']);
            return (rest.len() - behind.len(), 0);
        }
        Some(plain) => return (1 + plain.len_utf8(), 1),
        None => return (1, 1),
    };
    let code = rest.get(2..2 + digits).and_then(|code| u32::from_str_radix(code, 16).ok()).and_then(char::from_u32);
    (2 + digits, code.map_or(1, char::len_utf8))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::authoring::source::PackSource;

    fn at(keys: &[Key]) -> Location {
        Location::new("", keys.iter().cloned())
    }

    /// What is found in a source at a place.
    fn found<'t>(text: &'t str, location: &Location) -> &'t str {
        &text[SourceMap::of(text).unwrap().find(location)]
    }

    #[test]
    fn keys_lead_to_what_is_written() {
        let text = "[pack]\nid = 'p'\ntitle = { zh-Hans = '题', en = \"T\" }\n[[rule]]\nid = \"a\"\n[[rule]]\nid = \"b\"\nsteps = [{ points = 1 }, { points = 2 }]\n";
        let (pack, rule) = (|| Key::Name("pack"), || Key::Name("rule"));
        assert_eq!(found(text, &at(&[pack(), "title".into(), "en".into()])), "T");
        assert_eq!(found(text, &at(&[rule(), 1.into(), "id".into()])), "b");
        let steps = [rule(), 1.into(), "steps".into()];
        assert_eq!(found(text, &at(&[&steps[..], &[1.into()]].concat())), "{ points = 2 }");
        assert_eq!(found(text, &at(&[&steps[..], &[1.into(), "points".into()]].concat())), "2");
        assert_eq!(found(text, &at(&[rule()])), "[[rule]]");
        // What is missing, and what cannot be.
        assert_eq!(found(text, &at(&[rule(), 1.into(), "course".into()])), "b");
        assert_eq!(found(text, &at(&[pack()])), "p");
        assert_eq!(found(text, &at(&[pack(), "title".into(), "fr".into()])), "{ zh-Hans = '题', en = \"T\" }");
        assert_eq!(found(text, &at(&["nothing".into(), 7.into()])), "");
        assert!(SourceMap::of("= 1").is_none());
    }

    #[test]
    fn a_part_of_a_condition_is_found_as_it_is_written() {
        let whole = parse("a and b in ['x', '人', 'y'] and c >= 37.5 °C").unwrap();
        let Expression::And(operands) = &whole else { panic!() };
        let word = Expression::Text("y".into());
        for when in [
            r#""a and b in['x', '人', 'y'] and c>=37.5 °C""#,
            r#"'a and b in["x", "人", "y"] and c>=37.5 °C'"#,
            "\"\"\"\na and \\\n   b in ['x',\n '\\u4eba', 'y'] and c >= 37.5 \\U000000b0C\"\"\"",
            "'''\r\na and b in ['x',\r\n '人', 'y'] and\r\n c >= 37.5 °C'''",
            r#"{ and = [{ var = "a" }, { in = [{ var = "b" }, ["x", "人", "y"]] }, { ">=" = [{ var = "c" }, 375] }] }"#,
        ] {
            let text = format!("[[rule]]\nid = 'r'\nwhen = {when}\n");
            let location = at(&["rule".into(), 0.into(), "when".into()]);
            let part = |parts: &[&Expression]| {
                let location = parts.iter().fold(location.clone(), |location, part| location.part(part));
                found(&text, &location).replace('"', "'")
            };
            assert_eq!(part(&[&operands[1], &word]).trim_matches('\''), "y", "{when}");
            assert!(part(&[&operands[1]]).contains("'y'"), "{when}");
            let fever = part(&[&operands[2]]);
            let warm = ["c>=37.5 °C", "c >= 37.5 °C", "c >= 37.5 \\U000000b0C", "{ '>=' = [{ var = 'c' }, 375] }"];
            assert!(warm.contains(&&*fever), "{fever}");
            // What is not there is shown by what it is in.
            assert!(part(&[&Expression::Int(7)]).len() > 40, "{when}");
        }
    }

    #[test]
    fn what_is_wrong_in_a_condition_is_found_in_the_source() {
        for (when, wrong) in [
            ("'a und b'", "und"),
            ("\"\"\"\r\na and\r\n  b und c\"\"\"", "und"),
            ("'人 und b'", "und"),
            ("\"'\\u4eba\\t' == und b\"", "b"),
            ("\"\"\"a \\\n  and \\\n  $\"\"\"", "$"),
            ("'a and'", ""),
        ] {
            let text = format!("[[rule]]\nwhen = {when}\n");
            let start = text.find(when).unwrap();
            let spans = SourceMap::of(&text).unwrap();
            let (span, error) = spans.unreadable_condition(&(start..start + when.len())).unwrap();
            assert_eq!(&text[span], wrong, "{when}: {error}");
        }
        let text = "[pack]\nid = 'a und b'";
        assert_eq!(SourceMap::of(text).unwrap().unreadable_condition(&(12..21)), None);
    }

    #[test]
    fn every_fault_of_the_shipped_packs_parts_has_a_place() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/rules/packs/hangzhou/pack.toml");
        let text = std::fs::read_to_string(path).unwrap();
        for (was, is) in [("'suspected'", "'suspect'"), ("red14", "red15"), ("en = \"Diarrhoea\"", "en = \"x_y\"")] {
            let text = text.replacen(was, is, 1);
            let source = PackSource::read(&text).unwrap();
            let faults = crate::rules::check::structure(&source.to_pack());
            let findings = crate::authoring::review::review(&source);
            let places = faults.iter().map(|fault| fault.location()).chain(findings.iter().map(|one| one.location()));
            let mut spans = SourceMap::of(&text).unwrap();
            let places: Vec<_> = places.map(|place| &text[spans.find(&place)]).collect();
            assert!(
                !places.is_empty() && places.iter().any(|place| is.contains(place.trim_matches('\''))),
                "{places:?}"
            );
        }
    }
}
