//! The three scores: what the bands give.

use super::run::Run;
use crate::rules::expression::EvaluateError;
use crate::rules::pack::Band;
use crate::rules::reason::{Contribution, MeasureValue, Scores};

impl Run<'_> {
    /// What each band gives, and the sums, each 100 at most.
    pub(super) fn score(&mut self) -> (Scores, Vec<Contribution>) {
        let mut scores = Scores::default();
        let mut contributions = Vec::new();
        for band in &self.evidence.pack.bands {
            let (points, measure) = match self.points(band) {
                Ok(points) => points,
                Err(error) => {
                    self.failed(&band.text.en, &error);
                    continue;
                }
            };
            if points > 0 {
                let score = scores.of(band.dimension);
                *score = score.saturating_add(points).min(100);
                contributions.push(Contribution {
                    dimension: band.dimension,
                    points,
                    text: band.text.clone(),
                    measure,
                });
            }
        }
        (scores, contributions)
    }

    fn points(&mut self, band: &Band) -> Result<(u8, Option<MeasureValue>), EvaluateError> {
        if let Some(condition) = &band.when
            && !self.holds(condition)?
        {
            return Ok((0, None));
        }
        let Some(id) = &band.measure else { return Ok((band.points, None)) };
        let value = self.measure(id);
        let reached = |value: i64| {
            let steps = band.steps.iter().filter(move |step| {
                step.at_least.is_none_or(|least| value >= least) && step.at_most.is_none_or(|most| value <= most)
            });
            steps.map(|step| step.points).max()
        };
        let points = value.and_then(reached).unwrap_or(0);
        Ok((points, Some(MeasureValue { measure: id.clone(), value })))
    }
}

#[cfg(test)]
#[cfg(feature = "authoring")]
mod tests {
    use crate::authoring::source::trial_pack;
    use crate::colour::Colour;
    use crate::risk::Tables;
    use crate::rules::evaluate::samples::{NOW, covered, hubei, outcome, time, visit};
    use crate::rules::evaluate::{Inputs, decide};
    use crate::rules::pack::Total;
    use crate::rules::reason::Fact;

    #[test]
    fn bands_give_the_most_of_their_steps_and_a_score_ends_at_100() {
        let parts = "
            [[measure]]
            id = 'minutes'
            count = 'minutes'
            [[band]]
            dimension = 'time'
            measure = 'minutes'
            steps = [{ at-least = 60, points = 40 }, { at-least = 240, points = 70 }, { at-most = 10, points = 5 }]
            text = TEXT
            [[band]]
            dimension = 'time'
            when = 'measure.minutes >= 4 h'
            points = 60
            text = TEXT
            [[threshold]]
            id = 'long'
            score = 'time'
            at-least = 100
            colour = 'yellow'
            text = TEXT
            way-back = TEXT
        ";
        let (pack, risk) = (trial_pack(parts), hubei());
        let decide = |leave: &str| {
            let diary = [visit("4201", "02-11T10:00:00", leave)];
            decide(&pack, &Inputs { diary: &diary, risk: Tables::new(&covered(&risk)), ..Inputs::default() }, time(NOW))
        };
        assert_eq!(decide("02-11T10:05:00").scores.time, 5);
        assert_eq!(decide("02-11T10:10:00").scores.time, 5);
        let none = decide("02-11T10:30:00");
        assert_eq!((none.scores.time, none.contributions), (0, vec![]));
        assert_eq!(decide("02-11T10:59:00").scores.time, 0);
        assert_eq!(decide("02-11T11:00:00").scores.time, 40);
        assert_eq!(decide("02-11T13:59:00").scores.time, 40);
        let long = decide("02-11T14:00:00");
        assert_eq!((long.scores.time, long.contributions.len()), (100, 2));
        assert_eq!(outcome(&long), (Colour::Yellow, vec!["long"], vec![]));
        assert_eq!(long.reasons[0].fact, Fact::Score { score: Total::Time, points: 100, at_least: 100 });
    }
}
