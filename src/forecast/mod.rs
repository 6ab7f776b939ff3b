//! The forecast: when the colour changes next, and when it can be green.
//!
//! It calls [`crate::assess`] at every moment at which the answer can change, as found by [`moments()`]: at midnight
//! (when windows and day counts move), when a course reaches its next step, a visit begins, ends or grows, a row of a
//! risk table begins or ends, a report gets too old, a file expires, other rules begin, or something dated in the future
//! comes due. Between those moments, nothing that the rules can read changes.

mod moments;

pub use moments::{Moments, moments};

use moments::Ahead;
use serde::Serialize;

use crate::assess::{Assume, Facts, RulesUsed, assess_within, ruling};
use crate::calendar::Time;
use crate::colour::Colour;
use crate::limits::{EVALUATION_STEPS, FORECAST_MOMENTS, FORECAST_STEPS};
use crate::private::private_debug;
use crate::rules::expression::Budget;
use crate::rules::schedule::Schedule;
use crate::trust::ShortHash;

/// What will happen if nothing new comes up.
#[derive(Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase")]
pub struct Forecast {
    /// The colour now.
    pub colour: Colour,
    /// The next change if nothing is renewed or reported: files and reports age.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub change: Option<Change>,
    /// The next changes, up to the next green, if files are renewed with the same content and reports are submitted
    /// when the rules ask for them: what makes a green code worse on a day to come is among them.
    pub steps: Vec<Change>,
    /// The first moment at which the colour is green on the assumption of `steps`; now, if it already is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub green: Option<Time>,
    /// How far ahead the forecast looked.
    pub horizon: Time,
}

/// A future change of colour.
#[derive(Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase")]
pub struct Change {
    /// The moment of the change.
    pub at: Time,
    /// To which colour.
    pub colour: Colour,
    /// The rules that begin to rule at that moment; absent if they are those of before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rules: Option<RulesUsed>,
}

/// Forecasts the colour from `now` on, with a rule pack or several.
#[must_use]
pub fn forecast<'r>(rules: impl Into<Schedule<'r>>, facts: &Facts<'_>, now: Time) -> Forecast {
    let (rules, mut forecasting) = (rules.into(), Forecasting::new(now));
    loop {
        if let Some(forecast) = forecasting.advance(rules, facts, u32::MAX) {
            return forecast;
        }
    }
}

/// A forecast in the making: for hosts that must not be blocked for as long as it takes.
pub struct Forecasting {
    now: Time,
    /// What is to come; `None` before the first step.
    ahead: Option<Ahead>,
    /// What to assess next: a moment, and for which of the two.
    pending: Vec<(Time, usize)>,
    /// How many moments have been asked about.
    asked: usize,
    /// The steps that the last assessment took: the next one will take about as many. The first may take all that it may.
    last: u32,
    /// If nothing is renewed, and if everything is.
    looks: [Look; 2],
}

/// A look ahead on one assumption.
struct Look {
    assume: Assume,
    /// To which colour, by a change; `None` means up to the first change.
    wanted: Option<Colour>,
    first: Colour,
    /// The last moment that was assessed, the colour then, and the rules.
    last: Option<(Time, Colour, Option<ShortHash>)>,
    found: Vec<Change>,
    /// The steps left for all assessments.
    left: u32,
    state: State,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Looking,
    /// What was looked for is found.
    Found,
    /// It took too many steps to go on.
    Spent,
}

impl Look {
    fn new(assume: Assume, wanted: Option<Colour>) -> Self {
        let (first, found, left) = (Colour::Grey, Vec::new(), FORECAST_STEPS);
        Self { assume, wanted, first, last: None, found, left, state: State::Looking }
    }

    /// Assesses a moment later than the last one; returns the steps that it took.
    fn at(&mut self, rules: Schedule<'_>, facts: &Facts<'_>, at: Time) -> u32 {
        // Each assessment gets its usual budget, so that it gives the same answer as on its own.
        let mut budget = Budget::default();
        let colour = assess_within(rules, facts, at, self.assume, &mut budget).colour;
        let took = EVALUATION_STEPS - budget.left();
        self.left = self.left.saturating_sub(took);
        let ruling = ruling(rules, at, self.assume);
        let hash = ruling.map(crate::trust::Verified::hash);
        match self.last {
            None => self.first = colour,
            Some((_, before, ruled)) if before != colour => {
                let begun = ruling.filter(|_| hash != ruled).map(|rules| RulesUsed::of(rules, at));
                self.found.push(Change { at, colour, rules: begun });
                if self.wanted.is_none_or(|wanted| wanted == colour) {
                    self.state = State::Found;
                }
            }
            Some(_) => {}
        }
        self.last = Some((at, colour, hash));
        // An assessment that ran out of steps once would do so again.
        if self.state == State::Looking && (self.left == 0 || budget.left() == 0) {
            self.state = State::Spent;
        }
        took
    }
}

