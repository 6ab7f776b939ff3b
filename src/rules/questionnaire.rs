//! The questionnaire: which questions are asked, and whether the answers are possible.

use super::expression::{Budget, EvaluateError, Object, Value};
use super::pack::{Pack, Question, QuestionKind};
use crate::calendar::{CalendarError, Date, Time};
use crate::error::family_errors;
use crate::facts::{Answer, Answers, Trip, Visit};
use crate::limits::{ANSWER_BYTES, PACK_ID_BYTES, TRIPS};
use crate::place::Place;
use crate::place::PlaceError;
use crate::private::private_debug;
use crate::unseen::is_seen;

family_errors! {
    /// Why an answer is not accepted. It never repeats the answer.
    AnswerError {
        /// A required question has no answer.
        Missing = "answer-missing", "this question needs an answer";
        /// No question has this id.
        UnknownQuestion = "answer-unknown-question", "the rule pack has no such question";
        /// The question was not asked, given the other answers.
        NotAsked = "answer-not-asked", "this question is not asked, given the other answers";
        /// An answer of the wrong type.
        WrongType { /// what was wanted
            wanted: QuestionKind } = "answer-wrong-type", "the answer has the wrong type for this question: {wanted}";
        /// A number out of bounds.
        OutOfRange { /// the least, in the unit without decimal point
            least: i64, /// the greatest
            most: i64, /// decimal places
            decimals: u8, /// the unit
            unit: String } = "answer-out-of-range", "the number must be from {least} to {most} ({decimals} decimal places, {unit})";
        /// More decimal places than are asked for.
        TooPrecise { /// how many there may be
            decimals: u8 } = "answer-too-precise", "the number may have at most {decimals} decimal places";
        /// Not one of the options.
        UnknownOption = "answer-unknown-option", "this is not one of the options";
        /// An option twice.
        Twice = "answer-twice", "an option is chosen twice";
        /// "None of these" together with one of these.
        NotAlone = "answer-not-alone", "an option that excludes all others is chosen together with another";
        /// A day after today.
        DateInFuture = "answer-date-in-future", "the date is after today";
        /// A day further back than the question allows.
        DateTooEarly { /// how many days back at most
            days: u16 } = "answer-date-too-early", "the date is more than {days} days ago";
        /// A place that is not precise enough.
        PlaceTooWide { /// digits needed
            digits: u8 } = "answer-place-too-wide", "the place must be given with at least {digits} digits";
        /// A trip that ends before it begins.
        TripOrder = "answer-trip-order", "a trip ends before it begins";
        /// More trips, or a longer text, than any answer may have.
        TooMuch = "answer-too-much", "the answer is longer than any answer may be";
        /// Characters that whoever is shown the answer would not see, or more than one line.
        Unseen = "answer-unseen", "the answer has characters that nobody sees, or a line break";
        @wraps
        /// Not a date.
        Date(CalendarError);
        /// Not a place.
        Place(PlaceError);
        /// The question's own condition could not be evaluated.
        Condition(EvaluateError);
    }
}

/// What is wrong with the answer to one question.
#[derive(Clone, PartialEq, Eq)]
pub struct AnswerProblem {
    /// The question's id, as in the pack or as it was given.
    pub question: String,
    /// The index of the trip, from 0, if the problem is in a trip.
    pub trip: Option<usize>,
    /// What is wrong.
    pub error: AnswerError,
}

impl AnswerProblem {
    fn of(question: &str, error: AnswerError) -> Self {
        Self { question: question.into(), trip: None, error }
    }
}

/// Answers as rules see them.
pub struct Interpreted<'a> {
    /// The data for conditions on answers: `{answers: {…}}`, with the values by question.
    pub data: Value<'a>,
    /// The trips, as visits.
    pub visits: Vec<Visit>,
    /// The questions to ask, given these answers, in order.
    pub asked: Vec<&'a Question>,
    /// What is wrong, in the order of the questions.
    pub problems: Vec<AnswerProblem>,
}

impl<'a> Interpreted<'a> {
    /// The values by question.
    #[must_use]
    pub fn answers(&self) -> Option<&Object<'a>> {
        self.data.as_object()?.get("answers")?.as_object()
    }
}

