//! Many at once: one JSON line in, one JSON line out, in order, with constant memory, on all cores.

use std::io::{self, BufRead, BufReader, BufWriter, Read, Write};
use std::num::NonZero;
use std::sync::mpsc::{Sender, channel};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;

use healthcode::limits::LINE_BYTES;
use healthcode::unseen::shown;
use serde::Serialize;

use crate::exit::Exit;
use crate::failure::{CliError, Failure, unmarked};
use crate::input::person::Id;
use crate::output::{json_line, output_error};
use crate::terminal::say;

/// Bytes read ahead.
const BUFFER_BYTES: usize = 1 << 16;
/// Lines that one core takes at a time.
const CHUNK_LINES: usize = 512;
/// Fewer where they are long.
const CHUNK_BYTES: usize = 1 << 20;
/// How many threads are used at most for each core; more would only wait for one another.
const THREADS: usize = 4;

/// How many threads to use, of which so many were asked for: one for each core if nothing was said.
pub(crate) fn threads(asked: Option<NonZero<usize>>) -> usize {
    let cores = thread::available_parallelism().map_or(1, NonZero::get);
    asked.map_or(cores, NonZero::get).min(cores.saturating_mul(THREADS))
}

/// A line that could not be answered.
#[derive(Serialize)]
struct Refused {
    line: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<Id>,
    error: Error,
}

#[derive(Serialize)]
struct Error {
    code: &'static str,
    message: String,
}

/// Answers each line of standard input with a line on standard output, in order; blank lines are skipped. A line that cannot
/// be answered gives `{"line", "id", "error": {"code", "message"}}`, and with `strict` it is the last. What was read is answered
/// before more is waited for, so that a program can hold a dialogue.
pub(crate) fn answer_each<T: Serialize>(
    strict: bool,
    threads: usize,
    work: impl Fn(&str) -> Result<T, Failure> + Send + Sync + 'static,
) -> Result<Exit, Failure> {
    run(io::stdin(), BufWriter::new(io::stdout()), strict, threads, work)
}

fn run<T: Serialize>(
    input: impl Read + Send + 'static,
    output: impl Write + Send + 'static,
    strict: bool,
    threads: usize,
    work: impl Fn(&str) -> Result<T, Failure> + Send + Sync + 'static,
) -> Result<Exit, Failure> {
    let input = Mutex::new(Some(Chunks::new(BufReader::with_capacity(BUFFER_BYTES, input))));
    let answered = Answered { output, turn: 0, refused: 0, first_refused: None, over: false };
    let lines = Arc::new(Lines { input, answered: Mutex::new(answered), next: Condvar::new(), strict, work });
    let (ended, end) = channel();
    let mut workers = Vec::new();
    for _ in 0..threads {
        let (lines, ended) = (Arc::clone(&lines), ended.clone());
        match thread::Builder::new().spawn(move || lines.work(&ended)) {
            Ok(worker) => workers.push(worker),
            Err(error) if workers.is_empty() => return Err(CliError::NoThreads(error).into()),
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
            std::panic::resume_unwind(panic);
        }
    }
    let mut answered = lock(&lines.answered);
    answered.output.flush().map_err(output_error)?;
    if let Some(first) = answered.first_refused {
        say(match answered.refused {
            1 => format!("warning: line {first} could not be answered"),
            refused => format!("warning: {refused} lines could not be answered, the first of them line {first}"),
        });
    }
    Ok(Exit::Yes)
}

fn lock<T>(what: &Mutex<T>) -> MutexGuard<'_, T> {
    what.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What the threads share. Each reads some lines, answers them, and waits for its turn to write.
struct Lines<I, O, W> {
    /// Nothing is left once it has ended.
    input: Mutex<Option<Chunks<I>>>,
    answered: Mutex<Answered<O>>,
    /// Whose turn it is has changed.
    next: Condvar,
    strict: bool,
    work: W,
}

