//! What to do about a fault of a pack, where the pack itself says more than the fault does: the name that was meant, the
//! section that a fact belongs to.

use super::review::Finding;
use super::source::PackSource;
use crate::rules::check::{PERSON, PackError, facts_of};
use crate::rules::location::{Key, Location};
use crate::rules::pack::On;
use crate::rules::reason::Cause;

/// What to do about a fault of the structure.
#[must_use]
pub fn about_fault(source: &PackSource, fault: &PackError) -> Option<String> {
    match fault {
        PackError::Id { at } => id(source, at),
        PackError::UnknownName { what, name, .. } => meant(name, names(source, what)),
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
        Finding::CaseName { what, name, .. } => meant(name, case_names(source, what)),
        _ => None,
    }
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

fn names<'s>(source: &'s PackSource, what: &str) -> Vec<&'s str> {
    let all = |ids: &mut dyn Iterator<Item = &'s String>| ids.map(String::as_str).collect();
    match what {
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