/// Reads answers handed in at `handed_in` by the pack's questionnaire.
#[must_use]
pub fn interpret<'a>(pack: &'a Pack, answers: &'a Answers, handed_in: Time, budget: &mut Budget) -> Interpreted<'a> {
    let count = pack.questions.len();
    let data = Value::Object(Object::with_capacity(1).with("answers", Object::with_capacity(count)));
    let mut out = Interpreted { data, visits: Vec::new(), asked: Vec::with_capacity(count), problems: Vec::new() };
    // How many answers have not been matched with a question yet.
    let mut unknown = answers.len();
    for question in &pack.questions {
        let mut trip = None;
        let mut problem = |error| out.problems.push(AnswerProblem::of(&question.id, error));
        if let Err(error) = budget.spend(1) {
            problem(error.into());
            break;
        }
        let shown = match &question.show_if {
            None => true,
            Some(condition) => match condition.holds(&out.data, budget) {
                Ok(shown) => shown,
                Err(error) => {
                    problem(error.into());
                    continue;
                }
            },
        };
        if shown {
            out.asked.push(question);
        }
        let answer = answers.get(&question.id);
        unknown = unknown.saturating_sub(usize::from(answer.is_some()));
        match (shown, answer) {
            (true, None) if question.required => problem(AnswerError::Missing),
            (_, None) => {}
            (false, Some(_)) => problem(AnswerError::NotAsked),
            (true, Some(answer)) => match budget
                .spend(comparisons(question, answer))
                .map_err(AnswerError::from)
                .and_then(|()| value(pack, question, answer, handed_in, &mut trip, &mut out.visits))
            {
                Err(error) => out.problems.push(AnswerProblem { trip, ..AnswerProblem::of(&question.id, error) }),
                Ok(value) => {
                    let answers = out.data.as_object_mut().and_then(|data| data.get_mut("answers"));
                    if let Some(answers) = answers.and_then(Value::as_object_mut) {
                        answers.set(question.id.as_str(), value);
                    }
                }
            },
        }
    }
    // Where the budget does not suffice, what is strange is not looked for: the questions say that it is spent.
    if unknown > 0 && budget.spend(answers.len() * pack.questions.len() / 8).is_err() {
        return out;
    }
    let strange = answers.keys().filter(|id| pack.questions.iter().all(|question| question.id != **id));
    for id in strange.take(unknown) {
        // The id of an unknown question is shortened: it may be anything.
        let question: String = id.chars().take(PACK_ID_BYTES).collect();
        out.problems.push(AnswerProblem::of(&question, AnswerError::UnknownQuestion));
    }
    out
}

/// What reading an answer costs, in steps: each option that is compared with it, each trip.
fn comparisons(question: &Question, answer: &Answer) -> usize {
    let options = question.options.len();
    match answer {
        Answer::YesNo(_) | Answer::Number(_) | Answer::Place(_) => 0,
        Answer::Text(_) => options,
        Answer::Many(ids) if ids.len() > options => 0,
        Answer::Many(ids) => ids.len() * (2 * options + ids.len()),
        Answer::Trips(trips) => trips.len().min(TRIPS),
    }
}

/// The value of one answer; `at` is set to the trip that is wrong, if any.
fn value<'a>(
    pack: &Pack,
    question: &'a Question,
    answer: &'a Answer,
    handed_in: Time,
    at: &mut Option<usize>,
    visits: &mut Vec<Visit>,
) -> Result<Value<'a>, AnswerError> {
    let wrong = AnswerError::WrongType { wanted: question.kind };
    Ok(match (question.kind, answer) {
        (QuestionKind::YesNo, Answer::YesNo(yes)) => Value::Bool(*yes),
        (QuestionKind::Number, Answer::Number(number)) => {
            let Some(form) = &question.number else { return Err(wrong) };
            let decimals = form.decimals;
            let scaled = number.scaled(decimals).ok_or(AnswerError::TooPrecise { decimals })?;
            if !(form.least..=form.most).contains(&scaled) {
                let unit = form.unit.clone();
                return Err(AnswerError::OutOfRange { least: form.least, most: form.most, decimals, unit });
            }
            Value::Int(scaled)
        }
        (QuestionKind::OneOf, Answer::Text(id)) => option(question, id)?,
        (QuestionKind::ManyOf, Answer::Many(ids)) => many(question, ids)?,
        // An empty list can be a list of options or of trips.
        (QuestionKind::Trips, Answer::Many(ids)) if ids.is_empty() => Value::Array(Vec::new()),
        (QuestionKind::Date, Answer::Text(text)) => {
            let date = Date::parse(text)?;
            check_date(pack, question, date, handed_in)?;
            Value::Timestamp(pack.clock().show(date).unix() * 1000)
        }
        (QuestionKind::Place, Answer::Text(text)) => {
            if text.len() > ANSWER_BYTES {
                return Err(AnswerError::TooMuch);
            }
            check_place(question, Place::parse(text)?)?;
            Value::Text(text.as_str().into())
        }
        (QuestionKind::Place, Answer::Place(told)) => {
            check_place(question, told.place)?;
            Value::Text(told.place.to_string().into())
        }
        (QuestionKind::Trips, Answer::Trips(trips)) => {
            if trips.len() > TRIPS {
                return Err(AnswerError::TooMuch);
            }
            for (index, trip) in trips.iter().enumerate() {
                *at = Some(index);
                check_trip(pack, question, trip, handed_in)?;
            }
            visits.extend(trips.iter().map(|trip| trip.to_visit(pack.clock(), handed_in)));
            Value::Array(trips.iter().map(|trip| Value::Text(trip.place.to_string().into())).collect())
        }
        (QuestionKind::Text, Answer::Text(text)) => {
            if text.len() > ANSWER_BYTES {
                return Err(AnswerError::TooMuch);
            }
            if question.required && text.trim().is_empty() {
                return Err(AnswerError::Missing);
            }
            if !is_seen(text) {
                return Err(AnswerError::Unseen);
            }
            // Nothing that a condition could read.
            Value::Null
        }
        _ => return Err(wrong),
    })
}