/// What was answered so far.
struct Answered<O> {
    output: O,
    /// The number of the chunk to write next.
    turn: u64,
    refused: u64,
    first_refused: Option<u64>,
    /// Whether nothing more is to be written.
    over: bool,
}

/// The answers to the lines of a chunk.
#[derive(Default)]
struct Answers {
    text: Vec<u8>,
    refused: u64,
    first_refused: Option<u64>,
}

impl<I: Read, O: Write, W> Lines<I, O, W> {
    fn work<T: Serialize>(&self, ended: &Sender<Result<Exit, Failure>>)
    where
        W: Fn(&str) -> Result<T, Failure>,
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
            let written = answers.and_then(|answers| answered.write(&answers, chunk.last_for_now, self.strict));
            let end = match (written, chunk.unreadable) {
                (Ok(None), None) => None,
                (Ok(None), Some(error)) => Some(Err(CliError::Unreadable(error).into())),
                (Ok(Some(exit)), _) => Some(Ok(exit)),
                (Err(failure), _) => Some(Err(failure)),
            };
            answered.turn += 1;
            answered.over = end.is_some();
            self.next.notify_all();
            if let Some(end) = end {
                // Nobody listens any more only once this has ended otherwise.
                let _ = ended.send(end);
            }
        }
    }

    /// The next lines; nothing once the input has ended.
    fn take(&self) -> Option<(u64, Chunk)> {
        let mut input = lock(&self.input);
        let next = input.as_mut()?.next();
        // A terminal would be asked again.
        if next.as_ref().is_none_or(|(_, chunk)| chunk.unreadable.is_some()) {
            *input = None;
        }
        next
    }

    fn answer<T: Serialize>(&self, chunk: &Chunk) -> Result<Answers, Failure>
    where
        W: Fn(&str) -> Result<T, Failure>,
    {
        let mut answers = Answers::default();
        for (line, number) in chunk.lines.iter().zip(chunk.first..) {
            let text = match line {
                Some(line) => core::str::from_utf8(line).map(unmarked).map_err(|_| CliError::NotText),
                None => Err(CliError::LineTooLong { limit: LINE_BYTES }),
            };
            if text.as_ref().is_ok_and(|text| text.trim_ascii().is_empty()) {
                continue;
            }
            let id = text.as_ref().ok().copied();
            match text.map_err(Failure::from).and_then(|text| (self.work)(text)) {
                Ok(answer) => json_line(&mut answers.text, &answer).map_err(output_error)?,
                Err(failure) => {
                    answers.refused += 1;
                    answers.first_refused.get_or_insert(number);
                    let (code, message) = failure.first();
                    let error = Error { code, message: shown(&message).into_owned() };
                    let refused = Refused { line: number, id: id.and_then(Id::of), error };
                    json_line(&mut answers.text, &refused).map_err(output_error)?;
                    if self.strict {
                        break;
                    }
                }
            }
        }
        Ok(answers)
    }
}

impl<O: Write> Answered<O> {
    /// Writes the answers to a chunk; gives how it ends, if it does.
    fn write(&mut self, answers: &Answers, flush: bool, strict: bool) -> Result<Option<Exit>, Failure> {
        self.output.write_all(&answers.text).map_err(output_error)?;
        self.refused += answers.refused;
        self.first_refused = self.first_refused.or(answers.first_refused);
        let stopped = answers.first_refused.filter(|_| strict);
        if flush || stopped.is_some() {
            self.output.flush().map_err(output_error)?;
        }
        Ok(stopped.map(|number| {
            say(format_args!("error: stopped at line {number}, because of --strict"));
            Exit::Unusable
        }))
    }
}

/// Keeps the other threads from waiting for one that panics.
struct Others<'l, I, O, W>(&'l Lines<I, O, W>);

impl<I, O, W> Drop for Others<'_, I, O, W> {
    fn drop(&mut self) {
        if thread::panicking() {
            lock(&self.0.answered).over = true;
            self.0.next.notify_all();
        }
    }
}

