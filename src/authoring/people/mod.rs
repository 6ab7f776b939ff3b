//! Synthetic people to try rules on: the same seed always gives the same people, with the marginals below. None of them
//! is real, and they do not forecast any real population; they exercise every part of a pack.

mod marginals;

use super::preview::Preview;
use super::source::{FactsSource, PackSource, RecordSource};
use crate::calendar::{DAY, Span, Time};
use crate::colour::Colour;
use crate::facts::{Answer, Answers, Decimal, Mode, Report, Status, StatusEntry, Trip, Visit};
use crate::place::Place;
use crate::risk::{Level, RiskRow};
use crate::rules::expression::{Budget, Fragment};
use crate::rules::pack::{NumberForm, Pack, Question, QuestionKind, Total};
use crate::rules::questionnaire::{AnswerError, interpret};

use marginals::Spread;
pub use marginals::{End, Marginals, MarginalsError, Range, Rates, Shares};

/// The marginals, for the command's help.
pub const MARGINALS: &str = "\
Marginals of the people, each independent of the others, unless a file says otherwise (--marginals; its form is in
rules/README.md):
  reports        96 % reported within the last 20 hours, 3 % two to nine days ago, 1 % never; 10 % also two days before;
                 1 % leave out one answer
  home           in the region of the pack; 4 % elsewhere
  temperature    35.8 to 37.0 °C; 1 % 37.0 to 37.2, 1 % 37.3 to 39.9
  several-of     96 % the option that excludes all others, else one of the others
  yes or no      2 % the answer that makes the code worse by itself, or yes if neither does; a question that opens one on
                 trips says yes for those who were away
  one-of         2 % an option that makes the code worse by itself, else any of the others, every one alike
  dates          any of the days that the question allows; of the last 80 years if it allows all
  other answers  numbers anywhere in their bounds; places as the home
  away           8 %, one or two trips within 14 days of 1 to 9 days (one in ten to a quarter of a day): 30 % to places
                 of the risk table at medium or high risk, else to one of eight other cities
  mode of a trip 82 % stay, 6 % each drive-through, rail, air; a night on the road takes none of the rest
  record         98 % have one; 0.5 % with a status within 20 days: 5 % confirmed, 5 % suspected, 5 % asymptomatic,
                 45 % close contact, 30 % contact of a contact, 10 % recovered; 1 % exempt as essential worker";

/// What everybody made up writes where words of one's own are asked for.
const MADE_UP: &str = "made up";

/// How often somebody answers what makes the code worse, of which many have two options or more: in a hundred.
const WORSE: u32 = 2;
/// How many options are tried for what they do; if there are more, all are alike.
const TRIED: usize = 2_000;
/// The days of a lifetime, for dates that may lie anywhere.
const LIFETIME: i64 = 80 * 365;

/// Cities that people may have been to, besides those of the risk table.
const CITIES: [&str; 8] = ["110105", "310104", "320102", "340104", "350203", "440304", "500103", "610102"];

/// A population.
pub struct People {
    questions: Vec<Question>,
    pack: Pack,
    risky: Vec<Place>,
    cities: Vec<Place>,
    now: Time,
    seed: u64,
    rates: Rates,
    /// For each question, how often which answer is given, where it is not by its type alone.
    spreads: Vec<Option<Spread>>,
}

/// Steele, Lea and Flood: Fast splittable pseudorandom number generators (2014), `SplitMix64`.
struct Random(u64);

impl Random {
    const fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number from 0 to below `limit`. The bias of the remainder is below 2⁻³⁰ for all limits here.
    fn below(&mut self, limit: i64) -> i64 {
        let limit = u64::try_from(limit).unwrap_or(1).max(1);
        i64::try_from(self.next() % limit).unwrap_or(0)
    }

    /// A number from one to another.
    fn between(&mut self, least: i64, most: i64) -> i64 {
        least + self.below(most - least + 1)
    }

    /// True this many times in a thousand.
    fn chance(&mut self, of_thousand: u16) -> bool {
        self.below(1000) < i64::from(of_thousand)
    }

    fn pick<'t, T>(&mut self, items: &'t [T]) -> Option<&'t T> {
        let index = self.below(i64::try_from(items.len()).unwrap_or(1));
        items.get(usize::try_from(index).unwrap_or(0))
    }
}