fn option<'a>(question: &'a Question, id: &str) -> Result<Value<'a>, AnswerError> {
    let option = question.options.iter().find(|option| option.id == id).ok_or(AnswerError::UnknownOption)?;
    Ok(Value::Text(option.id.as_str().into()))
}

fn many<'a>(question: &'a Question, ids: &[String]) -> Result<Value<'a>, AnswerError> {
    if ids.len() > question.options.len() {
        return Err(AnswerError::Twice);
    }
    let values = ids.iter().map(|id| option(question, id)).collect::<Result<_, _>>()?;
    if ids.iter().enumerate().any(|(index, id)| ids.iter().skip(index + 1).any(|other| other == id)) {
        return Err(AnswerError::Twice);
    }
    // An empty choice is no answer if there is a "none of these" option.
    if ids.is_empty() && question.required && question.options.iter().any(|option| option.alone) {
        return Err(AnswerError::Missing);
    }
    let alone = question.options.iter().any(|option| option.alone && ids.contains(&option.id));
    if alone && ids.len() > 1 { Err(AnswerError::NotAlone) } else { Ok(Value::Array(values)) }
}

fn check_date(pack: &Pack, question: &Question, date: Date, handed_in: Time) -> Result<(), AnswerError> {
    let today = pack.clock().date(handed_in);
    if date > today {
        return Err(AnswerError::DateInFuture);
    }
    match question.days_back {
        Some(days) if date < today.plus_days(-i64::from(days)) => Err(AnswerError::DateTooEarly { days }),
        _ => Ok(()),
    }
}

fn check_place(question: &Question, place: Place) -> Result<(), AnswerError> {
    match question.place_digits {
        Some(digits) if place.length() < digits && !place.is_undivided() => Err(AnswerError::PlaceTooWide { digits }),
        _ => Ok(()),
    }
}

fn check_trip(pack: &Pack, question: &Question, trip: &Trip, handed_in: Time) -> Result<(), AnswerError> {
    check_place(question, trip.place)?;
    if trip.to.is_some_and(|to| to < trip.from) {
        return Err(AnswerError::TripOrder);
    }
    // A trip may have begun before the days asked about, if it extends into them.
    let today = pack.clock().date(handed_in);
    if trip.from > today || trip.to.is_some_and(|to| to > today) {
        return Err(AnswerError::DateInFuture);
    }
    check_date(pack, question, trip.to.unwrap_or(today), handed_in)
}

private_debug!(AnswerProblem);

#[cfg(test)]
#[cfg(feature = "authoring")]
mod tests {
    use super::*;
    use crate::authoring::source::{trial_pack, unchecked_trial_pack};
    use crate::error::Coded;
    use crate::rules::check::structure;

    fn pack() -> Pack {
        trial_pack(
            r#"
            [[question]]
            id = "temperature"
            type = "number"
            text = TEXT
            number = { unit = "°C", decimals = 1, least = 340, most = 430 }
            [[question]]
            id = "symptoms"
            type = "many-of"
            text = TEXT
            options = [{ id = "cough", text = TEXT }, { id = "fever", text = TEXT }, { id = "none", text = TEXT, alone = true }]
            [[question]]
            id = "kind"
            type = "one-of"
            text = TEXT
            required = false
            options = [{ id = "resident", text = TEXT }]
            [[question]]
            id = "contact"
            type = "yes-no"
            text = TEXT
            required = false
            [[question]]
            id = "last_contact"
            type = "date"
            text = TEXT
            show-if = "answers.contact"
            days-back = 14
            [[question]]
            id = "home"
            type = "place"
            text = TEXT
            required = false
            place-digits = 6
            [[question]]
            id = "trips"
            type = "trips"
            text = TEXT
            required = false
            place-digits = 4
            days-back = 14
            "#,
        )
    }

