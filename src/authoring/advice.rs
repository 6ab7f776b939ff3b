//! What to do about a fault of a pack, where the pack itself says more than the fault does: the name that was meant, the
//! section that a fact belongs to.

use super::review::Finding;
use super::source::PackSource;
use crate::rules::check::{PERSON, PackError, facts_of, usual};
use crate::rules::location::{Key, Location};
use crate::rules::pack::{On, Question, QuestionKind};
use crate::rules::reason::Cause;
use crate::rules::text::ALWAYS;

/// What to do about a fault of the structure.
#[must_use]
pub fn about_fault(source: &PackSource, fault: &PackError) -> Option<String> {
    match fault {
        PackError::Id { at } => id(source, at),
        PackError::UnknownName { what, name, .. } => unknown(source, what, name),
        PackError::LanguageTag { tag, .. } => language(source, tag),
        PackError::UnknownFact { at, path } => fact(source, at, path),
        PackError::Bounds { at } => bounds(source, at),
        _ => None,
    }
}

/// What to do about what a review finds.
#[must_use]
pub fn about_finding(source: &PackSource, finding: &Finding) -> Option<String> {
    match finding {
        Finding::UnknownWord { word, known, .. } => meant(word, known.split(", ")),
        Finding::AlwaysHolds { part, because, .. } if part == "true" && because.is_empty() => {
            Some("say whom it is about: a rule without a condition applies to everybody".to_owned())
        }
        Finding::AlwaysHolds { part, because, .. } if because.starts_with(" of whoever") => compared(source, part),
        Finding::UtcMidnight { at, local } if !matches!(at.parts(), []) => {
            let day = local.get(..10)?;
            let offset = local.get(19..)?;
            Some(format!("write when the day begins by the pack's own clock: '{day}T00:00:00{offset}'"))
        }
        Finding::CaseName { what, name, .. } => meant(name, case_names(source, what)),
        _ => None,
    }
}

/// What to compare a fact with that is known of everybody who reports.
fn compared(source: &PackSource, part: &str) -> Option<String> {
    let read = |question: &&Question| {
        let path = format!("answers.{}", question.id);
        part.match_indices(&path).any(|(at, _)| {
            let next = part.get(at.saturating_add(path.len())..).and_then(|rest| rest.chars().next());
            next.is_none_or(|next| !next.is_alphanumeric() && next != '_')
        })
    };
    let question = source.questions.iter().find(read)?;
    let path = format!("answers.{}", question.id);
    let options = question.options.iter().filter(|option| !option.alone).map(|option| format!("'{}'", option.id));
    let options: Vec<_> = options.collect();
    let instead = match question.kind {
        QuestionKind::YesNo => path,
        QuestionKind::OneOf => format!("{path} == {}", options.first()?),
        QuestionKind::ManyOf => format!("any({path} where current in [{}])", options.join(", ")),
        QuestionKind::Number => {
            let unit = question.number.as_ref().map(|form| form.unit.as_str()).filter(|unit| *unit == "°C");
            format!("{path} >= {}", unit.map_or_else(|| "…".to_owned(), |unit| format!("37.3 {unit}")))
        }
        QuestionKind::Date => format!("{path} not before today - 14 days"),
        _ => return None,
    };
    Some(format!("everybody answers that, so say which answers are meant, as in `{instead}`"))
}

/// “did you mean …?”, if a known name is close to one that nothing has.
pub fn meant<'k>(name: &str, known: impl IntoIterator<Item = &'k str>) -> Option<String> {
    nearest(name, known).map(|nearest| format!("did you mean `{nearest}`?"))
}

/// The known name that was probably meant: one with a few letters added, missing, exchanged or otherwise.
pub fn nearest<'k>(name: &str, known: impl IntoIterator<Item = &'k str>) -> Option<&'k str> {
    let plain = |name: &str| name.to_lowercase().replace('-', "_");
    let name = plain(name);
    // As many as one in three may differ, and of short names one letter.
    let most = (name.chars().count() / 3).max(1);
    let distances = known.into_iter().map(|known| (strsim::osa_distance(&name, &plain(known)), known));
    distances
        .filter(|(distance, known)| *distance <= most && *distance < known.chars().count())
        .min()
        .map(|(_, known)| known)
}