impl People {
    /// People who answer the questions of these packs at a moment, and may have been to the places in the risk table.
    #[must_use]
    pub fn new(first: &PackSource, others: &[&PackSource], risk: &[RiskRow], now: Time, seed: u64) -> Self {
        let mut questions = first.questions.clone();
        for question in others.iter().flat_map(|pack| &pack.questions) {
            if questions.iter().all(|known| known.id != question.id) {
                questions.push(question.clone());
            }
        }
        let pack = Pack { questions: questions.clone(), ..first.to_pack() };
        let risky = risk.iter().filter(|row| row.level >= Level::Medium).map(|row| row.place).collect();
        let cities = CITIES.iter().filter_map(|code| Place::parse(code).ok()).collect();
        let mut people =
            Self { questions, pack, risky, cities, now, seed, rates: Rates::default(), spreads: Vec::new() };
        people.spreads = people.by_effect(first, others);
        people
    }

    /// The same people with other marginals.
    ///
    /// # Errors
    /// [`MarginalsError`] if they are about questions that are not asked, or answers that cannot be given.
    pub fn with(mut self, marginals: &Marginals) -> Result<Self, MarginalsError> {
        let stated = marginals.spreads(&self.questions)?;
        self.spreads = stated.into_iter().zip(self.spreads).map(|(stated, own)| stated.or(own)).collect();
        self.rates = marginals.people.clone();
        Ok(self)
    }

    /// Questions with options: those that make the code worse by themselves are rarely chosen.
    fn by_effect(&self, first: &PackSource, others: &[&PackSource]) -> Vec<Option<Spread>> {
        let packs = core::iter::once(first).chain(others.iter().copied());
        let previews: Vec<_> = packs.filter_map(|pack| Preview::new(pack, Some(Vec::new())).ok()).collect();
        let few = self.questions.iter().map(|question| question.options.len()).sum::<usize>() <= TRIED;
        let of = |question: &Question| {
            let answers: Vec<_> = match question.kind {
                QuestionKind::YesNo => [false, true].map(Answer::YesNo).into(),
                QuestionKind::OneOf => question.options.iter().map(|one| Answer::Text(one.id.clone())).collect(),
                _ => return None,
            };
            let asks = |preview: &&Preview| preview.pack().questions.iter().any(|one| one.id == question.id);
            let preview = previews.iter().find(asks).filter(|_| few)?;
            let effects: Vec<_> = answers.iter().map(|answer| self.effect(preview, question, answer)).collect();
            let mildest = *effects.iter().min()?;
            let worse = effects.iter().filter(|effect| **effect != mildest).count();
            if worse == 0 {
                // Without any effect, every option is as likely, but something special is asked of few.
                return (question.kind == QuestionKind::YesNo).then(|| {
                    Spread::of(answers.into_iter().zip([100 - WORSE, WORSE]).map(|(one, share)| (share, one)))
                });
            }
            let (worse, mild) = (u32::try_from(worse).ok()?, u32::try_from(effects.len() - worse).ok()?);
            let share = |effect| if effect == mildest { (100 - WORSE) * worse } else { WORSE * mild };
            Some(Spread::of(effects.into_iter().map(share).zip(answers)))
        };
        self.questions.iter().map(of).collect()
    }

    /// What the rules make of somebody who is well otherwise and gives this answer: the greater, the worse.
    fn effect(&self, preview: &Preview, question: &Question, answer: &Answer) -> Option<(Colour, usize, u16)> {
        let at = self.now.minus(Span::seconds(3_600));
        let mut answers: Answers = preview.pack().questions.iter().filter_map(|one| self.well(one, at)).collect();
        answers.insert(question.id.clone(), answer.clone());
        if let Some(opens) = opener(question) {
            answers.insert(opens.to_owned(), Answer::YesNo(true));
        }
        remove_unasked(preview.pack(), &mut answers, at);
        let facts = FactsSource {
            reports: vec![Report { at, answers, given_for: None }],
            record: Some(RecordSource::default()),
            ..FactsSource::default()
        };
        let decision = preview.decide(&facts, self.now).ok()?;
        Some((decision.colour, decision.reasons.len() + decision.causes.len(), decision.scores.total(Total::Total)))
    }

