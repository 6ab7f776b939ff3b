//! The exposure list: tags of quarters of an hour at venues at which somebody was who could infect others.

use super::code::{VenueError, check_count};
use super::tag::Tag;
use crate::calendar::Span;
use crate::cbor::{Bytes, cbor_map};
use crate::limits::EXPOSURE_LIST_DAYS;
use crate::limits::EXPOSURE_TAGS;
use crate::place::Place;
use crate::risk::Level;
use crate::trust::{Body, Kind};

/// How many bytes a tag has.
const TAG_BYTES: usize = size_of::<Tag>();

/// Tags in their order, each with how risky it was to be there. It stays the bytes that were signed, and is looked up in them:
/// tags are as good as random, so that nothing shorter would hold them.
///
/// It is about the place in its header: the tags say nothing of visits elsewhere.
#[derive(Clone, PartialEq, Eq)]
pub struct ExposureList {
    /// The tags, eight bytes each, in ascending order.
    tags: Bytes,
    /// Their levels, four to a byte, the lowest bits first.
    levels: Bytes,
}
cbor_map!(ExposureList { 0 tags, 1 levels } if ExposureList::is_in_order);

impl core::fmt::Debug for ExposureList {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "ExposureList({})", self.len())
    }
}

impl Default for ExposureList {
    fn default() -> Self {
        Self { tags: Bytes(Vec::new()), levels: Bytes(Vec::new()) }
    }
}

impl ExposureList {
    /// A list of these tags, in any order; of one that is there more than once, the highest level counts, and one without a
    /// level is left out.
    ///
    /// # Errors
    /// [`VenueError::TooManyTags`].
    pub fn new(mut tags: Vec<(Tag, Level)>) -> Result<Self, VenueError> {
        check_count(tags.len())?;
        tags.retain(|(_, level)| *level != Level::None);
        tags.sort_unstable_by(|a, b| (a.0, b.1).cmp(&(b.0, a.1)));
        tags.dedup_by_key(|(tag, _)| *tag);
        let mut levels = vec![0; tags.len().div_ceil(4)];
        for (index, (_, level)) in tags.iter().enumerate() {
            if let Some(byte) = levels.get_mut(index / 4) {
                *byte |= level.number() << (2 * (index % 4));
            }
        }
        let tags = tags.into_iter().flat_map(|(tag, _)| tag.0).collect();
        Ok(Self { tags: Bytes(tags), levels: Bytes(levels) })
    }

    /// How many tags it has.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.tags.0.len() / TAG_BYTES
    }

    /// Whether it has none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.tags.0.is_empty()
    }

    /// All tags in ascending order, each with its level.
    pub fn tags(&self) -> impl Iterator<Item = (Tag, Level)> {
        (0..self.len()).filter_map(|index| Some((self.tag(index)?, self.level(index))))
    }

    /// How risky the quarter of an hour was that has this tag; no risk if it is not listed.
    #[must_use]
    pub fn level_of(&self, tag: Tag) -> Level {
        let (mut first, mut end) = (0, self.len());
        while first < end {
            let middle = first.midpoint(end);
            match self.tag(middle).map(|found| found.cmp(&tag)) {
                Some(core::cmp::Ordering::Less) => first = middle + 1,
                Some(core::cmp::Ordering::Equal) => return self.level(middle),
                _ => end = middle,
            }
        }
        Level::None
    }

    fn tag(&self, index: usize) -> Option<Tag> {
        self.tags.0.get(index * TAG_BYTES..)?.first_chunk().copied().map(Tag)
    }

    fn level(&self, index: usize) -> Level {
        match self.levels.0.get(index / 4).map_or(0, |byte| byte >> (2 * (index % 4)) & 3) {
            1 => Level::Low,
            2 => Level::Medium,
            3 => Level::High,
            _ => Level::None,
        }
    }

    /// One list has one form: searches rely on the order, and who counts tags on none being there twice.
    fn is_in_order(&self) -> bool {
        let count = self.len();
        let left_over =
            self.levels.0.last().map_or(0, |last| if count.is_multiple_of(4) { 0 } else { last >> (2 * (count % 4)) });
        self.tags.0.len() == count * TAG_BYTES
            && count <= EXPOSURE_TAGS
            && self.levels.0.len() == count.div_ceil(4)
            && left_over == 0
            && (0..count).all(|index| self.level(index) != Level::None)
            && (1..count).all(|index| self.tag(index - 1) < self.tag(index))
    }
}

impl Body for ExposureList {
    const KIND: Kind = Kind::ExposureList;
    /// No single person can say that a venue was dangerous.
    const SIGNERS: u8 = 2;

    /// It says nothing of visits outside of the place in its header, whatever it lists.
    fn lies_in(&self, _: Place) -> bool {
        true
    }