    fn handed_in() -> Time {
        Time::parse("2020-02-12T09:00:00+08:00").unwrap()
    }

    /// The problems with these answers, as `question: code`, without missing required answers.
    fn problems(answers: &str) -> Vec<String> {
        let given: Answers = serde_json::from_str(answers).unwrap();
        let pack = pack();
        let problems = interpret(&pack, &given, handed_in(), &mut Budget::default()).problems;
        let of_given = problems.into_iter().filter(|problem| given.get(&problem.question).is_some());
        of_given.map(|problem| format!("{}: {}", problem.question, problem.error.code())).collect()
    }

    fn refused(answer: &str, code: &str) {
        let name = answer.split('"').nth(1).unwrap();
        assert_eq!(problems(&format!("{{{answer}}}")), [format!("{name}: {code}")], "{answer}");
    }

    fn taken(answers: &str) {
        assert_eq!(problems(answers), Vec::<String>::new(), "{answers}");
    }

    #[test]
    fn words_of_ones_own_are_taken_and_read_by_no_rule() {
        let questions = |more: &str| format!("[[question]]\nid = 'flight'\ntype = 'text'\ntext = TEXT\n{more}");
        let (pack, now) = (trial_pack(&questions("")), Time::parse("2020-02-11T08:00:00+08:00").unwrap());
        let problems = |text: &str| {
            let answers: Answers = [("flight".to_owned(), Answer::Text(text.into()))].into();
            let read = interpret(&pack, &answers, now, &mut Budget::default());
            assert!(read.answers().unwrap().get("flight").is_none_or(|value| *value == Value::Null));
            read.problems.iter().map(|problem| problem.error.code()).collect::<Vec<_>>()
        };
        assert_eq!(problems("CA910，32K"), <[&str; 0]>::default());
        assert_eq!(problems("  "), ["answer-missing"]);
        for hidden in ["CA910\u{202e}K23", "\u{200b}", "CA910\nwell", "\0"] {
            assert_eq!(problems(hidden), ["answer-unseen"]);
        }
        assert_eq!(problems(&"长".repeat(ANSWER_BYTES / 3 + 1)), ["answer-too-much"]);
        let rule = "[[rule]]\nid = 'r'\nwhen = 'answers.flight'\ncolour = 'red'\ntext = TEXT\nway-back = TEXT\n";
        let read = unchecked_trial_pack(&questions(rule));
        let faults: Vec<_> = structure(&read).iter().map(Coded::code).collect();
        assert_eq!(faults, ["pack-unknown-fact"]);
    }