    /// The answer of somebody who is well and was nowhere.
    fn well(&self, question: &Question, at: Time) -> Option<(String, Answer)> {
        let answer = match question.kind {
            QuestionKind::YesNo => Answer::YesNo(false),
            QuestionKind::OneOf => Answer::Text(question.options.first()?.id.clone()),
            QuestionKind::ManyOf => {
                let alone = question.options.iter().find(|option| option.alone && !option.is_unsure());
                Answer::Many(alone.map(|option| option.id.clone()).into_iter().collect())
            }
            QuestionKind::Number => {
                let form = question.number.as_ref()?;
                let normal = if is_temperature(form) { 365 } else { form.least.midpoint(form.most) };
                Answer::Number(Decimal::from_scaled(normal, form.decimals))
            }
            QuestionKind::Date => {
                let back = question.days_back.map_or(LIFETIME / 2, i64::from);
                Answer::Text(self.pack.clock().date(at).plus_days(-back).to_string())
            }
            QuestionKind::Place => Answer::Text(self.well_home(question)),
            QuestionKind::Trips => Answer::Trips(Vec::new()),
            QuestionKind::Text => Answer::Text(MADE_UP.into()),
        };
        Some((question.id.clone(), answer))
    }

    /// A place in the region, as narrow as the question asks.
    fn well_home(&self, question: &Question) -> String {
        let region = self.pack.region;
        let code = if region == Place::COUNTRY { String::from("11") } else { region.to_string() };
        if region.is_undivided() {
            return code;
        }
        let digits = usize::from(question.place_digits.unwrap_or(2)).max(code.len());
        code.chars().chain("010101001001".chars().skip(code.len().saturating_sub(2))).take(digits).collect()
    }

    /// The person with this number: always the same for the same seed.
    #[must_use]
    pub fn person(&self, number: u64) -> FactsSource {
        let mut random = Random(self.seed ^ number.wrapping_mul(0xd6e8_feb8_6659_fd93));
        // Neighbouring seeds diverge only after some steps.
        random.next();
        let home = self.home(&mut random);
        let trips = self.trips(&mut random);
        let mut reports = Vec::new();
        let Rates { never_reported, late, .. } = self.rates;
        let age = match random.below(1000) {
            reported if reported < never_reported.into() => None,
            reported if reported < i64::from(never_reported) + i64::from(late) => Some((2 + random.below(8)) * DAY),
            _ => Some(random.below(20 * 3600)),
        };
        if let Some(age) = age {
            let at = self.now.minus(Span::seconds(age));
            if random.chance(self.rates.twice) {
                let earlier = at.minus(Span::days(2));
                reports.push(Report {
                    at: earlier,
                    answers: self.answers(home, &[], earlier, &mut random),
                    given_for: None,
                });
            }
            reports.push(Report { at, answers: self.answers(home, &trips, at, &mut random), given_for: None });
        }
        let asked_trips = self.questions.iter().any(|question| question.kind == QuestionKind::Trips);
        let visit = |trip: &Trip| trip.to_visit(self.pack.clock(), self.now);
        let diary: Vec<Visit> = if asked_trips { Vec::new() } else { trips.iter().map(visit).collect() };
        let record = random.chance(self.rates.record).then(|| self.record(&mut random));
        FactsSource { reports, diary, record, risk: None, exposures: Vec::new(), here: None }
    }

    fn home(&self, random: &mut Random) -> Place {
        let region = self.pack.region.to_string();
        let elsewhere = random.chance(self.rates.elsewhere);
        let part = |random: &mut Random, least: i64| format!("{:02}", least + random.below(9));
        let code = match region.len() {
            _ if elsewhere => String::new(),
            2 => format!("{region}{}{}", part(random, 1), part(random, 2)),
            4 => format!("{region}{}", part(random, 2)),
            _ => region,
        };
        Place::parse(&code).ok().or_else(|| random.pick(&self.cities).copied()).unwrap_or(self.pack.region)
    }