    fn longest_life(&self) -> Span {
        Span::days(EXPOSURE_LIST_DAYS)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cbor::{from_bytes, to_bytes};
    use proptest::prelude::*;

    fn tag(number: u64) -> Tag {
        Tag(number.to_be_bytes())
    }

    #[test]
    fn a_tag_that_is_listed_has_the_highest_of_its_levels_and_another_none() {
        let list = ExposureList::new(vec![
            (tag(7), Level::Medium),
            (tag(1 << 60), Level::High),
            (tag(7), Level::High),
            (tag(7), Level::Low),
            (tag(3), Level::Low),
            (tag(4), Level::None),
        ])
        .unwrap();
        assert_eq!((list.len(), list.is_empty()), (3, false));
        let levels = [3, 7, 1 << 60, 4, 0, u64::MAX].map(|number| list.level_of(tag(number)));
        assert_eq!(levels, [Level::Low, Level::High, Level::High, Level::None, Level::None, Level::None]);
        assert_eq!(format!("{list:?}"), "ExposureList(3)");
        assert_eq!(ExposureList::default().level_of(tag(0)), Level::None);
        assert_eq!(from_bytes(&to_bytes(&ExposureList::default())), Some(ExposureList::default()));
    }

    #[test]
    fn a_days_ten_thousand_quarters_of_an_hour_take_less_than_100_kb() {
        let tags = (0..10_000u64).map(|number| (tag(number.wrapping_mul(0x9e37_79b9_7f4a_7c15)), Level::High));
        let bytes = to_bytes(&ExposureList::new(tags.collect()).unwrap());
        assert!(bytes.len() <= 100_000, "{}", bytes.len());
    }

    #[test]
    fn a_list_is_as_long_as_it_may_be_and_no_longer() {
        let tags = |count: usize| (0..count).map(|number| (tag(u64::try_from(number).unwrap()), Level::Low)).collect();
        let most = ExposureList::new(tags(EXPOSURE_TAGS)).unwrap();
        assert_eq!(from_bytes(&to_bytes(&most)), Some(most));
        let more = EXPOSURE_TAGS + 1;
        assert_eq!(ExposureList::new(tags(more)), Err(VenueError::TooManyTags { tags: more }));
        let all: Vec<(Tag, Level)> = tags(more);
        let bytes = all.into_iter().flat_map(|(tag, _)| tag.0).collect();
        let long = ExposureList { tags: Bytes(bytes), levels: Bytes(vec![0b0101_0101; more.div_ceil(4)]) };
        assert_eq!(from_bytes::<ExposureList>(&to_bytes(&long)), None);
    }

    #[test]
    fn what_is_out_of_order_twice_cut_off_or_without_a_level_is_refused() {
        let read = |tags: &[u64], levels: &[u8]| {
            let tags = tags.iter().flat_map(|number| number.to_be_bytes()).collect();
            let list = ExposureList { tags: Bytes(tags), levels: Bytes(levels.to_vec()) };
            from_bytes::<ExposureList>(&to_bytes(&list)).is_some()
        };
        assert!(read(&[1, 2, 3, 4, 5], &[0b11_10_01_11, 0b01]));
        assert!(!read(&[2, 1], &[0b0101]), "out of order");
        assert!(!read(&[1, 1], &[0b0101]), "twice");
        assert!(!read(&[1, 2], &[0b0100]), "no level");
        assert!(!read(&[1, 2], &[0b01_0101]), "something is left over");
        assert!(!read(&[1, 2], &[0b0101, 0]), "too many levels");
        assert!(!read(&[1, 2], &[]), "too few levels");
        let cut = ExposureList { tags: Bytes(vec![0; 9]), levels: Bytes(vec![1]) };
        assert_eq!(from_bytes::<ExposureList>(&to_bytes(&cut)), None, "cut off");
    }

    proptest! {
        #[test]
        fn looking_up_finds_what_a_plain_search_finds(
            tags in proptest::collection::vec((0u64..300, 1u8..4), 0..200), sought in 0u64..300,
        ) {
            let level = |number| [Level::Low, Level::Medium, Level::High][usize::from(number) - 1];
            let tags: Vec<_> = tags.into_iter().map(|(number, risk)| (tag(number), level(risk))).collect();
            let list = ExposureList::new(tags.clone()).unwrap();
            let found = tags.iter().filter(|(one, _)| *one == tag(sought)).map(|(_, level)| *level).max();
            prop_assert_eq!(list.level_of(tag(sought)), found.unwrap_or_default());
            let all: Vec<_> = list.tags().collect();
            prop_assert_eq!(ExposureList::new(all).unwrap(), list.clone());
            prop_assert_eq!(from_bytes::<ExposureList>(&to_bytes(&list)), Some(list));
        }

        /// A change to the bytes of a list either gives a different list or is refused.
        #[test]
        fn one_list_has_one_encoding(
            tags in proptest::collection::vec(any::<u64>(), 0..40), at in any::<proptest::sample::Index>(), byte in any::<u8>(),
        ) {
            let tags = tags.into_iter().map(|number| (tag(number), Level::High)).collect();
            let mut bytes = to_bytes(&ExposureList::new(tags).unwrap());
            let at = at.index(bytes.len());
            bytes[at] = byte;
            if let Some(list) = from_bytes::<ExposureList>(&bytes) {
                prop_assert_eq!(to_bytes(&list), bytes);
            }
        }
    }
}
