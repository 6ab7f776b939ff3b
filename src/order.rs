//! Sorting by a key of numbers: everything that the phone sorts shares one instance of the standard sort, because each
//! further instance would add about 5 kB to the shipped module.

/// A sort key: numbers compared one after another.
pub(crate) type Key = [i64; 4];

/// The items in the order of their keys; the sort is stable.
pub(crate) fn sorted<T>(items: Vec<T>, key: impl Fn(&T) -> Key) -> Vec<T> {
    if items.len() < 2 {
        return items;
    }
    let mut keys: Vec<(Key, usize)> = items.iter().enumerate().map(|(index, item)| (key(item), index)).collect();
    sort(&mut keys);
    let mut items: Vec<Option<T>> = items.into_iter().map(Some).collect();
    keys.iter().filter_map(|(_, index)| items.get_mut(*index).and_then(Option::take)).collect()
}

#[inline(never)]
fn sort(keys: &mut [(Key, usize)]) {
    keys.sort_unstable();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_keys_keep_their_order() {
        let sorted = sorted(vec![(2, 'a'), (1, 'b'), (2, 'c'), (1, 'd')], |(key, _)| [*key, 0, 0, 0]);
        assert_eq!(sorted, [(1, 'b'), (1, 'd'), (2, 'a'), (2, 'c')]);
    }
}