    fn trips(&self, random: &mut Random) -> Vec<Trip> {
        if !random.chance(self.rates.away) {
            return Vec::new();
        }
        let today = self.pack.clock().date(self.now);
        let count = 1 + random.below(2);
        (0..count)
            .filter_map(|_| {
                let risky = random.chance(self.rates.at_risk) && !self.risky.is_empty();
                let place = *random.pick(if risky { &self.risky } else { &self.cities })?;
                let from = today.plus_days(-random.below(14));
                let to = from.plus_days(if random.chance(100) { 0 } else { random.below(9) });
                let mode = match random.below(100) {
                    0..=81 => Mode::Stay,
                    82..=87 => Mode::DriveThrough,
                    88..=93 => Mode::Rail,
                    _ => Mode::Air,
                };
                Some(Trip { place, from, to: Some(to.min(today)), mode, not_in: None })
            })
            .collect()
    }

    fn record(&self, random: &mut Random) -> RecordSource {
        let mut record = RecordSource::default();
        if random.chance(self.rates.status) {
            let status = match random.below(100) {
                0..=4 => Status::Confirmed,
                5..=9 => Status::Suspected,
                10..=14 => Status::Asymptomatic,
                15..=59 => Status::CloseContact,
                60..=89 => Status::ContactOfContact,
                _ => Status::Recovered,
            };
            let since = self.now.minus(Span::seconds(random.below(20 * DAY)));
            record.statuses.push(StatusEntry { status, since });
        }
        if random.chance(self.rates.exempt) {
            record.exempt.push("essential-worker".into());
        }
        record
    }

    fn answers(&self, home: Place, trips: &[Trip], at: Time, random: &mut Random) -> Answers {
        let mut answers = Answers::new();
        let today = self.pack.clock().date(at);
        for (question, spread) in self.questions.iter().zip(&self.spreads) {
            let answer = match (self.opens(question), spread) {
                // Whether the person was away decides the answer to the question before the one on trips.
                (Some(QuestionKind::Trips), _) => Some(Answer::YesNo(!trips.is_empty())),
                _ if !shown(question, &answers) => None,
                (_, Some(spread)) => spread.draw(today, random),
                _ => self.answer(question, home, trips, at, random),
            };
            answers.extend(answer.map(|answer| (question.id.clone(), answer)));
        }
        if random.chance(self.rates.left_out) {
            let left_out = random.pick(&self.questions);
            left_out.map(|question| answers.remove(&question.id));
        }
        // For conditions on more than one answer: questions that are not asked are not answered.
        let simple = self.questions.iter().all(|question| question.show_if.is_none() || opener(question).is_some());
        if !simple {
            remove_unasked(&self.pack, &mut answers, at);
        }
        answers
    }

    /// The kind of the question that is asked only if this one is answered with yes.
    fn opens(&self, question: &Question) -> Option<QuestionKind> {
        let yes_no = question.kind == QuestionKind::YesNo;
        let opened = self.questions.iter().find(|other| opener(other) == Some(question.id.as_str()));
        opened.filter(|_| yes_no).map(|opened| opened.kind)
    }

    fn answer(
        &self,
        question: &Question,
        home: Place,
        trips: &[Trip],
        at: Time,
        random: &mut Random,
    ) -> Option<Answer> {
        Some(match question.kind {
            QuestionKind::YesNo => Answer::YesNo(random.chance(20)),
            QuestionKind::OneOf => Answer::Text(random.pick(&question.options)?.id.clone()),
            QuestionKind::ManyOf => {
                let alone = question.options.iter().find(|option| option.alone && !option.is_unsure());
                let others: Vec<_> = question.options.iter().filter(|option| !option.alone).collect();
                let well = random.chance(960);
                match (alone, random.pick(&others)) {
                    (Some(alone), _) if well => Answer::Many(vec![alone.id.clone()]),
                    (None, _) if well => Answer::Many(Vec::new()),
                    (_, Some(other)) => Answer::Many(vec![other.id.clone()]),
                    _ => return None,
                }
            }
            QuestionKind::Number => {
                let form = question.number.as_ref()?;
                let scaled = if is_temperature(form) {
                    match random.below(100) {
                        0 => 370 + random.below(3),
                        1 => 373 + random.below(27),
                        _ => 358 + random.below(12),
                    }
                } else {
                    random.between(form.least, form.most)
                };
                Answer::Number(Decimal::from_scaled(scaled, form.decimals))
            }
            QuestionKind::Text => Answer::Text(MADE_UP.into()),
            QuestionKind::Date => {
                let back = random.below(question.days_back.map_or(LIFETIME, i64::from));
                Answer::Text(self.pack.clock().date(at).plus_days(-back).to_string())
            }
            QuestionKind::Place => Answer::Text(home.to_string()),
            QuestionKind::Trips => {
                let today = self.pack.clock().date(at);
                let begun = trips.iter().filter(|trip| trip.from <= today).cloned().map(|mut trip| {
                    trip.to = trip.to.map(|to| to.min(today));
                    trip
                });
                let digits = usize::from(question.place_digits.unwrap_or(2));
                // Somebody who was somewhere in a province says in which city.
                let narrow = |mut trip: Trip| {
                    let code = trip.place.to_string();
                    let narrow: String = code.chars().chain("010101001".chars()).take(digits.max(code.len())).collect();
                    trip.place = Place::parse(&narrow).unwrap_or(trip.place);
                    trip
                };
                Answer::Trips(begun.map(narrow).collect())
            }
        })
    }
}

