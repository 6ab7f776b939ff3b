//! Evaluation of an expression over data, within a budget of steps.

use super::{Comparison, Computed, Expression, INTEGER_MAX, Operator, Outcome, Path, TimeUnit, Value, ValueType};
use crate::calendar::datetime::{self, DateTimeError, Iso};
use crate::error::family_errors;
use crate::limits::EVALUATION_STEPS;

family_errors! {
    /// Why an expression cannot be evaluated over the given data. Errors name kinds of values, never values.
    EvaluateError {
        /// The budget of steps is used up.
        BudgetSpent = "rule-budget-spent", "the rules take more steps than allowed";
        /// An operand has the wrong kind for the operation.
        OperandType {
            /// The operation.
            operator: Operator,
            /// The kind that the operation needs.
            expected: ValueType,
            /// The kind of the operand.
            found: ValueType,
        } = "rule-operand-type", "operation `{operator}` needs {expected}, not {found}";
        /// The value is neither truthy nor falsy: a date-time.
        Truth {
            /// The operation.
            operator: Operator,
            /// The kind of value.
            found: ValueType,
        } = "rule-truth", "operation `{operator}` needs a value that counts as true or false, not {found}";
        /// The text is not in a date format.
        DateFormat {
            /// The operation.
            operator: Operator,
        } = "rule-date-format", "operation `{operator}` needs a date, but the text is not in a date format";
        /// The text is in a date format, but there is no such moment.
        DateNonexistent {
            /// The operation.
            operator: Operator,
        } = "rule-date-nonexistent", "operation `{operator}` needs a date that exists";
        /// The resulting date is out of range.
        DateRange = "rule-date-range", "a date is too far from 1970 for a date-time";
        /// The sum is too large for every engine to represent it exactly.
        SumRange = "rule-sum-range", "a sum is not between -(2^53 - 1) and 2^53 - 1";
        /// A computed array is nested too deeply.
        ArrayDepth {
            /// The deepest allowed nesting.
            limit: usize,
        } = "rule-array-depth", "a computed array is nested deeper than {limit} levels";
    }
}

/// How many steps are left. An operation, a literal and an item of a searched array cost one step each; long texts one
/// more per 64 bytes, long paths one per 8 parts; a computed array costs as many as it has values.
#[derive(Debug)]
pub struct Budget {
    left: u32,
}

impl Budget {
    /// A budget of `steps`.
    #[must_use]
    pub const fn new(steps: u32) -> Self {
        Self { left: steps }
    }

    /// The steps that are left.
    #[must_use]
    pub const fn left(&self) -> u32 {
        self.left
    }

    /// Takes `steps`.
    ///
    /// # Errors
    /// [`EvaluateError::BudgetSpent`] if fewer are left; then none are left.
    pub fn spend(&mut self, steps: usize) -> Result<(), EvaluateError> {
        let left = u32::try_from(steps).ok().and_then(|steps| self.left.checked_sub(steps));
        self.left = left.unwrap_or(0);
        left.map(|_| ()).ok_or(EvaluateError::BudgetSpent)
    }
}

impl Default for Budget {
    /// [`EVALUATION_STEPS`]: one assessment.
    fn default() -> Self {
        Self::new(EVALUATION_STEPS)
    }
}

/// Evaluates `expression` over `data`.
///
/// # Errors
/// If an operand has the wrong kind, a date cannot be read, or the budget is spent: see [`EvaluateError`].
pub fn evaluate<'v>(
    expression: &'v Expression,
    data: &'v Value<'v>,
    budget: &mut Budget,
) -> Result<Outcome<'v>, EvaluateError> {
    Run { scope: Scope::Data(data), budget }.evaluate(expression)
}

/// What `var` reads: the data or, inside the step of a `reduce`, only its two names.
#[derive(Clone, Copy)]
enum Scope<'s, 'v> {
    Data(&'v Value<'v>),
    Step {
        accumulator: &'s Outcome<'v>,
        current: &'s Outcome<'v>,
        /// The steps that were left when it began, which make it unique.
        made: u32,
    },
}

struct Run<'s, 'b, 'v> {
    scope: Scope<'s, 'v>,
    budget: &'b mut Budget,
}

type Evaluated<'v> = Result<Outcome<'v>, EvaluateError>;

