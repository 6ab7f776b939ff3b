//! Where the parts of an expression are written, and its numbers with units.

use core::ops::Range;

use super::TextError;
use crate::rules::expression::Expression;

/// Which part of an expression stands where in its text.
#[derive(Debug, Clone, Default)]
pub struct Parts {
    parts: Vec<(Range<usize>, Expression)>,
    /// The numbers with a unit, and their units.
    units: Vec<(Range<usize>, &'static str)>,
}

/// A number with a unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Measured<'t> {
    /// The text, as it is written.
    pub text: &'t str,
    /// The number that it stands for.
    pub number: Expression,
    /// The name of its unit.
    pub unit: &'static str,
    /// The comparison that it is part of.
    pub comparison: Expression,
}

impl Parts {
    /// The parts of the expression that this text is.
    ///
    /// # Errors
    /// As [`parse`](fn@super::parse).
    pub fn of(text: &str) -> Result<Self, TextError> {
        let mut parts = Self::default();
        super::parse::read(text, Some(&mut parts))?;
        Ok(parts)
    }

    /// The byte range of the innermost of these nested parts (the first, if several match). Implied parts, such as what
    /// `a` stands for in `a before b`, get the range of what contains them.
    #[must_use]
    pub fn find(&self, within: &[Expression]) -> Option<Range<usize>> {
        let inside = |outer: &Option<Range<usize>>, span: &Range<usize>| {
            outer.as_ref().is_none_or(|outer| outer.start <= span.start && span.end <= outer.end)
        };
        within.iter().fold(None, |outer, wanted| {
            let found = self.parts.iter().find(|(span, part)| inside(&outer, span) && part == wanted);
            found.map(|(span, _)| span.clone()).or(outer)
        })
    }

    /// The numbers with a unit in the text of these parts, and the innermost comparison of each.
    pub fn measured<'t>(&self, text: &'t str) -> impl Iterator<Item = Measured<'t>> {
        self.units.iter().filter_map(move |(span, unit)| {
            let around = |part: &&(Range<usize>, Expression)| part.0.start <= span.start && span.end <= part.0.end;
            let (_, number) = self.parts.iter().find(|(known, _)| known == span)?;
            let compares = |(_, part): &&(Range<usize>, Expression)| {
                matches!(
                    part,
                    Expression::Compare(..) | Expression::Between(..) | Expression::Equal(_) | Expression::In(_)
                )
            };
            let comparisons = self.parts.iter().filter(around).filter(compares);
            let (_, comparison) = comparisons.min_by_key(|(span, _)| span.len())?;
            let text = text.get(span.clone())?;
            Some(Measured { text, number: number.clone(), unit, comparison: comparison.clone() })
        })
    }

    pub(super) fn note_unit(&mut self, span: Range<usize>, unit: &'static str) {
        self.units.push((span, unit));
    }

    pub(super) fn note(&mut self, span: Range<usize>, part: &Expression) {
        if self.parts.last().is_none_or(|(last, known)| *last != span || known != part) {
            self.parts.push((span, part.clone()));
        }
    }
}