impl Forecasting {
    /// A forecast from `now` on.
    #[must_use]
    pub fn new(now: Time) -> Self {
        let looks = [Look::new(Assume::Nothing, None), Look::new(Assume::Renewal { from: now }, Some(Colour::Green))];
        Self { now, ahead: None, pending: Vec::new(), asked: 0, last: EVALUATION_STEPS, looks }
    }

    /// Goes on for about so many steps: it ends before an assessment that would take more if it takes as many as the one
    /// before, unless that would be all that it does. Returns the forecast once it is made. Rules and facts must be the same
    /// each time.
    pub fn advance<'r>(&mut self, rules: impl Into<Schedule<'r>>, facts: &Facts<'_>, steps: u32) -> Option<Forecast> {
        let rules = rules.into();
        let (mut took, mut costly) = (0, false);
        while took < steps {
            let Some(ahead) = &mut self.ahead else {
                let mut budget = Budget::default();
                let ahead = Ahead::new(rules, facts, self.now, &mut budget).ok();
                took = took.saturating_add(EVALUATION_STEPS - budget.left());
                // Where not all could be read, nothing can be forecast.
                self.ahead = Some(ahead.unwrap_or_else(|| Ahead::none(self.now)));
                self.pending = vec![(self.now, 1), (self.now, 0)];
                costly = true;
                continue;
            };
            if costly && took.saturating_add(self.last) > steps && !self.pending.is_empty() {
                break;
            }
            if let Some((at, number)) = self.pending.pop() {
                if let Some(look) = self.looks.get_mut(number) {
                    self.last = look.at(rules, facts, at);
                    took = took.saturating_add(self.last);
                    costly = true;
                }
                continue;
            }
            if self.looks.iter().all(|look| look.state != State::Looking) {
                return Some(self.made(None));
            }
            let Some(at) = ahead.next(rules, &mut took) else { return Some(self.made(None)) };
            if self.asked == FORECAST_MOMENTS {
                let looked = self.looks.iter().filter_map(|look| look.last).map(|(at, ..)| at).max();
                return Some(self.made(looked));
            }
            self.asked += 1;
            let looking = self.looks.iter().enumerate().filter(|(_, look)| look.state == State::Looking);
            self.pending.extend(looking.map(|(number, _)| (at, number)));
        }
        None
    }

    /// The forecast, which looked as far as there are moments, or until the last that was asked about.
    fn made(&mut self, until: Option<Time>) -> Forecast {
        let [unchanged, renewed] = &mut self.looks;
        let all = self.ahead.as_ref().map_or(self.now, |ahead| ahead.until);
        let looked = |look: &Look| match look.state {
            State::Spent => look.last.map_or(self.now, |(at, ..)| at),
            _ => until.unwrap_or(all),
        };
        let horizon = looked(unchanged).min(looked(renewed));
        let now = (self.now, renewed.first);
        let last = renewed.found.last().filter(|_| renewed.first != Colour::Green);
        let (at, colour) = last.map_or(now, |last| (last.at, last.colour));
        Forecast {
            colour: unchanged.first,
            change: core::mem::take(&mut unchanged.found).into_iter().next(),
            steps: core::mem::take(&mut renewed.found),
            green: (colour == Colour::Green).then_some(at),
            horizon,
        }
    }
}

private_debug!(Forecast, Change);

#[cfg(test)]
#[cfg(feature = "authoring")]
mod tests {
    use super::*;
    use crate::assess::assess;
    use crate::authoring::source::{COUGH, FactsSource, trial_pack};
    use crate::authoring::workbench::Workbench;
    use crate::calendar::Span;
    use crate::facts::Visit;
    use crate::facts::{Mode, Record, Status, StatusEntry};
    use crate::limits::FORECAST_SLICE_STEPS;
    use crate::place::Place;
    use crate::risk::{Level, RiskRow, RiskTable};
    use crate::rules::pack::Lane;
    use crate::rules::pack::Pack;
    use crate::trust::SecretKey;
    use crate::trust::{Header, Verified};

