//! Times several ways of doing one thing in turns, so that whatever else the machine does falls on all alike.
//! Compare the ratios; absolute times differ between machines and runs.

use std::time::{Duration, Instant};

/// One way: its name and the work of one turn.
pub(crate) type Way<'a> = (&'a str, &'a mut dyn FnMut());

/// Prints the median time of each way and how many times the first one's it is. Without `--bench` among the arguments,
/// as when tests run, each way runs once and nothing is timed.
pub(crate) fn compare(title: &str, rounds: usize, ways: &mut [Way<'_>]) {
    let timed = std::env::args().any(|argument| argument == "--bench");
    let (warm, rounds) = if timed { (rounds.div_ceil(5), rounds) } else { (1, 0) };
    let mut times: Vec<Vec<Duration>> = ways.iter().map(|_| Vec::with_capacity(rounds)).collect();
    for round in 0..warm + rounds {
        for ((_, work), times) in ways.iter_mut().zip(&mut times) {
            let start = Instant::now();
            work();
            let time = start.elapsed();
            if round >= warm {
                times.push(time);
            }
        }
    }
    let mut first = None;
    for ((name, _), times) in ways.iter().zip(&mut times) {
        times.sort_unstable();
        let Some(median) = times.get(times.len() / 2) else { continue };
        let ratio = median.as_secs_f64() / first.get_or_insert(*median).as_secs_f64();
        println!("{title:<28} {name:<32} {:>10.1} µs {ratio:>8.2} ×", median.as_secs_f64() * 1e6);
    }
}