impl<'v> Run<'_, '_, 'v> {
    /// This is recursive, so it stays small: anything that needs more than a few words of stack has its own function.
    fn evaluate(&mut self, expression: &'v Expression) -> Evaluated<'v> {
        self.budget.spend(1)?;
        match expression {
            Expression::Bool(value) => Ok(Outcome::Bool(*value)),
            Expression::Int(value) => Ok(Outcome::Int(*value)),
            Expression::Text(value) => Ok(Outcome::Text(value)),
            Expression::Array(items) => self.array(items),
            Expression::Var(path) => self.read(path),
            Expression::If(three) => {
                let [guard, then, otherwise] = three.as_ref();
                let branch = if self.truth(guard, Operator::If)? { then } else { otherwise };
                self.evaluate(branch)
            }
            Expression::And(operands) => self.all(operands),
            Expression::Not(operand) => Ok(Outcome::Bool(!self.truth(operand, Operator::Not)?)),
            Expression::Equal(two) => self.equal(two),
            Expression::In(two) => self.is_in(two),
            Expression::Plus(two) => self.plus(two),
            Expression::Compare(comparison, two) => self.compare(*comparison, two),
            Expression::Between(comparison, three) => self.between(*comparison, three),
            Expression::PlusTime(date, amount, unit) => self.plus_time(date, *amount, *unit),
            Expression::Reduce(three) => self.reduce(three),
            Expression::ExtractFromUvci(text, index) => self.extract(text, *index),
            Expression::DccDateOfBirth(text) => self.birth(text),
        }
    }

    #[inline(never)]
    fn array(&mut self, items: &'v [Expression]) -> Evaluated<'v> {
        let mut values = Vec::with_capacity(items.len());
        for item in items {
            values.push(self.evaluate(item)?);
        }
        Computed::put_together(values.into(), false, None, self.budget)
    }

    #[inline(never)]
    fn equal(&mut self, two: &'v [Expression; 2]) -> Evaluated<'v> {
        let [left, right] = self.both(two)?;
        Ok(Outcome::Bool(left.same(&right, self.budget)?))
    }

    #[inline(never)]
    fn plus(&mut self, two: &'v [Expression; 2]) -> Evaluated<'v> {
        let [left, right] = self.both(two)?;
        let sum = integer(&left, Operator::Plus)?.checked_add(integer(&right, Operator::Plus)?);
        let sum = sum.filter(|sum| (-INTEGER_MAX..=INTEGER_MAX).contains(sum));
        sum.map(Outcome::Int).ok_or(EvaluateError::SumRange)
    }

    #[inline(never)]
    fn compare(&mut self, comparison: Comparison, two: &'v [Expression; 2]) -> Evaluated<'v> {
        let [left, right] = self.both(two)?;
        Ok(Outcome::Bool(comparison.holds(ordinal(&left, comparison)?, ordinal(&right, comparison)?)))
    }

    #[inline(never)]
    fn between(&mut self, comparison: Comparison, three: &'v [Expression; 3]) -> Evaluated<'v> {
        let [low, middle, high] = three;
        let (low, middle, high) = (self.evaluate(low)?, self.evaluate(middle)?, self.evaluate(high)?);
        let middle = ordinal(&middle, comparison)?;
        let (low, high) = (ordinal(&low, comparison)?, ordinal(&high, comparison)?);
        Ok(Outcome::Bool(comparison.holds(low, middle) && comparison.holds(middle, high)))
    }

    #[inline(never)]
    fn extract(&mut self, text: &'v Expression, index: i64) -> Evaluated<'v> {
        match self.evaluate(text)? {
            Outcome::Null => Ok(Outcome::Null),
            Outcome::Text(text) => {
                self.budget.spend(text.len() >> 6)?;
                Ok(part_of_identifier(text, index).map_or(Outcome::Null, Outcome::Text))
            }
            other => Err(operand(Operator::ExtractFromUvci, ValueType::Text, &other)),
        }
    }

    #[inline(never)]
    fn birth(&mut self, text: &'v Expression) -> Evaluated<'v> {
        match self.evaluate(text)? {
            Outcome::Text(text) => {
                let moment = datetime::parse_date_of_birth(text);
                let moment = moment.map_err(|error| date(Operator::DccDateOfBirth, error))?;
                Ok(Outcome::date_time(moment, self.budget))
            }
            other => Err(operand(Operator::DccDateOfBirth, ValueType::Text, &other)),
        }
    }

    fn both(&mut self, two: &'v [Expression; 2]) -> Result<[Outcome<'v>; 2], EvaluateError> {
        let [left, right] = two;
        Ok([self.evaluate(left)?, self.evaluate(right)?])
    }

    #[inline(never)]
    fn read(&mut self, path: &'v Path) -> Evaluated<'v> {
        self.budget.spend(path.fragments().len() >> 3)?;
        match self.scope {
            Scope::Data(data) => Ok(Outcome::of(path.fragments().iter().fold(data, Value::step))),
            Scope::Step { accumulator, current, made } => match path.fragments() {
                [] => {
                    let items = [accumulator.clone(), current.clone()];
                    Computed::put_together(items.into(), true, Some(made), self.budget)
                }
                [first, rest @ ..] => Ok(match first.name() {
                    "accumulator" => rest.iter().fold(accumulator.clone(), Outcome::step),
                    "current" => rest.iter().fold(current.clone(), Outcome::step),
                    _ => Outcome::Null,
                }),
            },
        }
    }

    fn truth(&mut self, operand: &'v Expression, operator: Operator) -> Result<bool, EvaluateError> {
        let value = self.evaluate(operand)?;
        value.truth().ok_or_else(|| untrue(operator, &value))
    }

    #[inline(never)]
    fn all(&mut self, operands: &'v [Expression]) -> Evaluated<'v> {
        let mut last = Outcome::Bool(true);
        for operand in operands {
            last = self.evaluate(operand)?;
            match last.truth() {
                Some(true) => {}
                Some(false) => break,
                None => return Err(untrue(Operator::And, &last)),
            }
        }
        Ok(last)
    }

    #[inline(never)]
    fn is_in(&mut self, two: &'v [Expression; 2]) -> Evaluated<'v> {
        let [item, list] = two;
        let item = self.evaluate(item)?;
        // An array literal is searched while it is evaluated, without being built. All of it is evaluated, since an
        // error in an item counts even after the match.
        if let Expression::Array(list) = list {
            self.budget.spend(1)?;
            let mut found = false;
            for other in list {
                let other = self.evaluate(other)?;
                found = item.same(&other, self.budget)? || found;
            }
            return Ok(Outcome::Bool(found));
        }
        let list = self.evaluate(list)?;
        let items = Items::of(&list).ok_or_else(|| operand(Operator::In, ValueType::Array, &list))?;
        let mut position = 0;
        while let Some(other) = items.get(position) {
            self.budget.spend(1)?;
            if item.same(&other, self.budget)? {
                return Ok(Outcome::Bool(true));
            }
            position += 1;
        }
        Ok(Outcome::Bool(false))
    }

    #[inline(never)]
    fn plus_time(&mut self, text: &'v Expression, amount: i64, unit: TimeUnit) -> Evaluated<'v> {
        let moment = match self.evaluate(text)? {
            Outcome::Timestamp(moment) => moment,
            Outcome::Text(text) => {
                self.budget.spend(text.len() >> 6)?;
                datetime::parse(text).map_err(|error| date(Operator::PlusTime, error))?
            }
            other => return Err(operand(Operator::PlusTime, ValueType::Text, &other)),
        };
        let moved = datetime::plus(moment, amount, unit).map_err(|error| date(Operator::PlusTime, error))?;
        Ok(Outcome::date_time(moved, self.budget))
    }

    #[inline(never)]
    fn reduce(&mut self, three: &'v [Expression; 3]) -> Evaluated<'v> {
        let [list, step, first] = three;
        let list = self.evaluate(list)?;
        let items = match &list {
            Outcome::Null => Items::Data(&[]),
            list => Items::of(list).ok_or_else(|| operand(Operator::Reduce, ValueType::Array, list))?,
        };
        let mut accumulator = self.evaluate(first)?;
        let mut position = 0;
        while let Some(current) = items.get(position) {
            self.budget.spend(1)?;
            let scope = Scope::Step { accumulator: &accumulator, current: &current, made: self.budget.left() };
            accumulator = Run { scope, budget: &mut *self.budget }.evaluate(step)?;
            position += 1;
        }
        Ok(accumulator)
    }
}

/// The items of an array.
enum Items<'l, 'v> {
    Data(&'v [Value<'v>]),
    Computed(&'l [Outcome<'v>]),
}

impl<'l, 'v> Items<'l, 'v> {
    fn of(list: &'l Outcome<'v>) -> Option<Self> {
        match list {
            Outcome::Data(Value::Array(items)) => Some(Self::Data(items)),
            Outcome::Computed(computed) => computed.as_array().map(Self::Computed),
            _ => None,
        }
    }

    fn get(&self, position: usize) -> Option<Outcome<'v>> {
        match self {
            Self::Data(items) => items.get(position).map(Outcome::of),
            Self::Computed(items) => items.get(position).cloned(),
        }
    }
}

// Errors are made in separate functions to keep the common path short.

#[cold]
#[inline(never)]
fn untrue(operator: Operator, found: &Outcome<'_>) -> EvaluateError {
    EvaluateError::Truth { operator, found: found.kind() }
}

#[cold]
#[inline(never)]
fn operand(operator: Operator, expected: ValueType, found: &Outcome<'_>) -> EvaluateError {
    EvaluateError::OperandType { operator, expected, found: found.kind() }
}

fn integer(value: &Outcome<'_>, operator: Operator) -> Result<i64, EvaluateError> {
    if let Outcome::Int(value) = value { Ok(*value) } else { Err(operand(operator, ValueType::Int, value)) }
}

fn ordinal(value: &Outcome<'_>, comparison: Comparison) -> Result<i64, EvaluateError> {
    match value {
        Outcome::DateTime { moment, .. } if comparison.of_date_times() => Ok(*moment),
        _ if comparison.of_date_times() => Err(operand(Operator::Compare(comparison), ValueType::DateTime, value)),
        _ => integer(value, Operator::Compare(comparison)),
    }
}

#[cold]
#[inline(never)]
fn date(operator: Operator, error: DateTimeError) -> EvaluateError {
    match error {
        DateTimeError::Format => EvaluateError::DateFormat { operator },
        DateTimeError::Nonexistent => EvaluateError::DateNonexistent { operator },
        DateTimeError::Range => EvaluateError::DateRange,
    }
}

/// Part `index` of a certificate identifier. Parts are separated by `/`, `#` and `:`, after an optional prefix.
fn part_of_identifier(text: &str, index: i64) -> Option<&str> {
    let text = text.strip_prefix("URN:UVCI:").unwrap_or(text);
    let (mut part, mut start) = (0, 0);
    // By bytes: the separators are ASCII, so parts end at character boundaries.
    for (position, byte) in text.bytes().enumerate() {
        if matches!(byte, b'/' | b'#' | b':') {
            if part == index {
                return text.get(start..position);
            }
            (part, start) = (part + 1, position + 1);
        }
    }
    if part == index { text.get(start..) } else { None }
}

/// Whether `text` is the text form of a timestamp.
pub(super) fn is_text_of(moment: i64, text: &str) -> bool {
    (24..=27).contains(&text.len()) && datetime::parse(text) == Ok(moment) && Iso(moment).to_string() == text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Coded;
    use crate::rules::expression::Object;

    fn run(logic: &str, data: &Value<'_>) -> Result<String, EvaluateError> {
        let expression: Expression = serde_json::from_str(logic).unwrap();
        evaluate(&expression, data, &mut Budget::default()).map(|value| serde_json::to_string(&value).unwrap())
    }

    fn facts<'a>() -> Value<'a> {
        let visit = Object::new().with("leave", Value::Timestamp(1_609_459_200_000)).with("minutes", 250);
        let answers = Object::new().with("fever", true).with("days", vec![1.into(), 2.into(), 3.into()]);
        Object::new().with("visit", visit).with("answers", answers).with("now", "2021-01-15").into()
    }

    #[test]
    fn a_timestamp_is_the_text_that_it_stands_for() {
        let text: Value<'_> = Object::new().with("leave", "2021-01-01T00:00:00.000Z").into();
        let stamp: Value<'_> = Object::new().with("leave", Value::Timestamp(1_609_459_200_000)).into();
        for logic in [
            r#"{"var":"leave"}"#,
            r#"{"!":[{"var":"leave"}]}"#,
            r#"{"plusTime":[{"var":"leave"},7,"day"]}"#,
            r#"{"===":[{"var":"leave"},{"var":"leave"}]}"#,
            r#"{"===":[{"var":"leave"},"2021-01-01T00:00:00.000Z"]}"#,
            r#"{"in":["2021-01-01T00:00:00Z",[{"var":"leave"}]]}"#,
            r#"{"after":[{"var":"leave"},{"plusTime":["2021",0,"day"]}]}"#,
            r#"{"dccDateOfBirth":[{"var":"leave"}]}"#,
            r#"{"<":[{"var":"leave"},1]}"#,
            r#"{"var":"leave.x"}"#,
        ] {
            let (of_text, of_stamp) = (run(logic, &text), run(logic, &stamp));
            assert_eq!(of_text.as_ref().ok(), of_stamp.as_ref().ok(), "{logic}");
        }
    }

    #[test]
    fn facts_are_read_by_path() {
        let facts = facts();
        assert_eq!(run(r#"{"var":"visit.minutes"}"#, &facts).as_deref(), Ok("250"));
        assert_eq!(run(r#"{"var":"answers.days.1"}"#, &facts).as_deref(), Ok("2"));
        assert_eq!(run(r#"{"var":"answers.days.x"}"#, &facts).as_deref(), Ok("null"));
        assert_eq!(
            run(
                r#"{"before":[{"plusTime":[{"var":"visit.leave"},7,"day"]},{"plusTime":[{"var":"now"},0,"day"]}]}"#,
                &facts
            )
            .as_deref(),
            Ok("true")
        );
    }

    #[test]
    fn arrays_and_date_times_are_the_same_only_as_themselves() {
        let facts = facts();
        let same = |logic| run(logic, &facts);
        assert_eq!(same(r#"{"===":[{"var":"answers.days"},{"var":"answers.days"}]}"#).as_deref(), Ok("true"));
        assert_eq!(same(r#"{"===":[[1],[1]]}"#).as_deref(), Ok("false"));
        assert_eq!(
            same(r#"{"===":[{"plusTime":["2021",0,"day"]},{"plusTime":["2021",0,"day"]}]}"#).as_deref(),
            Ok("false")
        );
        let acc =
            r#"{"reduce":[[1],{"===":[{"var":"accumulator"},{"var":"accumulator"}]},{"plusTime":["2021",0,"day"]}]}"#;
        assert_eq!(same(acc).as_deref(), Ok("true"));
    }

    #[test]
    fn growth_runs_out_of_the_budget() {
        let long: Value<'_> = Value::Array(vec![Value::Int(1); 2_000_000]);
        let doubling = r#"{"reduce":[{"var":""},[{"var":"accumulator"},{"var":"accumulator"}],[]]}"#;
        let nesting = r#"{"reduce":[{"var":""},{"var":""},0]}"#;
        let copies = r#"{"reduce":[[1,1,1],[{"var":"accumulator"},{"var":"current"}],{"var":""}]}"#;
        assert_eq!(run(doubling, &long), Err(EvaluateError::BudgetSpent));
        assert_eq!(run(nesting, &long).unwrap_err().code(), "rule-array-depth");
        assert_eq!(run(copies, &long), Err(EvaluateError::BudgetSpent));
        assert_eq!(run(r#"{"reduce":[{"var":""},{"var":"current"},0]}"#, &long), Err(EvaluateError::BudgetSpent));
        assert_eq!(run(r#"{"in":[2,{"var":""}]}"#, &long), Err(EvaluateError::BudgetSpent));
        let path = format!(r#"{{"reduce":[{{"var":""}},{{"var":"a{}"}},0]}}"#, ".a".repeat(100_000));
        assert_eq!(run(&path, &long), Err(EvaluateError::BudgetSpent));
        let digits: Value<'_> = format!("2021-01-01T00:00:00.{}", "1".repeat(1_000_000)).into();
        let dates = format!("[{}]", vec![r#"{"plusTime":[{"var":""},0,"day"]}"#; 100].join(","));
        assert_eq!(run(&dates, &digits), Err(EvaluateError::BudgetSpent));
        let mut budget = Budget::new(3);
        budget.spend(4).unwrap_err();
        assert_eq!(budget.left(), 0);
    }
}
