//! Which groups of people a pack, or a change of one, hits most.

use std::collections::BTreeMap;

use healthcode::authoring::source::FactsSource;
use healthcode::facts::{Answer, Report};
use healthcode::rules::pack::{Pack, QuestionKind};
use serde::Serialize;

/// How many groups are counted at most: people's places make new ones.
const MOST: usize = 10_000;
/// How many are shown.
const SHOWN: usize = 12;
/// Digits of the code of a prefecture, by which places are put together.
const PREFECTURE: usize = 4;

/// Of how many people how many were hit.
#[derive(Debug, Default, Clone, Copy)]
struct Count {
    people: u64,
    hit: u64,
}

/// Groups by their names.
#[derive(Debug, Default)]
pub(super) struct Groups(BTreeMap<String, Count>);

/// A group, and how many of it are hit.
#[derive(Debug, Serialize)]
pub(super) struct Group {
    pub(super) name: String,
    pub(super) people: u64,
    pub(super) hit: u64,
}

impl Groups {
    /// Counts a person in each group that they belong to, by what they answered last and what the issuer knows of them.
    pub(super) fn add(&mut self, pack: &Pack, person: &FactsSource, hit: bool) {
        match person.reports.iter().max_by_key(|report| report.at) {
            Some(report) => self.add_answers(pack, report, hit),
            None => self.count("no report", hit),
        }
        match &person.record {
            Some(record) => {
                record.statuses.iter().for_each(|entry| self.count(&format!("record: {}", entry.status.name()), hit));
                record.exempt.iter().for_each(|exempt| self.count(&format!("exempt: {exempt}"), hit));
            }
            None => self.count("no record", hit),
        }
        if let Some(here) = person.here {
            self.place("here", &here.to_string(), hit);
        }
    }

    fn add_answers(&mut self, pack: &Pack, report: &Report, hit: bool) {
        for question in &pack.questions {
            let id = &question.id;
            let Some(answer) = report.answers.get(id) else {
                self.count(&format!("{id}: not answered"), hit);
                continue;
            };
            let is_option = |option: &str| question.options.iter().any(|choice| choice.id == option);
            match (question.kind, answer) {
                (QuestionKind::YesNo, Answer::YesNo(yes)) => {
                    self.count(&format!("{id}: {}", if *yes { "yes" } else { "no" }), hit);
                }
                (QuestionKind::OneOf, Answer::Text(option)) if is_option(option) => {
                    self.count(&format!("{id}: {option}"), hit);
                }
                (QuestionKind::ManyOf, Answer::Many(options)) => {
                    options
                        .iter()
                        .filter(|option| is_option(option))
                        .for_each(|option| self.count(&format!("{id}: {option}"), hit));
                }
                (QuestionKind::Place, Answer::Text(place)) => self.place(id, place, hit),
                (QuestionKind::Place, Answer::Place(answer)) => self.place(id, &answer.place.to_string(), hit),
                (QuestionKind::Trips, Answer::Trips(trips)) => {
                    self.count(&format!("{id}: {}", if trips.is_empty() { "none" } else { "some" }), hit);
                }
                // Numbers, dates and words of one's own are as many as people.
                _ => {}
            }
        }
    }

    fn place(&mut self, of: &str, place: &str, hit: bool) {
        // An answer may be anything.
        if place.is_ascii() && place.len() <= 16 {
            self.count(&format!("{of}: {}", place.get(..PREFECTURE).unwrap_or(place)), hit);
        }
    }

    fn count(&mut self, name: &str, hit: bool) {
        if !self.0.contains_key(name) {
            if self.0.len() >= MOST {
                return;
            }
            self.0.insert(name.to_owned(), Count::default());
        }
        if let Some(count) = self.0.get_mut(name) {
            count.people += 1;
            count.hit += u64::from(hit);
        }
    }

    pub(super) fn merge(&mut self, other: Self) {
        for (name, Count { people, hit }) in other.0 {
            let mine = self.0.entry(name).or_default();
            mine.people += people;
            mine.hit += hit;
        }
    }

    /// Those of which the largest share is hit, of those that are at least a thousandth of all people, and ten.
    pub(super) fn most_hit(&self, all: u64) -> Vec<Group> {
        let enough = (all / 1000).max(10);
        let counted = self.0.iter().filter(|(_, count)| count.people >= enough && count.hit > 0);
        let mut groups: Vec<_> = counted
            .map(|(name, Count { people, hit })| Group { name: name.clone(), people: *people, hit: *hit })
            .collect();
        // In whole numbers: the share in a million.
        groups.sort_by_key(|group| std::cmp::Reverse(u128::from(group.hit) * 1_000_000 / u128::from(group.people)));
        groups.truncate(SHOWN);
        groups
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use healthcode::authoring::source::PackSource;

    #[test]
    fn the_largest_shares_come_first_and_small_groups_do_not_count() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/rules/packs/hangzhou/pack.toml");
        let pack = PackSource::parse(&std::fs::read_to_string(path).unwrap()).unwrap().to_pack();
        let person = |answers: &str| -> FactsSource {
            let report = format!(r#"{{"at": "2020-02-12T08:10:00+08:00", "answers": {answers}}}"#);
            serde_json::from_str(&format!(r#"{{"reports": [{report}]}}"#)).unwrap()
        };
        let mut groups = Groups::default();
        for number in 0..100 {
            let sick = number < 12;
            let symptoms = if sick { "fever" } else { "none" };
            groups.add(
                &pack,
                &person(&format!(r#"{{"home": "330106", "symptoms": ["{symptoms}"], "temperature": 36.5}}"#)),
                sick,
            );
        }
        groups.add(&pack, &person(r#"{"home": "420106", "symptoms": ["made up"]}"#), true);
        let mut other = Groups::default();
        (0..10).for_each(|_| other.add(&pack, &FactsSource::default(), false));
        groups.merge(other);
        let most = groups.most_hit(111);
        assert_eq!((most[0].name.as_str(), most[0].people, most[0].hit), ("symptoms: fever", 12, 12));
        let named = |name: &str| most.iter().find(|group| group.name == name).map(|group| (group.people, group.hit));
        assert_eq!(named("home: 3301"), Some((100, 12)));
        assert_eq!((named("home: 4201"), named("symptoms: made up"), named("no report")), (None, None, None));
    }
}