/// Lines in a row.
pub(crate) struct Chunk {
    /// The number of the first.
    pub(crate) first: u64,
    /// Without their ends; nothing for one that was too long.
    pub(crate) lines: Vec<Option<Vec<u8>>>,
    /// How much of the input they are.
    pub(crate) bytes: usize,
    /// Whether more is yet to come in, which may take long.
    last_for_now: bool,
    /// Why no more could be read.
    pub(crate) unreadable: Option<io::Error>,
}

/// An input as chunks of lines, with their numbers.
pub(crate) struct Chunks<R> {
    input: BufReader<R>,
    taken: u64,
    lines: u64,
}

impl<R: Read> Chunks<R> {
    pub(crate) const fn new(input: BufReader<R>) -> Self {
        Self { input, taken: 0, lines: 0 }
    }
}

impl<R: Read> Iterator for Chunks<R> {
    type Item = (u64, Chunk);

    fn next(&mut self) -> Option<(u64, Chunk)> {
        let first = self.lines + 1;
        let mut chunk = Chunk { first, lines: Vec::new(), bytes: 0, last_for_now: true, unreadable: None };
        loop {
            let mut line = Vec::new();
            match next(&mut self.input, &mut line) {
                Ok(None) => break,
                Err(error) => {
                    chunk.unreadable = Some(error);
                    chunk.last_for_now = true;
                    break;
                }
                Ok(Some(whole)) => {
                    self.lines += 1;
                    chunk.bytes += if whole { line.len() + 1 } else { LINE_BYTES };
                    chunk.lines.push(whole.then_some(line));
                }
            }
            chunk.last_for_now = self.input.buffer().is_empty();
            if chunk.last_for_now || chunk.lines.len() >= CHUNK_LINES || chunk.bytes >= CHUNK_BYTES {
                break;
            }
        }
        let number = self.taken;
        self.taken += 1;
        (!chunk.lines.is_empty() || chunk.unreadable.is_some()).then_some((number, chunk))
    }
}

/// Reads the next line without its end; `None` at the end of the input, `false` if the line was too long, and skipped.
pub(crate) fn next(input: &mut impl BufRead, line: &mut Vec<u8>) -> io::Result<Option<bool>> {
    line.clear();
    let mut whole = true;
    loop {
        let bytes = match input.fill_buf() {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            other => other?,
        };
        if bytes.is_empty() {
            return Ok((!line.is_empty() || !whole).then_some(whole));
        }
        let end = bytes.iter().position(|byte| *byte == b'\n');
        let part = bytes.get(..end.unwrap_or(bytes.len())).unwrap_or_default();
        whole &= line.len() + part.len() <= LINE_BYTES;
        if whole {
            line.extend_from_slice(part);
        } else {
            line.clear();
        }
        let used = part.len() + usize::from(end.is_some());
        input.consume(used);
        if end.is_some() {
            return Ok(Some(whole));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    /// What was written, of which one part is kept here and one by the threads.
    #[derive(Clone, Default)]
    struct Output(Arc<Mutex<Vec<u8>>>);

    impl Write for Output {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            lock(&self.0).write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn answers(input: &[u8], strict: bool) -> (Exit, String) {
        let double = |text: &str| {
            let number: BTreeMap<String, u32> = crate::input::json::parse_json(text)?;
            Ok(number["n"] * 2)
        };
        let output = Output::default();
        let answer = run(io::Cursor::new(input.to_vec()), output.clone(), strict, 3, double).unwrap();
        let output = lock(&output.0).clone();
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
        let _ = run(input, Output::default(), false, 3, |_| -> Result<u8, Failure> { panic!("as it should") });
    }

    #[test]
    fn a_line_that_is_too_long_is_skipped() {
        let long = [vec![b'1'; LINE_BYTES + 1], b"\n{\"n\": 3}\n".to_vec()].concat();
        let (_, output) = answers(&long, false);
        assert!(output.contains("cli-line-too-long") && output.ends_with("\n6\n"), "{output}");
    }
}