/// What is known instead, and what a question of that name is if it is of another type.
fn unknown(source: &PackSource, what: &str, name: &str) -> Option<String> {
    let other = source.questions.iter().find(|question| question.id == name).filter(|_| what.ends_with(" question"));
    if let Some(question) = other {
        let nearest = nearest(name, names(source, what));
        let instead = nearest.map_or_else(String::new, |nearest| format!("; did you mean `{nearest}`?"));
        return Some(format!("`{name}` is a question of type `{}`{instead}", question.kind));
    }
    let meant = meant(name, names(source, what));
    if what == "language" && meant.is_none() {
        return Some(format!("to have all texts in it, list it in [pack]: languages = [\"{name}\"]"));
    }
    meant
}

/// How a language's tag is written, or that the language is there.
fn language(source: &PackSource, tag: &str) -> Option<String> {
    if ALWAYS.contains(&tag) {
        return Some("every text has Chinese and English: list only the languages beside them".to_owned());
    }
    if source.pack.languages.iter().filter(|one| **one == *tag).count() > 1 {
        return Some("it is listed twice".to_owned());
    }
    let country = COUNTRIES.iter().find(|(country, _)| tag.eq_ignore_ascii_case(country));
    let usual = usual(tag).filter(|_| country.is_none());
    usual
        .or_else(|| country.map(|(_, language)| (*language).to_owned()))
        .map(|usual| format!("did you mean `{usual}`?"))
}

/// Countries that are taken for their languages.
const COUNTRIES: [(&str, &str); 7] =
    [("jp", "ja"), ("vn", "vi"), ("ua", "uk"), ("cz", "cs"), ("dk", "da"), ("gr", "el"), ("tw", "zh-Hant")];

fn names<'s>(source: &'s PackSource, what: &str) -> Vec<&'s str> {
    let all = |ids: &mut dyn Iterator<Item = &'s String>| ids.map(String::as_str).collect();
    let of = |kind: QuestionKind| source.questions.iter().filter(move |one| one.kind == kind).map(|one| &one.id);
    match what {
        "language" => all(&mut source.pack.languages.iter()),
        "date question" => all(&mut of(QuestionKind::Date)),
        "place question" => all(&mut of(QuestionKind::Place)),
        "ground" => all(&mut source.grounds.iter().map(|one| &one.id)),
        "course" => all(&mut source.courses.iter().map(|one| &one.id)),
        "measure" => all(&mut source.measures.iter().map(|one| &one.id)),
        _ => all(&mut source.questions.iter().map(|one| &one.id)),
    }
}

/// What a case could have meant: a question, one of the options of the question that is there, a rule or a threshold.
fn case_names<'s>(source: &'s PackSource, what: &str) -> Vec<&'s str> {
    let all = |ids: &mut dyn Iterator<Item = &'s String>| ids.map(String::as_str).collect();
    match what.strip_prefix("option of ") {
        Some(question) => {
            let asked = source.questions.iter().filter(|one| one.id == question);
            all(&mut asked.flat_map(|question| &question.options).map(|option| &option.id))
        }
        None if what == "question" => all(&mut source.questions.iter().map(|one| &one.id)),
        None if what == "cause" => Cause::NAMES.to_vec(),
        None => {
            let thresholds = source.thresholds.iter().map(|one| &one.id);
            all(&mut source.rules.iter().map(|one| &one.id).chain(thresholds))
        }
    }
}

/// Conditions read questions and measures by their ids, in which `-` would be a minus.
fn id(source: &PackSource, at: &Location) -> Option<String> {
    let [Key::Name(list), Key::Index(index), ..] = at.keys() else { return None };
    let id = match *list {
        "question" if at.keys().len() == 3 => &source.questions.get(*index)?.id,
        "measure" => &source.measures.get(*index)?.id,
        _ => return None,
    };
    let better = id.to_ascii_lowercase().replace('-', "_");
    let plain = better.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
    let readable = plain && better.starts_with(|c: char| c.is_ascii_lowercase());
    (readable && better != *id).then(|| format!("conditions read it, and a - would be a minus there: `{better}`"))
}