fn is_temperature(form: &NumberForm) -> bool {
    form.unit == "°C" && form.decimals == 1 && form.least <= 358 && form.most >= 399
}

/// Takes out the answers to questions that are not asked, given the others.
fn remove_unasked(pack: &Pack, answers: &mut Answers, at: Time) {
    let asked = answers.clone();
    let problems = interpret(pack, &asked, at, &mut Budget::default()).problems;
    for problem in problems.iter().filter(|problem| problem.error == AnswerError::NotAsked) {
        answers.remove(&problem.question);
    }
}

/// The question that must be answered yes for this one to be asked, if its condition is as simple as that.
fn opener(question: &Question) -> Option<&str> {
    let crate::rules::expression::Expression::Var(path) = question.show_if.as_ref()?.expression() else { return None };
    path.fragments().get(1).map(Fragment::name)
}

/// Whether a question is asked, going by a single answer.
fn shown(question: &Question, answers: &Answers) -> bool {
    opener(question).is_none_or(|id| matches!(answers.get(id), Some(Answer::YesNo(true))))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hangzhou() -> PackSource {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/rules/packs/hangzhou/pack.toml");
        PackSource::parse(&std::fs::read_to_string(path).unwrap()).unwrap()
    }

    #[test]
    fn the_same_seed_gives_the_same_people_and_they_are_as_documented() {
        let source = hangzhou();
        let now = Time::parse("2020-02-20T09:00:00+08:00").unwrap();
        let people = |seed| People::new(&source, &[], &[], now, seed);
        let json = |seed, number| serde_json::to_string(&people(seed).person(number)).unwrap();
        assert_eq!(json(1, 5), json(1, 5));
        assert_ne!(json(1, 5), json(2, 5));
        assert_ne!(json(1, 5), json(1, 6));
        let some = people(3);
        let all: Vec<_> = (0..4000).map(|number| some.person(number)).collect();
        let share = |of: &dyn Fn(&FactsSource) -> bool| all.iter().filter(|person| of(person)).count();
        let newest = |person: &FactsSource| person.reports.last().map(|report| now.since(report.at).as_seconds());
        assert!((10..90).contains(&share(&|person| person.reports.is_empty())));
        assert!((3750..3930).contains(&share(&|person| newest(person).is_some_and(|age| age < 20 * 3600))));
        let yes = |person: &FactsSource, id: &str| {
            person.reports.last().is_some_and(|report| report.answers.get(id) == Some(&Answer::YesNo(true)))
        };
        assert!((240..400).contains(&share(&|person| yes(person, "been_away"))));
        assert!(
            (5..60)
                .contains(&share(&|person| person.record.as_ref().is_some_and(|record| !record.statuses.is_empty())))
        );
        // Everybody except those who leave something out gives valid answers.
        let pack = source.to_pack();
        let wrong = share(&|person| {
            person.reports.iter().any(|report| {
                let problems = interpret(&pack, &report.answers, report.at, &mut Budget::default()).problems;
                problems.iter().any(|problem| !matches!(problem.error, AnswerError::Missing | AnswerError::NotAsked))
            })
        });
        assert_eq!(wrong, 0);
        let missing = share(&|person| {
            person.reports.last().is_some_and(|report| {
                !interpret(&pack, &report.answers, report.at, &mut Budget::default()).problems.is_empty()
            })
        });
        assert!((10..90).contains(&missing), "{missing}");
    }
}
