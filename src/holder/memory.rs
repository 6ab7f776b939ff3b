//! How much memory a phone needs at most for what it is asked, so that its host can see to that before it begins: an
//! allocation that fails halfway would not leave the phone as it was.

use super::state::{Holder, Stored};
use crate::cbor::to_bytes;
use crate::limits::{memory_to_copy, memory_to_open, memory_to_tell};
use crate::trust::Kind;

impl Holder {
    /// Bytes of memory for [`Holder::save`].
    #[must_use]
    pub fn memory_to_save(&self) -> usize {
        let state = &self.state;
        let files: usize = state.files.iter().map(bytes_of).sum();
        let noted = state.noted.as_ref().map_or(0, |noted| to_bytes(noted).len());
        let rest = noted + to_bytes(&state.others.0).len() + to_bytes(&state.beliefs).len() + self.log_bytes();
        memory_to_copy(files + rest)
    }

    /// Bytes of memory to hand over [`Holder::reports`] or [`Holder::diary`].
    #[must_use]
    pub fn memory_to_tell(&self) -> usize {
        memory_to_tell(self.log_bytes())
    }

    /// Bytes of the log in the stored state.
    fn log_bytes(&self) -> usize {
        let reports: usize = self.state.reports.iter().map(|report| to_bytes(report).len()).sum();
        let visits: usize = self.state.diary.iter().map(|visit| to_bytes(visit).len()).sum();
        reports
            + visits
            + to_bytes(&self.state.corrections.0).len()
            + to_bytes(&self.state.entered.0).len()
            + to_bytes(&self.state.continued.0).len()
    }

    /// Bytes of memory for [`Holder::reopen`]: what is in use makes room for itself, one file at a time, and what is not
    /// in use may be then.
    #[must_use]
    pub fn memory_to_reopen(&self) -> usize {
        let all = || self.state.files.iter().map(bytes_of);
        let unused = self.files.iter().zip(all()).filter(|(file, _)| file.problem.is_some());
        let more: usize = unused.map(|(_, bytes)| memory_to_open(bytes)).sum();
        more.saturating_add(all().max().map_or(0, memory_to_open))
    }

    /// Bytes of memory for [`Holder::load_delta`], besides the delta and what is opened of its length: the columns of the new
    /// table, which grow by doubling, and its file. How long that is says the manifest, whatever the delta makes of the old one.
    #[must_use]
    pub fn memory_to_apply(&self) -> usize {
        let tables = self.missing().into_iter().filter(|named| named.kind == Kind::RiskTable);
        let longest = tables.map(|named| named.bytes()).max().unwrap_or(0);
        memory_to_copy(longest).saturating_add(memory_to_open(longest))
    }

    /// Bytes of memory for [`Holder::open_next`].
    #[must_use]
    pub fn memory_to_open_next(&self) -> usize {
        self.state.files.get(self.files.len()).map_or(0, |next| memory_to_open(bytes_of(next)))
    }
}

fn bytes_of(stored: &Stored) -> usize {
    stored.bytes.0.len()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::authority::*;
    use crate::facts::{Mode, Visit};

    #[test]
    fn enough_memory_is_seen_to() {
        let mut holder = phone();
        for minutes in 0..200 {
            let arrive = now().minus(crate::calendar::Span::seconds(60 * (minutes + 2)));
            let leave = Some(arrive.plus(crate::calendar::Span::seconds(60)));
            let place = place("330106001001");
            // As many as somebody who told a whole county can have been asked about.
            let not_in = (minutes % 2 == 0).then(|| vec![place; crate::limits::NOT_IN]);
            holder
                .add_visit(Visit { place, arrive, leave, mode: Mode::OvernightOnRoad, not_in, venue: None }, now())
                .unwrap();
        }
        holder.submit(answers(true), now()).unwrap();
        holder.note(now(), None).unwrap();
        // What is not counted is small: names of fields, lengths, keys.
        assert!(holder.memory_to_save() + 3_000 > memory_to_copy(holder.save().len()));
        let largest = holder.state.files.iter().map(bytes_of).max().unwrap();
        assert_eq!(holder.memory_to_reopen(), memory_to_open(largest));
        // By another clock nothing is in use, and all of it may be once that is right again.
        holder.reopen(time("2030-01-01T00:00:00Z"));
        assert!(holder.memory_to_reopen() > 2 * memory_to_open(largest));
    }
}