/// The facts of another section, of a later question, or of nearly this name.
fn fact(source: &PackSource, at: &Location, path: &str) -> Option<String> {
    let (section, name) = path.split_once('.').unwrap_or((path, ""));
    let asked = |name: &str| source.questions.iter().find(|question| question.id == name);
    if let [Key::Name("question"), Key::Index(index), ..] = at.keys() {
        let later = source.questions.iter().skip(*index).any(|later| section == "answers" && later.id == name);
        if later && let Some(question) = asked(name) {
            let what = if source.questions.get(*index).is_some_and(|this| this.id == question.id) {
                "a question cannot depend on its own answer".to_owned()
            } else {
                format!("`{name}` is asked later: move that question before this one")
            };
            return Some(what);
        }
    }
    if section == "answers" && asked(name).is_some() {
        return Some("answers in words are for whoever is shown them; no condition reads them".to_owned());
    }
    // What would be known if the rule were on something else.
    for on in [On::Report, On::Visit, On::Record] {
        let (own, names) = facts_of(on);
        if section == own && names.contains(&name) {
            return Some(format!("it is known in rules with `on = \"{own}\"`"));
        }
    }
    let mut known: Vec<String> = ["now", "today"].map(str::to_owned).into();
    known.extend(source.questions.iter().map(|question| format!("answers.{}", question.id)));
    known.extend(source.measures.iter().map(|measure| format!("measure.{}", measure.id)));
    known.extend(PERSON.iter().map(|name| format!("person.{name}")));
    for on in [On::Report, On::Visit, On::Record] {
        let (own, names) = facts_of(on);
        known.extend(names.iter().map(|name| format!("{own}.{name}")));
    }
    // The name alone, without its section, or with another one.
    let bare = |known: &&String| known.split_once('.').is_some_and(|(_, bare)| bare == path || bare == name);
    let exact = known.iter().find(bare).map(String::as_str);
    exact
        .or_else(|| nearest(path, known.iter().map(String::as_str)))
        .map(|nearest| format!("did you mean `{nearest}`?"))
}

/// Which bounds are meant.
fn bounds(source: &PackSource, at: &Location) -> Option<String> {
    let [Key::Name(list), Key::Index(index), rest @ ..] = at.keys() else { return None };
    let advice = match (*list, rest) {
        ("ground", _) => {
            let ground = source.grounds.get(*index)?;
            let [from, until] = [ground.from, ground.until].map(|time| source.pack.local(time));
            format!("it ends at {until}, not after its start at {from}")
        }
        ("question", [.., Key::Name("place-digits")]) => "places have 2, 4, 6, 9 or 12 digits".to_owned(),
        ("question", _) => {
            "`least` is at most `most`, both without the decimal point, and `decimals` at most 3".to_owned()
        }
        ("threshold", _) => "thresholds are from 1 to 300 points".to_owned(),
        ("band", _) => "points are from 0 to 100, and `at-least` is at most `at-most`".to_owned(),
        ("measure", _) => "places in the risk data have 2, 4, 6, 9 or 12 digits".to_owned(),
        _ => return None,
    };
    Some(advice)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_name_is_close() {
        let known = ["contact", "symptoms", "over", "red-2"];
        for (name, meant) in [
            ("contakt", Some("contact")),
            ("Contact", Some("contact")),
            ("symptom", Some("symptoms")),
            ("ovre", Some("over")),
            ("red2", Some("red-2")),
            ("red_2", Some("red-2")),
            ("temperature", None),
            ("x", None),
            ("", None),
        ] {
            assert_eq!(nearest(name, known), meant, "{name}");
        }
        assert_eq!(nearest("a", ["b"]), None, "nothing is left of it");
    }
}