    #[test]
    fn an_answer_that_cannot_be_names_its_question_and_what_is_wrong() {
        refused(r#""temperature": 33.9"#, "answer-out-of-range");
        refused(r#""temperature": 43.1"#, "answer-out-of-range");
        refused(r#""temperature": 36.55"#, "answer-too-precise");
        refused(r#""temperature": "36.5""#, "answer-wrong-type");
        refused(r#""symptoms": ["sneeze"]"#, "answer-unknown-option");
        refused(r#""symptoms": ["cough", "cough"]"#, "answer-twice");
        refused(r#""symptoms": ["cough", "none"]"#, "answer-not-alone");
        refused(r#""symptoms": []"#, "answer-missing");
        refused(r#""symptoms": ["cough", "fever", "none", "cough"]"#, "answer-twice");
        refused(r#""kind": "visitor""#, "answer-unknown-option");
        refused(r#""contact": "yes""#, "answer-wrong-type");
        refused(r#""home": "3301""#, "answer-place-too-wide");
        refused(r#""home": "33x""#, "place-not-digits");
        refused(r#""trips": [{"place": "42", "from": "2020-02-01"}]"#, "answer-place-too-wide");
        refused(r#""trips": [{"place": "4201", "from": "2020-02-03", "to": "2020-02-02"}]"#, "answer-trip-order");
        refused(r#""trips": [{"place": "4201", "from": "2020-02-13"}]"#, "answer-date-in-future");
        refused(r#""trips": [{"place": "4201", "from": "2020-02-11", "to": "2020-02-13"}]"#, "answer-date-in-future");
        refused(r#""trips": [{"place": "4201", "from": "2020-01-10", "to": "2020-01-28"}]"#, "answer-date-too-early");
        refused(r#""shoe_size": 42"#, "answer-unknown-question");
    }

    #[test]
    fn a_wrong_trip_is_named_by_its_number() {
        let trips = r#"{"trips": [{"place": "4201", "from": "2020-02-01"}, {"place": "42", "from": "2020-02-01"}], "temperature": 50}"#;
        let answers: Answers = serde_json::from_str(trips).unwrap();
        let problems = interpret(&pack(), &answers, handed_in(), &mut Budget::default()).problems;
        let named = |id: &str| problems.iter().find(|problem| problem.question == id).unwrap().trip;
        assert_eq!((named("trips"), named("temperature")), (Some(1), None));
    }

    #[test]
    fn bounds_are_inclusive_and_trips_may_reach_into_the_days_asked_about() {
        taken(r#"{"temperature": 34, "symptoms": ["none"]}"#);
        taken(r#"{"temperature": 43.0, "symptoms": ["cough", "fever"]}"#);
        taken(r#"{"contact": true, "last_contact": "2020-02-12"}"#);
        taken(r#"{"contact": true, "last_contact": "2020-01-29"}"#);
        taken(r#"{"home": "330106", "kind": "resident"}"#);
        taken(r#"{"trips": []}"#);
        taken(r#"{"trips": [{"place": "4201", "from": "2019-12-01", "to": "2020-01-29", "mode": "rail"}]}"#);
        taken(r#"{"trips": [{"place": "4201", "from": "2020-02-12"}]}"#);
    }

    #[test]
    fn a_date_must_lie_in_the_days_asked_about() {
        let date = |date: &str| problems(&format!(r#"{{"contact": true, "last_contact": "{date}"}}"#));
        assert_eq!(date("2020-02-13"), ["last_contact: answer-date-in-future"]);
        assert_eq!(date("2020-01-28"), ["last_contact: answer-date-too-early"]);
        assert_eq!(date("2020-02-30"), ["last_contact: time-malformed-date"]);
    }

    #[test]
    fn a_question_is_asked_if_its_condition_holds_and_only_then_taken() {
        let pack = pack();
        let asked = |answers: &str| {
            let answers: Answers = serde_json::from_str(answers).unwrap();
            let interpreted = interpret(&pack, &answers, handed_in(), &mut Budget::default());
            interpreted.asked.iter().map(|question| question.id.clone()).collect::<Vec<_>>()
        };
        assert_eq!(asked("{}"), ["temperature", "symptoms", "kind", "contact", "home", "trips"]);
        assert!(asked(r#"{"contact": true}"#).contains(&"last_contact".into()));
        assert_eq!(problems(r#"{"contact": false, "last_contact": "2020-02-12"}"#), ["last_contact: answer-not-asked"]);
        let missing = interpret(
            &pack,
            &[("contact".to_owned(), Answer::YesNo(true))].into(),
            handed_in(),
            &mut Budget::default(),
        )
        .problems;
        let missing: Vec<_> = missing.iter().map(|problem| (problem.question.as_str(), &problem.error)).collect();
        let error = &AnswerError::Missing;
        assert_eq!(missing, [("temperature", error), ("symptoms", error), ("last_contact", error)]);
    }

    #[test]
    fn rules_see_tenths_and_trips_become_visits() {
        let pack = pack();
        let answers: Answers = serde_json::from_str(
            r#"{"temperature": 37.3, "symptoms": ["none"], "trips": [{"place": "4201", "from": "2020-02-01", "to": "2020-02-02"}]}"#,
        )
        .unwrap();
        let interpreted = interpret(&pack, &answers, handed_in(), &mut Budget::default());
        assert_eq!(interpreted.problems, []);
        assert!(matches!(interpreted.answers().unwrap().get("temperature"), Some(Value::Int(373))));
        let [visit] = &interpreted.visits[..] else { panic!("one trip is one visit") };
        assert_eq!(visit.leave, Time::parse("2020-02-03T00:00:00+08:00").ok());
        assert!(interpreted.answers().unwrap().get("contact").is_none(), "what was not answered is not there");
    }

    #[test]
    fn an_error_never_repeats_the_answer() {
        for (answer, said) in
            [(r#""home": "4201""#, "4201"), (r#""temperature": 50"#, "50"), (r#""kind": "spy""#, "spy")]
        {
            let answers: Answers = serde_json::from_str(&format!("{{{answer}}}")).unwrap();
            let pack = pack();
            let problems = interpret(&pack, &answers, handed_in(), &mut Budget::default()).problems;
            assert!(problems.iter().all(|problem| !problem.error.to_string().contains(said)), "{answer}");
        }
    }
}