    fn time(text: &str) -> Time {
        Time::parse(&format!("2020-{text}+08:00")).unwrap()
    }

    /// Who has it is red, besides those who cough.
    const CONFIRMED: &str = "
        [[rule]]
        id = 'confirmed'
        on = 'record'
        when = \"record.status == 'confirmed'\"
        colour = 'red'
        text = TEXT
        way-back = TEXT
    ";

    /// The forecast on 12 February at nine, by a pack that expires when it says.
    fn ahead(facts: &str, pack_expires: &str, record: Option<(&str, Status)>) -> Forecast {
        let workbench = Workbench::default();
        let header =
            |expires: &str| Header { version: 1, issued: time("01-01T00:00:00"), expires: time(expires), place: None };
        let mut pack = trial_pack(&[COUGH, CONFIRMED].concat());
        pack.report_within = Some(Span::days(1));
        let rules = workbench.verified(&header(pack_expires), &pack).unwrap();
        let record = record.map(|(expires, status)| {
            let key = SecretKey::from_random(b"the seed of a key that tests use").unwrap().public();
            let statuses = vec![StatusEntry { status, since: time("02-01T00:00:00") }];
            workbench
                .verified(
                    &header(expires),
                    &Record {
                        key,
                        statuses,
                        exempt: Vec::new(),
                        floor: None,
                        tests: None,
                        vaccinations: None,
                        exemptions: None,
                    },
                )
                .unwrap()
        });
        let facts: FactsSource = serde_json::from_str(facts).unwrap();
        let facts = Facts { reports: &facts.reports, record: record.as_ref(), ..Facts::default() };
        let now = time("02-12T09:00:00");
        let forecast = forecast(&rules, &facts, now);
        assert_eq!(forecast.colour, assess(&rules, &facts, now).colour);
        forecast
    }

