//! What to write instead of something in a pack that cannot be read: the mistakes that are made most.

use std::ops::Range;

use healthcode::authoring::advice::meant;
use healthcode::calendar::{Date, Time};

use crate::values::looks_dated;

/// Signs in the width of Chinese characters, and what TOML and conditions have in their place.
const WIDE: &[(char, &str)] = &[
    ('“', "\""),
    ('”', "\""),
    ('„', "\""),
    ('‘', "'"),
    ('’', "'"),
    ('「', "\""),
    ('」', "\""),
    ('、', ","),
    ('。', "."),
    ('【', "["),
    ('】', "]"),
    ('《', "<"),
    ('》', ">"),
    ('≥', ">="),
    ('≤', "<="),
    ('≠', "!="),
    ('—', "-"),
    ('–', "-"),
    ('−', "-"),
    ('\u{3000}', "a space"),
];

/// Operators of other languages, and those of conditions.
const OPERATORS: &[(char, &str)] = &[
    ('&', "write `and`"),
    ('|', "write `or`"),
    ('!', "write `not`"),
    ('°', "units are °C, min, h, d, m and km"),
    ('%', "units are °C, min, h, d, m and km"),
    ('*', "conditions have + and - only; write the result as a number"),
    ('/', "conditions have + and - only; write the result as a number"),
    ('{', "a list is written in [ and ]"),
    (';', "operations are joined by `and` and `or`, items of a list by ,"),
    (':', "operations are joined by `and` and `or`, items of a list by ,"),
];

/// The keys whose values are lengths of time.
const SPANS: [&str; 6] = ["lasts", "window", "within", "report-within", "risk-grace", "correct-within"];

/// Where to read how a pack is written.
pub(super) const OF_PACKS: &str = "rules/README.md shows how a pack is laid out, and which keys each part has";

/// What to do about what stands at these bytes of a text in TOML; what helps otherwise is given.
pub(super) fn repair(text: &str, span: &Range<usize>, problem: &str, is_condition: bool, help: &str) -> String {
    let written = text.get(span.clone()).unwrap_or_default();
    let first = text.get(span.start..).and_then(|rest| rest.chars().next());
    if first == Some('\u{a0}') {
        return "this is a space that does not break (U+00A0); write a space in its place".to_owned();
    }
    if let Some((sign, instead)) = first.and_then(narrow) {
        return format!("{sign} is as wide as a Chinese character; write {instead} in its place");
    }
    let own = if is_condition { in_condition(problem, first, written) } else { in_toml(text, span, problem, written) };
    let help = if is_condition { "rules/LANGUAGE.md shows how conditions are written" } else { help };
    own.unwrap_or_else(|| help.to_owned())
}

fn narrow(sign: char) -> Option<(char, String)> {
    let listed = WIDE.iter().find(|(wide, _)| *wide == sign).map(|(_, narrow)| (*narrow).to_owned());
    // The whole of ASCII stands there once more, in another width.
    let shifted =
        u32::from(sign).checked_sub(0xfee0).filter(|code| (0x21..=0x7e).contains(code)).and_then(char::from_u32);
    listed.or_else(|| shifted.map(String::from)).map(|narrow| (sign, narrow))
}

fn in_condition(problem: &str, first: Option<char>, written: &str) -> Option<String> {
    if problem.contains("once its unit is applied") && written.contains('.') {
        return Some(format!(
            "a number with a decimal point has its unit, with one digit after the point: `{written} °C`"
        ));
    }
    if problem.contains("found `") {
        return OPERATORS.iter().find(|(sign, _)| Some(*sign) == first).map(|(_, advice)| (*advice).to_owned());
    }
    None
}

fn in_toml(text: &str, span: &Range<usize>, problem: &str, written: &str) -> Option<String> {
    let quoted: Vec<&str> = problem.split('`').skip(1).step_by(2).collect();
    if problem.starts_with("unknown field") || problem.starts_with("unknown variant") {
        let (name, known) = quoted.split_first()?;
        return meant(name, known.iter().copied());
    }
    if problem.contains("a date and time with an offset") || problem.starts_with("invalid type: map") {
        let date = written.trim_matches(['"', '\'']).get(..10).filter(|date| looks_dated(date));
        if let Some(date) = date.filter(|date| Date::parse(date).is_err()) {
            return Some(format!("the calendar has no {date}"));
        }
        // What is written without quotes is right as it stands, if it is whole.
        let rest = text.get(span.start..).unwrap_or_default();
        let whole = rest.split([',', '}', ']', '\n', ' ']).next().unwrap_or_default().trim_matches(['"', '\'']);
        if Time::parse(whole).is_ok() {
            return Some(format!("write \"{whole}\", in quotes"));
        }
        let date = date.unwrap_or("2026-11-01");
        return Some(format!("write \"{date}T00:00:00+08:00\", in quotes, with the time of day and the offset"));
    }
    if problem.ends_with("expected a string") {
        let line = text.get(..span.start)?.rsplit('\n').next()?;
        let key = line.rsplit(['{', ',']).next()?.split('=').next()?.trim();
        let number = problem.split('`').nth(1).unwrap_or("48");
        return Some(match SPANS.contains(&key) {
            true => {
                format!("a length of time has a unit and stands in quotes, such as \"{number} h\" or \"{number} d\"")
            }
            false => "put it in quotes".to_owned(),
        });
    }
    if problem.starts_with("expected a whole number with a unit") {
        let digits: String = written.chars().filter_map(digit).collect();
        let number = if digits.is_empty() { "14" } else { &digits };
        let unit = if written.contains("hour") || written.contains("小时") { "h" } else { "d" };
        return Some(format!("write \"{number} {unit}\": the units are s, min, h and d"));
    }
    if ["expected u8", "expected u16", "expected u32", "expected i64"].iter().any(|end| problem.contains(end)) {
        return Some(match problem {
            _ if problem.contains("invalid type: string") => "write the number without quotes".to_owned(),
            _ if problem.contains("floating point") => {
                "write it without the decimal point: 37.3 with `decimals = 1` is 373".to_owned()
            }
            _ => "write a whole number within these bounds".to_owned(),
        });
    }
    if problem.starts_with("duplicate field") && quoted.contains(&"utc-offset") {
        return Some("give one of the two: `utc-offset`, or `zone` where clocks change".to_owned());
    }
    if problem.starts_with("duplicate key") && text.get(..span.start).is_some_and(|before| before.ends_with("[[")) {
        return Some(format!("each of several begins with two brackets, `[[{written}]]`, the first one too"));
    }
    if problem.contains("expected an offset") || problem.contains("UTC offset") {
        return Some("write \"+08:00\"".to_owned());
    }
    None
}

