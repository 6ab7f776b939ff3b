//! Sets of integers.

/// Integers, as ranges in order that do not touch.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Numbers(Vec<(i64, i64)>);

impl Numbers {
    /// From the least to the most; none if they are the wrong way round.
    pub(super) fn span(least: i64, most: i64) -> Self {
        Self(if least <= most { vec![(least, most)] } else { Vec::new() })
    }

    pub(super) fn one(number: i64) -> Self {
        Self::span(number, number)
    }

    pub(super) fn these(numbers: &[i64]) -> Self {
        numbers.iter().fold(Self(Vec::new()), |all, number| all.join(&Self::one(*number)))
    }

    /// Each of them, if they are several that stand apart.
    pub(super) fn few(&self) -> Option<Vec<i64>> {
        let apart = self.0.len() > 1 && self.0.iter().all(|(least, most)| least == most);
        apart.then(|| self.0.iter().map(|(number, _)| *number).collect())
    }

    pub(super) const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn contains(&self, number: i64) -> bool {
        self.0.iter().any(|(least, most)| (*least..=*most).contains(&number))
    }

    /// The least and the greatest.
    pub(super) fn ends(&self) -> Option<(i64, i64)> {
        Some((self.0.first()?.0, self.0.last()?.1))
    }

    /// The only one that there is.
    pub(super) fn only(&self) -> Option<i64> {
        self.ends().filter(|(least, most)| least == most).map(|(only, _)| only)
    }

    /// The numbers that are in both.
    pub(super) fn meet(&self, other: &Self) -> Self {
        let mut both = Vec::new();
        let (mut left, mut right) = (self.0.iter().peekable(), other.0.iter().peekable());
        while let (Some((a, b)), Some((c, d))) = (left.peek(), right.peek()) {
            let (least, most) = ((*a).max(*c), (*b).min(*d));
            if least <= most {
                both.push((least, most));
            }
            if b < d {
                left.next()
            } else {
                right.next()
            };
        }
        Self(both)
    }

    /// The numbers that are in either.
    pub(super) fn join(&self, other: &Self) -> Self {
        let mut all: Vec<_> = self.0.iter().chain(&other.0).copied().collect();
        all.sort_unstable();
        let mut joined: Vec<(i64, i64)> = Vec::new();
        for (least, most) in all {
            match joined.last_mut() {
                Some((_, end)) if least <= end.saturating_add(1) => *end = (*end).max(most),
                _ => joined.push((least, most)),
            }
        }
        Self(joined)
    }

    /// All others.
    pub(super) fn others(&self) -> Self {
        let (mut others, mut next) = (Vec::new(), Some(i64::MIN));
        for (least, most) in &self.0 {
            if let (Some(from), Some(to)) = (next, least.checked_sub(1))
                && from <= to
            {
                others.push((from, to));
            }
            next = most.checked_add(1);
        }
        others.extend(next.map(|from| (from, i64::MAX)));
        Self(others)
    }

    /// The numbers that are not in `other`.
    pub(super) fn without(&self, other: &Self) -> Self {
        self.meet(&other.others())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn numbers() -> impl Strategy<Value = Numbers> {
        let ends = prop_oneof![-4..5_i64, Just(i64::MIN), Just(i64::MAX)];
        let spans = prop::collection::vec((ends.clone(), ends), 0..4);
        spans.prop_map(|spans| {
            spans.iter().fold(Numbers(Vec::new()), |all, (least, most)| all.join(&Numbers::span(*least, *most)))
        })
    }

    proptest! {
        #[test]
        fn they_are_sets(a in numbers(), b in numbers()) {
            for number in (-6..7).chain([i64::MIN, i64::MIN + 1, i64::MAX - 1, i64::MAX]) {
                let (in_a, in_b) = (a.contains(number), b.contains(number));
                prop_assert_eq!(a.meet(&b).contains(number), in_a && in_b);
                prop_assert_eq!(a.join(&b).contains(number), in_a || in_b);
                prop_assert_eq!(a.others().contains(number), !in_a);
                prop_assert_eq!(a.without(&b).contains(number), in_a && !in_b);
            }
            prop_assert_eq!(&a.others().others(), &a);
            prop_assert_eq!(a.without(&a).is_empty(), true);
        }
    }
}