    fn report(cough: &str) -> String {
        format!(r#"{{"reports": [{{"at": "2020-02-12T08:00:00+08:00", "answers": {{{cough}}}}}]}}"#)
    }

    fn change(at: &str, colour: Colour) -> Change {
        Change { at: time(at), colour, rules: None }
    }

    #[test]
    fn at_the_end_of_the_calendar_there_is_an_end_of_moments() {
        let header = Header {
            version: 1,
            issued: time("01-01T00:00:00"),
            expires: Time::parse("9999-12-31T00:00:00Z").unwrap(),
            place: None,
        };
        let rules = Workbench::default().verified(&header, &trial_pack(COUGH)).unwrap();
        let facts: FactsSource = serde_json::from_str(&report("\"cough\": true")).unwrap();
        let facts = Facts { reports: &facts.reports, ..Facts::default() };
        for now in ["9999-12-01T09:00:00Z", "9999-12-20T09:00:00Z", "9999-12-31T23:59:59Z"] {
            let now = Time::parse(now).unwrap();
            assert!(forecast(&rules, &facts, now).horizon >= now, "{now}");
        }
    }

    #[test]
    fn a_course_is_foretold_step_by_step_to_green() {
        let cough = report("\"cough\": true");
        let forecast = ahead(&cough, "12-31T00:00:00", None);
        assert_eq!(forecast.steps, [change("02-19T08:00:00", Colour::Yellow), change("02-26T08:00:00", Colour::Green)]);
        assert_eq!(forecast.green, Some(time("02-26T08:00:00")));
        // Without new reports, yellow is not known to be all.
        assert_eq!(forecast.change, Some(change("02-19T08:00:00", Colour::Grey)));
    }

    #[test]
    fn files_and_reports_get_old() {
        let well = report("\"cough\": false");
        let grey = |at| Some(change(at, Colour::Grey));
        let first = ahead(&well, "12-31T00:00:00", None);
        assert_eq!((first.change, first.green), (grey("02-13T08:00:01"), Some(time("02-12T09:00:00"))));
        assert_eq!(ahead(&well, "02-12T10:00:00", None).change, grey("02-12T10:00:00"));
        let record = Some(("02-12T11:00:00", Status::Recovered));
        assert_eq!(ahead(&well, "12-31T00:00:00", record).change, grey("02-12T11:00:00"));
    }

    #[test]
    fn no_green_is_promised_while_a_record_speaks_against_it() {
        let forecast =
            ahead(&report("\"cough\": false"), "12-31T00:00:00", Some(("12-31T00:00:00", Status::Confirmed)));
        assert_eq!((forecast.colour, forecast.green), (Colour::Red, None));
        assert_eq!((forecast.change, forecast.steps), (None, vec![]));
        assert!(forecast.horizon > time("02-26T09:00:00"));
    }

    #[test]
    fn a_look_ahead_that_is_cut_short_says_where_it_ends() {
        let workbench = Workbench::default();
        let header =
            Header { version: 1, issued: time("01-01T00:00:00"), expires: time("12-31T00:00:00"), place: None };
        let rules = workbench.verified(&header, &trial_pack(&[COUGH, CONFIRMED].concat())).unwrap();
        let now = time("02-12T09:00:00");
        // What goes on grows by half hours, each visit at seconds of its own.
        let diary: Vec<_> = (1..=4)
            .map(|seconds| Visit {
                place: Place::parse("3301").unwrap(),
                arrive: now.minus(Span::seconds(seconds)),
                leave: None,
                mode: Mode::Stay,
                not_in: None,
                venue: None,
            })
            .collect();
        let look = |diary: &[Visit]| {
            let facts = Facts { diary, ..Facts::default() };
            let moments = moments(&rules, &facts, now);
            assert_eq!(forecast(&rules, &facts, now).horizon, moments.until);
            moments
        };
        let just_come = Visit { arrive: now, ..diary[0].clone() };
        assert!(look(&[just_come]).at.iter().all(|moment| now < *moment), "what is to come is after now");
        let one = look(&diary[..1]);
        let half_hours = 16 * 48;
        assert_eq!((one.at.len(), one.at[0]), (half_hours + 16, now.plus(Span::seconds(1799))), "and each midnight");
        let whole = look(&diary[..3]);
        assert_eq!(whole.at.len(), 3 * half_hours + 16);
        assert_eq!(whole.until, now.plus(Span::days(16)), "the course and two days");
        let cut = look(&diary);
        assert_eq!((cut.at.len(), cut.at.last()), (FORECAST_MOMENTS, Some(&cut.until)));
        assert!(now.plus(Span::days(12)) < cut.until && cut.until < now.plus(Span::days(13)), "{}", cut.until);
    }

    #[test]
    fn a_risk_to_come_where_somebody_said_that_they_live_is_foretold() {
        let parts = "
            [[question]]
            id = 'home'
            type = 'place'
            text = TEXT
            [[measure]]
            id = 'level'
            count = 'level-at'
            question = 'home'
            [[rule]]
            id = 'home'
            when = 'measure.level == 3'
            colour = 'red'
            text = TEXT
            way-back = TEXT
        ";
        let workbench = Workbench::default();
        let header =
            Header { version: 1, issued: time("01-01T00:00:00"), expires: time("12-31T00:00:00"), place: None };
        let rules = workbench.verified(&header, &trial_pack(parts)).unwrap();
        let (place, from, to) = (Place::parse("4201").unwrap(), time("02-12T15:00:17"), Some(time("02-14T15:00:17")));
        let table = RiskTable::new(vec![RiskRow { place, compound: None, level: Level::High, from, to }]).unwrap();
        let risk = workbench.verified(&header, &table).unwrap();
        let facts: FactsSource = serde_json::from_str(
            r#"{"reports": [{"at": "2020-02-12T08:00:00+08:00", "answers": {"home": "420106"}}]}"#,
        )
        .unwrap();
        let facts = Facts { reports: &facts.reports, risk: core::slice::from_ref(&risk), ..Facts::default() };
        assert_eq!(
            forecast(&rules, &facts, time("02-12T09:00:00")).change,
            Some(change("02-12T15:00:17", Colour::Red))
        );
        let later = forecast(&rules, &facts, time("02-13T09:00:00"));
        assert_eq!((later.change, later.green), (Some(change("02-14T15:00:17", Colour::Green)), to));
    }

    #[test]
    fn what_changes_at_the_horizon_is_foretold() {
        // The window and two days: the sixteenth midnight from this one.
        let (now, last) = (time("02-12T00:00:00"), time("02-28T00:00:00"));
        let workbench = Workbench::default();
        let header = Header { version: 1, issued: time("01-01T00:00:00"), expires: last, place: None };
        let rules = workbench.verified(&header, &trial_pack("")).unwrap();
        let forecast = forecast(&rules, &Facts::default(), now);
        let end = Some(change("02-28T00:00:00", Colour::Grey));
        assert_eq!((forecast.colour, forecast.change, forecast.horizon), (Colour::Green, end, last));
    }

    /// Packs of these versions in force from one day until another: version 1 has no rule, the others one of a colour.
    fn packs(of: &[(u32, Lane, &str, &str, &str)]) -> Vec<Verified<Pack>> {
        let workbench = Workbench::default();
        let pack = |(version, lane, colour, from, until): &(u32, Lane, &str, &str, &str)| {
            let header =
                Header { version: *version, issued: time("01-01T00:00:00"), expires: time(until), place: None };
            let rule = format!("[[rule]]\nid = 'r'\nwhen = true\ncolour = '{colour}'\ntext = TEXT\nway-back = TEXT\n");
            let parts = if *colour == "green" { "" } else { &*rule };
            let pack = Pack { lane: *lane, valid_from: time(from), ..trial_pack(parts) };
            workbench.verified(&header, &pack).unwrap()
        };
        of.iter().map(pack).collect()
    }

    /// The forecast by these packs at nine on 12 February: its change and its steps, with the version that begins then.
    #[expect(clippy::type_complexity, reason = "only these tests look at all of it")]
    fn ahead_by(packs: &[Verified<Pack>]) -> (Colour, Vec<(Time, Colour, Option<u32>)>, Option<Time>) {
        let rules = Schedule::new(packs).unwrap();
        let now = time("02-12T09:00:00");
        let forecast = forecast(rules, &Facts::default(), now);
        assert_eq!(forecast.colour, assess(rules, &Facts::default(), now).colour);
        let changes = forecast.change.into_iter().chain(forecast.steps);
        let told = changes.map(|change| (change.at, change.colour, change.rules.map(|rules| rules.version)));
        (forecast.colour, told.collect(), forecast.green)
    }

    #[test]
    fn announced_rules_change_nothing_until_they_begin() {
        let old = (3, Lane::Scheduled, "green", "01-02T00:00:00", "12-31T00:00:00");
        let announced = (4, Lane::Scheduled, "yellow", "02-14T09:00:00", "12-31T00:00:00");
        let begins = time("02-14T09:00:00");
        let (colour, told, green) = ahead_by(&packs(&[old, announced]));
        let change = (begins, Colour::Yellow, Some(4));
        assert_eq!((colour, told, green.is_some()), (Colour::Green, vec![change, change], true));
        // The other way round, they are what leads back to green.
        let old = (3, Lane::Scheduled, "red", "01-02T00:00:00", "12-31T00:00:00");
        let announced = (4, Lane::Scheduled, "green", "02-14T09:00:00", "12-31T00:00:00");
        let change = (begins, Colour::Green, Some(4));
        assert_eq!(ahead_by(&packs(&[announced, old])), (Colour::Red, vec![change, change], Some(begins)));
    }

    #[test]
    fn what_makes_a_green_code_worse_on_a_day_to_come_is_foretold() {
        let pack = trial_pack(
            "
            [[question]]
            id = 'met'
            type = 'date'
            text = TEXT
            [[rule]]
            id = 'watch'
            when = 'answers.met and today not before answers.met + 5 days and today before answers.met + 9 days'
            colour = 'yellow'
            text = TEXT
            way-back = TEXT
        ",
        );
        let expires = time("12-31T00:00:00");
        let header = Header { version: 1, issued: time("01-01T00:00:00"), expires, place: None };
        let rules = Workbench::default().verified(&header, &pack).unwrap();
        let facts: FactsSource = serde_json::from_str(&report("\"met\": \"2020-02-10\"")).unwrap();
        let facts = Facts { reports: &facts.reports, ..Facts::default() };
        let now = time("02-12T09:00:00");
        let forecast = forecast(&rules, &facts, now);
        assert_eq!((forecast.colour, forecast.green), (Colour::Green, Some(now)));
        assert_eq!(forecast.steps, [change("02-15T00:00:00", Colour::Yellow), change("02-19T00:00:00", Colour::Green)]);
    }

    #[test]
    fn a_ground_that_ends_with_its_pack_is_renewed_with_it() {
        let steps = |until: &str| {
            let pack = trial_pack(&format!(
                "
                [[ground]]
                id = 'notice'
                title = TEXT
                url = 'https://example.org/notice'
                from = '2020-01-01T00:00:00+08:00'
                until = '2020-{until}T00:00:00+08:00'
                [[rule]]
                id = 'all'
                when = true
                colour = 'red'
                ground = 'notice'
                text = TEXT
                way-back = TEXT
            "
            ));
            let expires = time("02-14T00:00:00");
            let header = Header { version: 1, issued: time("01-01T00:00:00"), expires, place: None };
            let rules = Workbench::default().verified(&header, &pack).unwrap();
            forecast(&rules, &Facts::default(), time("02-12T09:00:00")).steps
        };
        assert_eq!(steps("02-13"), [change("02-13T00:00:00", Colour::Green)]);
        assert_eq!(steps("02-14"), [], "nothing says that anybody is free then");
    }

    #[test]
    fn an_emergency_ends_by_itself_and_the_rules_of_before_rule_again() {
        let usual = (3, Lane::Scheduled, "green", "01-02T00:00:00", "12-31T00:00:00");
        let emergency = (4, Lane::Emergency, "red", "02-11T00:00:00", "02-15T12:00:00");
        let ends = time("02-15T12:00:00");
        let change = (ends, Colour::Green, Some(3));
        assert_eq!(ahead_by(&packs(&[usual, emergency])), (Colour::Red, vec![change, change], Some(ends)));
        // Renewed or not, nothing is known of what would follow an emergency pack that is alone.
        let (colour, told, green) = ahead_by(&packs(&[emergency]));
        assert_eq!((colour, told, green), (Colour::Red, vec![(ends, Colour::Grey, None)], None));
        // Between two packs, nothing rules.
        let next = (5, Lane::Scheduled, "green", "02-17T00:00:00", "12-31T00:00:00");
        let grey = (time("02-15T12:00:00"), Colour::Grey, None);
        let begins = time("02-17T00:00:00");
        let again = (begins, Colour::Green, Some(5));
        assert_eq!(ahead_by(&packs(&[emergency, next])), (Colour::Red, vec![grey, again], Some(begins)));
    }

    #[test]
    fn a_forecast_in_slices_is_the_same() {
        let packs = packs(&[
            (3, Lane::Scheduled, "red", "01-02T00:00:00", "12-31T00:00:00"),
            (4, Lane::Scheduled, "green", "02-14T09:00:00", "12-31T00:00:00"),
        ]);
        let rules = Schedule::new(&packs).unwrap();
        let now = time("02-12T09:00:00");
        let visit = Visit {
            place: Place::parse("3301").unwrap(),
            arrive: now,
            leave: None,
            mode: Mode::Stay,
            not_in: None,
            venue: None,
        };
        let facts = Facts { diary: &[visit], ..Facts::default() };
        for steps in [1, 7, 1_000] {
            let (mut forecasting, mut slices) = (Forecasting::new(now), 1);
            let made = loop {
                match forecasting.advance(rules, &facts, steps) {
                    Some(made) => break made,
                    None => slices += 1,
                }
            };
            assert_eq!(made, forecast(rules, &facts, now), "{steps} steps each");
            assert!(slices > 1 && (steps > 1 || slices > 100), "{slices} slices of {steps} steps");
        }
    }

    #[test]
    fn what_is_to_come_is_looked_up_in_a_slice_of_its_own() {
        let packs = packs(&[(3, Lane::Scheduled, "red", "01-02T00:00:00", "12-31T00:00:00")]);
        let (rules, facts) = (Schedule::new(&packs).unwrap(), Facts::default());
        let mut forecasting = Forecasting::new(time("02-12T09:00:00"));
        assert!(forecasting.advance(rules, &facts, FORECAST_SLICE_STEPS).is_none());
        // Nobody knows yet what the first assessment takes.
        assert!(forecasting.ahead.is_some() && forecasting.looks.iter().all(|look| look.last.is_none()));
        assert!(forecasting.advance(rules, &facts, FORECAST_SLICE_STEPS).is_some(), "the rest takes less than a slice");
    }

    #[test]
    fn what_was_not_answered_can_be_answered_at_once() {
        let forecast = ahead(&report(""), "12-31T00:00:00", None);
        assert_eq!((forecast.colour, forecast.green), (Colour::Grey, Some(time("02-12T09:00:00"))));
    }
}
