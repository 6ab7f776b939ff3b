//! What the words of the language stand for in CertLogic, which has fewer.

use crate::rules::expression::Expression;

/// The expression that `not` stands for.
pub(super) fn not(expression: Expression) -> Expression {
    Expression::Not(Box::new(expression))
}

fn name(name: &'static str) -> Expression {
    // A single name is always a path.
    Expression::var(name).unwrap_or(Expression::Bool(false))
}

/// The expression that `count` stands for.
pub(crate) fn count(list: Expression, condition: Option<Expression>) -> Expression {
    let more = Expression::Plus(Box::new([name("accumulator"), Expression::Int(1)]));
    let step = match condition {
        Some(condition) => Expression::If(Box::new([condition, more, name("accumulator")])),
        None => more,
    };
    Expression::Reduce(Box::new([list, step, Expression::Int(0)]))
}

/// The expression that `any` stands for.
pub(super) fn any(list: Expression, condition: Expression) -> Expression {
    let step = Expression::If(Box::new([condition, Expression::Bool(true), name("accumulator")]));
    Expression::Reduce(Box::new([list, step, Expression::Bool(false)]))
}

/// The expression that `all` stands for.
pub(super) fn all(list: Expression, condition: Expression) -> Expression {
    let step = Expression::If(Box::new([condition, name("accumulator"), Expression::Bool(false)]));
    Expression::Reduce(Box::new([list, step, Expression::Bool(true)]))
}

/// The expression that `sum` stands for.
pub(super) fn sum(list: Expression, item: Expression) -> Expression {
    Expression::Reduce(Box::new([list, Expression::Plus(Box::new([name("accumulator"), item])), Expression::Int(0)]))
}