/// A digit in any width, as one of ASCII.
fn digit(c: char) -> Option<char> {
    let narrow = u32::from(c).checked_sub(0xfee0).and_then(char::from_u32).unwrap_or(c);
    [c, narrow].into_iter().find(char::is_ascii_digit)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(text: &str, at: &str, problem: &str, is_condition: bool) -> String {
        let start = text.find(at).unwrap();
        repair(text, &(start..start + at.len()), problem, is_condition, OF_PACKS)
    }

    #[test]
    fn what_is_mistyped_most_is_recognised() {
        for (text, at, problem, is_condition, hint) in [
            (
                "id = “a”",
                "“a”",
                "string values must be quoted, expected literal string",
                false,
                "“ is as wide as a Chinese character; write \" in its place",
            ),
            ("answers.a == ‘b’", "‘", "expected a name, found `‘`", true, "write ' in its place"),
            ("['a'，'b']", "，", "expected `,`, found `，`", true, "write , in its place"),
            ("a ＞ 3", "＞", "found `＞`", true, "write > in its place"),
            ("a ≥ 3", "≥", "found `≥`", true, "write >= in its place"),
            ("a && b", "&", "expected a name, found `&`", true, "write `and`"),
            ("99 °F", "°", "found `°`", true, "units are °C"),
            ("37.3", "37.3", "expected a whole number once its unit is applied, found `37.3`", true, "`37.3 °C`"),
            (
                "color = 1",
                "color",
                "unknown field `color`, expected one of `id`, `colour`",
                false,
                "did you mean `colour`?",
            ),
            (
                "steps = [{ colour = 'red', lasts = 48 }]",
                "48",
                "invalid type: integer `48`, expected a string",
                false,
                "such as \"48 h\"",
            ),
            ("id = 7", "7", "invalid type: integer `7`, expected a string", false, "put it in quotes"),
            (
                "from = \"2026-11-01\"",
                "\"2026-11-01\"",
                "expected a date and time with an offset, such as",
                false,
                "\"2026-11-01T00:00:00+08:00\"",
            ),
            (
                "from = \"2026-11-31T00:00:00+08:00\"",
                "\"2026-11-31T00:00:00+08:00\"",
                "expected a date and time with an offset",
                false,
                "no 2026-11-31",
            ),
            (
                "from = 2026-12-01",
                "2026-12-01",
                "invalid type: map, expected a string",
                false,
                "\"2026-12-01T00:00:00+08:00\"",
            ),
            ("window = \"２８ d\"", "\"２８ d\"", "expected a whole number with a unit: s", false, "write \"28 d\""),
            ("lasts = \"3 days\"", "\"3 days\"", "expected a whole number with a unit: s", false, "write \"3 d\""),
            ("least = 34.0", "34.0", "invalid type: floating point `34.0`, expected i64", false, "is 373"),
            ("version = \"1\"", "\"1\"", "invalid type: string \"1\", expected u32", false, "without quotes"),
            ("points = -5", "-5", "invalid value: integer `-5`, expected u8", false, "these bounds"),
            ("[pack]", "[pack]", "duplicate field `utc-offset`", false, "one of the two"),
            ("[[ground]]", "ground", "duplicate key", false, "`[[ground]]`, the first one too"),
            ("a\u{a0}b", "\u{a0}", "expected an operator, found `\u{a0}`", true, "U+00A0"),
            ("a　b", "　", "found `　`", true, "write a space in its place"),
            (
                "arrive = 2020-02-10T10:05:00+08:00, leave",
                "2020-02-10T10:05:00+08:00",
                "invalid type: map, expected a string",
                false,
                "write \"2020-02-10T10:05:00+08:00\", in quotes",
            ),
        ] {
            let found = said(text, at, problem, is_condition);
            assert!(found.contains(hint), "{text}: {found}");
        }
        assert!(said("a @ b", "@", "found `@`", true).contains("LANGUAGE.md"));
        assert!(said("[[rule]]", "[[rule]]", "missing field `text`", false).contains("which keys each part has"));
    }
}
