//! The threads that answer, and the order of their answers.

use std::num::NonZero;
use std::sync::mpsc::{Sender, channel};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;

use serde::Serialize;

use super::answers::{Form, Output, Part, Refused};
use super::given::{Chunk, Given, Unit};
use super::table::AsRow;
use super::{Source, THREADS};
use crate::exit::Exit;
use crate::failure::{CliError, Failure};
use crate::terminal::say;

/// How many threads to use, of which so many were asked for: one for each core if nothing was said.
pub(crate) fn threads(asked: Option<NonZero<usize>>) -> usize {
    let cores = thread::available_parallelism().map_or(1, NonZero::get);
    asked.map_or(cores, NonZero::get).min(cores.saturating_mul(THREADS))
}

/// Answers each of what is given, in order; blank lines are skipped. One that cannot be answered gives its number, its id and what
/// is wrong, and with `strict` it is the last. What was read is answered before more is waited for, so that a program can hold a
/// dialogue.
pub(crate) fn answer_each<T: Serialize + AsRow>(
    source: Source,
    (output, form): (Output, Form),
    strict: bool,
    threads: usize,
    work: impl Fn(Given<'_>) -> Result<T, Failure> + Send + Sync + 'static,
) -> Result<Exit, Failure> {
    let unit = source.unit;
    let answered = Answered { output, unit, turn: 0, refused: 0, first_refused: None, over: false };
    let input = Mutex::new(Some((0, source)));
    let shared =
        Arc::new(Shared { input, unit, form, answered: Mutex::new(answered), next: Condvar::new(), strict, work });
    let (ended, end) = channel();
    let mut workers = Vec::new();
    for _ in 0..threads {
        let (worker, ended) = (Arc::clone(&shared), ended.clone());
        match thread::Builder::new().spawn(move || worker.work(&ended)) {
            Ok(worker) => workers.push(worker),
            Err(error) if workers.is_empty() => {
                lock(&shared.answered).output.abandon();
                return Err(CliError::NoThreads(error).into());
            }
            Err(_) => break,
        }
    }
    drop(ended);
    // Where it ended early, whoever waits for input that may never come is not waited for.
    if let Ok(early) = end.recv() {
        return early;
    }
    for worker in workers {
        if let Err(panic) = worker.join() {
            lock(&shared.answered).output.abandon();
            std::panic::resume_unwind(panic);
        }
    }
    let mut answered = lock(&shared.answered);
    answered.finish()?;
    if let Some(first) = answered.first_refused {
        let unit = unit.name();
        say(match answered.refused {
            1 => format!("warning: {unit} {first} could not be answered"),
            refused => format!("warning: {refused} {unit}s could not be answered, the first of them {unit} {first}"),
        });
    }
    Ok(Exit::Yes)
}

fn lock<T>(what: &Mutex<T>) -> MutexGuard<'_, T> {
    what.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What the threads share. Each takes some of what is given, answers it, and waits for its turn to write.
struct Shared<W> {
    /// How many chunks were taken, and the rest; nothing is left once it has ended.
    input: Mutex<Option<(u64, Source)>>,
    unit: Unit,
    form: Form,
    answered: Mutex<Answered>,
    /// Whose turn it is has changed.
    next: Condvar,
    strict: bool,
    work: W,
}

/// What was answered so far.
struct Answered {
    output: Output,
    unit: Unit,
    /// The number of the chunk to write next.
    turn: u64,
    refused: u64,
    first_refused: Option<u64>,
    /// Whether nothing more is to be written.
    over: bool,
}

/// The answers to a chunk.
struct Answers {
    part: Part,
    refused: u64,
    first_refused: Option<u64>,
}

impl<W> Shared<W> {
    fn work<T: Serialize + AsRow>(&self, ended: &Sender<Result<Exit, Failure>>)
    where
        W: Fn(Given<'_>) -> Result<T, Failure>,
    {
        let _others = Others(self);
        while let Some((number, chunk)) = self.take() {
            let answers = self.answer(&chunk);
            let mut answered = lock(&self.answered);
            while answered.turn != number && !answered.over {
                answered = self.next.wait(answered).unwrap_or_else(PoisonError::into_inner);
            }
            if answered.over {
                return;
            }
            let written = answers.and_then(|answers| answered.write(answers, chunk.last_for_now, self.strict));
            let end = match (written, chunk.unreadable) {
                (Ok(None), None) => None,
                (Ok(None), Some(failure)) => Some(Err(failure)),
                (Ok(Some(exit)), _) => Some(Ok(exit)),
                (Err(failure), _) => Some(Err(failure)),
            };
            answered.turn += 1;
            answered.over = end.is_some();
            self.next.notify_all();
            if let Some(end) = end {
                if end.is_err() {
                    answered.output.abandon();
                }
                // Nobody listens any more only once this has ended otherwise.
                let _ = ended.send(end);
            }
        }
    }

    /// What is next, with its number; nothing once the input has ended.
    fn take(&self) -> Option<(u64, Chunk)> {
        let mut input = lock(&self.input);
        let (taken, source) = input.as_mut()?;
        let (number, next) = (*taken, source.next());
        *taken += 1;
        // A terminal would be asked again.
        if next.as_ref().is_none_or(|chunk| chunk.unreadable.is_some()) {
            *input = None;
        }
        Some((number, next?))
    }

    fn answer<T: Serialize + AsRow>(&self, chunk: &Chunk) -> Result<Answers, Failure>
    where
        W: Fn(Given<'_>) -> Result<T, Failure>,
    {
        let mut answers = Answers { part: self.form.part(), refused: 0, first_refused: None };
        for (item, number) in chunk.items.iter().zip(chunk.first..) {
            let answer = match item.given() {
                Ok(None) => continue,
                Ok(Some(given)) => (self.work)(given),
                Err(error) => Err(error.into()),
            };
            match answer {
                Ok(answer) => answers.part.answer(number, &answer)?,
                Err(failure) => {
                    answers.refused += 1;
                    answers.first_refused.get_or_insert(number);
                    answers.part.refuse(&Refused::new(self.unit, number, item.id(), &failure))?;
                    if self.strict {
                        break;
                    }
                }
            }
        }
        Ok(answers)
    }
}

impl Answered {
    /// Writes the answers to a chunk; gives how it ends, if it does.
    fn write(&mut self, answers: Answers, flush: bool, strict: bool) -> Result<Option<Exit>, Failure> {
        self.output.write(answers.part)?;
        self.refused += answers.refused;
        self.first_refused = self.first_refused.or(answers.first_refused);
        let Some(number) = answers.first_refused.filter(|_| strict) else {
            return if flush { self.output.flush() } else { Ok(()) }.map(|()| None);
        };
        self.finish()?;
        say(format_args!("error: stopped at {} {number}, because of --strict", self.unit.name()));
        Ok(Some(Exit::Unusable))
    }

    fn finish(&mut self) -> Result<(), Failure> {
        self.output.finish().inspect_err(|_| self.output.abandon())
    }
}

/// Keeps the other threads from waiting for one that panics.
struct Others<'l, W>(&'l Shared<W>);

impl<W> Drop for Others<'_, W> {
    fn drop(&mut self) {
        if thread::panicking() {
            lock(&self.0.answered).over = true;
            self.0.next.notify_all();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bulk::table::Entry;
    use crate::input::person::Id;
    use healthcode::limits::LINE_BYTES;
    use std::collections::BTreeMap;
    use std::io::{self, Write};

    /// What was written, of which one part is kept here and one by the threads.
    #[derive(Clone, Default)]
    struct Written(Arc<Mutex<Vec<u8>>>);

    impl AsRow for u32 {
        fn id(&self) -> Option<&Id> {
            None
        }

        fn entries<'a>(&'a self, json: &'a str) -> Vec<Entry<'a>> {
            vec![Entry::Text(json)]
        }
    }

    impl Write for Written {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            lock(&self.0).write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn answers(input: &[u8], strict: bool) -> (Exit, String) {
        let double = |given: Given<'_>| {
            let Given::Line(text) = given else { panic!("these are lines") };
            let number: BTreeMap<String, u32> = crate::input::json::parse_json(text)?;
            Ok(number["n"] * 2)
        };
        let written = Written::default();
        let output = (Output::lines(written.clone()), Form::Lines);
        let input = Source::lines(io::Cursor::new(input.to_vec()));
        let answer = answer_each(input, output, strict, 3, double).unwrap();
        let output = lock(&written.0).clone();
        (answer, String::from_utf8(output).unwrap())
    }

    #[test]
    fn each_line_is_answered_in_order_and_a_bad_one_stops_nothing() {
        let (answer, output) = answers(b"{\"n\": 1}\n\nx\n\xff\n{\"n\": 4}", false);
        let lines: Vec<_> = output.lines().collect();
        assert_eq!((answer, lines.len()), (Exit::Yes, 4));
        assert_eq!((lines[0], lines[3]), ("2", "8"));
        assert!(lines[1].starts_with(r#"{"line":3,"error":{"code":"cli-json","#), "{}", lines[1]);
        assert!(lines[2].starts_with(r#"{"line":4,"error":{"code":"cli-file-not-text","#), "{}", lines[2]);
    }

    #[test]
    fn a_byte_order_mark_is_no_part_of_a_line() {
        let (_, output) = answers("\u{feff}{\"n\": 1}\n\u{feff}\n\u{feff}{\"n\": 2}\r\n".as_bytes(), false);
        assert_eq!(output, "2\n4\n", "files with a mark each may have been put together");
    }

    #[test]
    fn strict_stops_at_the_first_bad_line() {
        let (answer, output) = answers(b"{\"n\": 1}\nx\n{\"n\": 2}\n", true);
        assert_eq!((answer, output.lines().count()), (Exit::Unusable, 2));
    }

    #[test]
    fn many_lines_are_answered_in_order_by_several_threads() {
        let input: String = (0..20_000).map(|number| format!("{{\"n\": {number}}}\n")).collect();
        let doubled: String = (0..20_000).map(|number| format!("{}\n", 2 * number)).collect();
        let (answer, output) = answers(input.as_bytes(), true);
        assert_eq!(answer, Exit::Yes);
        assert!(output == doubled);
        // One that cannot be answered is the last, whatever others have done meanwhile.
        let input = input.replace("{\"n\": 9999}", "{\"id\": 7, \"n\": -1}");
        let (answer, output) = answers(input.as_bytes(), true);
        let lines: Vec<_> = output.lines().collect();
        assert_eq!((answer, lines.len()), (Exit::Unusable, 10_000));
        assert!(lines[9_999].starts_with(r#"{"line":10000,"id":7,"error":"#), "{}", lines[9_999]);
        let (_, output) = answers(input.as_bytes(), false);
        assert_eq!((output.lines().count(), output.lines().last()), (20_000, Some("39998")));
    }

    #[test]
    #[should_panic(expected = "as it should")]
    fn a_panic_ends_it() {
        let input = io::Cursor::new("{}\n".repeat(5_000));
        let output = (Output::lines(io::sink()), Form::Lines);
        let panics = |_: Given<'_>| -> Result<u32, Failure> { panic!("as it should") };
        let _ = answer_each(Source::lines(input), output, false, 3, panics);
    }

    #[test]
    fn a_line_that_is_too_long_is_skipped() {
        let long = [vec![b'1'; LINE_BYTES + 1], b"\n{\"n\": 3}\n".to_vec()].concat();
        let (_, output) = answers(&long, false);
        assert!(output.contains("cli-line-too-long") && output.ends_with("\n6\n"), "{output}");
    }
}
