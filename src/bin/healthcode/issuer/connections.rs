//! The server's connections: how many there are, and how long each may keep the server waiting.

use std::collections::VecDeque;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::Router;
use healthcode::limits::{SERVER_HEAD_BYTES, SERVER_HEAD_SECONDS, SERVER_WRITE_SECONDS};
use hyper::Request;
use hyper::body::{Body, Bytes, Frame, Incoming, SizeHint};
use hyper::server::conn::http1;
use hyper::service::{Service, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::AbortHandle;
use tokio_io_timeout::TimeoutStream;

/// How long answers that have begun may take once the server is to stop.
const STOP_WITHIN: Duration = Duration::from_secs(5);

/// How long to wait before the next connection is asked for where the operating system has none to give.
const RETRY_AFTER: Duration = Duration::from_millis(100);

/// Serves until it is asked to stop.
pub(super) async fn serve(listener: TcpListener, router: Router, most: usize, stop: impl Future<Output = ()>) {
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new())
        .header_read_timeout(Duration::from_secs(SERVER_HEAD_SECONDS))
        .max_buf_size(SERVER_HEAD_BYTES);
    let graceful = GracefulShutdown::new();
    let mut seats = Seats::default();
    let mut stop = pin!(stop);
    loop {
        let stream = tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => stream,
                Err(_) => {
                    tokio::time::sleep(RETRY_AFTER).await;
                    continue;
                }
            },
            () = &mut stop => break,
        };
        if !seats.make_room(most) {
            // All of them have asked, and are being answered.
            continue;
        }
        let answering = Arc::new(AtomicBool::new(false));
        let (router, marked) = (TowerToHyperService::new(router.clone()), Arc::clone(&answering));
        let service = service_fn(move |request: Request<Incoming>| {
            let request = request.map(|body| Marking::new(body, Arc::clone(&marked)));
            let (answer, marked) = (router.call(request), Arc::clone(&marked));
            async move {
                let answer = answer.await;
                marked.store(false, Ordering::Relaxed);
                answer
            }
        });
        let connection = graceful.watch(http.serve_connection(TokioIo::new(Box::pin(timed(stream))), service));
        // How a connection ends, well or with half a request, is nobody's business but the client's.
        let task = tokio::spawn(async move { drop(connection.await) }).abort_handle();
        seats.taken.push_back(Seat { task, answering });
    }
    drop(listener);
    // Whatever takes longer has had its time.
    let _ = tokio::time::timeout(STOP_WITHIN, graceful.shutdown()).await;
}

/// Gives up a client that takes nothing of its answer.
fn timed(stream: TcpStream) -> TimeoutStream<TcpStream> {
    let mut timed = TimeoutStream::new(stream);
    timed.set_write_timeout(Some(Duration::from_secs(SERVER_WRITE_SECONDS)));
    timed
}

/// The body of a request, which says when all of it is there.
struct Marking {
    body: Incoming,
    whole: Arc<AtomicBool>,
}

impl Marking {
    fn new(body: Incoming, whole: Arc<AtomicBool>) -> Self {
        whole.store(body.is_end_stream(), Ordering::Relaxed);
        Self { body, whole }
    }
}

impl Body for Marking {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, hyper::Error>>> {
        let polled = Pin::new(&mut self.body).poll_frame(context);
        if matches!(polled, Poll::Ready(None)) || self.body.is_end_stream() {
            self.whole.store(true, Ordering::Relaxed);
        }
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// A connection.
struct Seat {
    task: AbortHandle,
    /// Whether a whole request waits for the server, rather than the server for a request.
    answering: Arc<AtomicBool>,
}

/// The open connections, the oldest first.
#[derive(Default)]
struct Seats {
    taken: VecDeque<Seat>,
}

impl Seats {
    /// Makes room for one more, if it can: who has waited longest with half a request, or with none, has to go, so that nobody can
    /// take all the places by asking for nothing. Whoever has asked is not sent away for one who has not.
    fn make_room(&mut self, most: usize) -> bool {
        self.taken.retain(|seat| !seat.task.is_finished());
        while self.taken.len() >= most {
            let waits = self.taken.iter().position(|seat| !seat.answering.load(Ordering::Relaxed));
            match waits.and_then(|waits| self.taken.remove(waits)) {
                Some(seat) => seat.task.abort(),
                None => return false,
            }
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn who_is_being_answered_stays_and_who_has_not_asked_goes() {
        let mut seats = Seats::default();
        let seat = |answering| Seat {
            task: tokio::spawn(std::future::pending::<()>()).abort_handle(),
            answering: Arc::new(AtomicBool::new(answering)),
        };
        seats.taken.extend([seat(true), seat(false), seat(true), seat(false)]);
        assert!(seats.make_room(5) && seats.taken.len() == 4);
        // The oldest of those that have not asked.
        assert!(seats.make_room(4));
        let left =
            |seats: &Seats| seats.taken.iter().map(|seat| seat.answering.load(Ordering::Relaxed)).collect::<Vec<_>>();
        assert_eq!(left(&seats), [true, true, false]);
        assert!(seats.make_room(3));
        assert!(!seats.make_room(2), "whoever comes then has to wait");
        assert_eq!(left(&seats), [true, true]);
        assert!(seats.taken.iter().all(|seat| !seat.task.is_finished()));
    }
}
