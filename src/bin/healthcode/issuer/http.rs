//! The issuer over HTTP: a few paths, who is let in, and what is written down of it.

use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use axum::body::{Bytes, to_bytes};
use axum::extract::{DefaultBodyLimit, FromRequest, Path, Request, State};
use axum::http::header::{
    ACCEPT_ENCODING, ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_EXPOSE_HEADERS,
    CACHE_CONTROL, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_SECURITY_POLICY, CONTENT_TYPE, DATE, ETAG, IF_NONE_MATCH,
    REFERRER_POLICY, RETRY_AFTER, VARY, X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Uri};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use healthcode::calendar::Time;
use healthcode::error::Coded;
use healthcode::limits::{REQUEST_BYTES, SERVER_ANSWER_SECONDS};
use serde_json::json;

use super::admission::{COSE, OwnNames, admit_origin, admit_type};
use super::desk::Refused;
use super::login::{LoginError, TOKEN_BYTES};
use super::mailroom::Mailroom;
use super::metrics::{self, Metrics};
use super::office::{IssueError, LogInRefused, Office};
use super::published::Served;
use crate::acts::act::ActError;
use crate::acts::rows::ROWS_BYTES;
use crate::failure::Failure;
use crate::publication::{DELTAS, PROOFS, SHORT_PROOF};
use crate::store::StoreError;
use crate::terminal::say;
use crate::values::system_time;

/// The media type of a status list.
const STATUS_LIST: &str = "application/statuslist+cwt";

/// Where officers' steps come.
const OFFICER: &str = "/officer";

/// Seconds for an officer's step: a hundred thousand rows are put in as a whole.
const OFFICER_SECONDS: u64 = 120;

/// The header with an officer's signed step.
pub(crate) const ACT_HEADER: &str = "healthcode-act";

/// The page may load and call nothing but its own origin; WebAssembly needs its own word.
const CONTENT_POLICY: &str = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'; \
    img-src 'self' data: blob:; media-src 'self' blob:; style-src 'self'; base-uri 'none'; form-action 'none'; \
    frame-ancestors 'none'";

/// What every answer has. Everything may be kept but is asked for anew, because demo files change with the demo's clock.
const HEADERS: [(HeaderName, HeaderValue); 3] = [
    (X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    (REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
    (CACHE_CONTROL, HeaderValue::from_static("no-cache")),
];

/// How long may be kept what has its content in its name: a year is as long as HTTP knows.
pub(crate) const FOR_GOOD: &str = "public, max-age=31536000, immutable";

/// Who is let in.
#[derive(Clone)]
pub(crate) enum Door {
    /// This machine only, by one of the server's own names: the demo.
    Own(OwnNames),
    /// Whoever asks: pages of any origin, and mini-programs, which have none.
    Open(Arc<Metrics>),
}

/// The paths of an issuer, by its clock.
pub(crate) fn paths(office: &Arc<Office>) -> Router {
    Router::new()
        .route("/manifest", get(file))
        .route("/trust-list", get(file))
        .route("/trust/{version}", get(file))
        .route("/files/{digest}", get(file))
        .route("/deltas/{digest}/{version}", get(file))
        .route("/mailboxes/{bits}/{number}", get(mailbox))
        .route("/proofs/{proof}", get(file))
        .route("/status/{key}/{day}", get(statuses))
        .route("/certificates", post(certificate))
        .route("/enrolments", post(enrolment))
        .route(OFFICER, post(step).get(who))
        .route("/healthz", get(async || "ok\n"))
        .route("/readyz", get(ready))
        .method_not_allowed_fallback(method_not_allowed)
        .layer(DefaultBodyLimit::max(REQUEST_BYTES))
        .with_state(Arc::clone(office))
}

/// The same for whoever asks, with the figures of this process.
pub(crate) fn open(office: &Arc<Office>) -> Router {
    let metrics = Arc::new(Metrics::new());
    let (shown, of) = (Arc::clone(&metrics), Arc::clone(office));
    let figures = get(async move || {
        let written = of.mailroom.as_ref().and_then(Mailroom::written);
        ([(CONTENT_TYPE, metrics::TYPE)], shown.text(written))
    });
    let router = paths(office).route("/metrics", figures).fallback(not_found);
    dated_by(router, office).layer(middleware::from_fn_with_state(Door::Open(metrics), finish))
}

/// Its answers say when they were made.
pub(crate) fn dated_by(router: Router, office: &Arc<Office>) -> Router {
    router.layer(middleware::from_fn_with_state(Arc::clone(office), dated))
}

/// Lets in what is meant for this server, adds the headers and writes the log: when, method, path, status, how long, and
/// nothing else of anyone.
pub(crate) async fn finish(State(door): State<Door>, request: Request, next: Next) -> Response {
    let began = Instant::now();
    let short = |text: &str| text.chars().take(120).collect::<String>();
    let needs_policy = matches!(door, Door::Own(_)) && may_act_by_itself(request.headers());
    let (method, path) = (short(request.method().as_str()), short(request.uri().path()));
    let let_in = match &door {
        Door::Own(names) => {
            let from_elsewhere = || admit_origin(request.headers()).filter(|_| request.method() == Method::POST);
            names.admit(&request).and_then(|()| from_elsewhere().map_or(Ok(()), Err))
        }
        Door::Open(_) => OwnNames::admit_size(&request),
    };
    let mut response = match let_in {
        Ok(()) if matches!(door, Door::Open(_)) && request.method() == Method::OPTIONS => preflight(),
        Ok(()) if path == OFFICER => in_time(OFFICER_SECONDS, next.run(request)).await,
        Ok(()) => in_time(SERVER_ANSWER_SECONDS, next.run(request)).await,
        Err((status, code, message)) => error(status, code, message),
    };
    for (name, value) in HEADERS {
        response.headers_mut().entry(name).or_insert(value);
    }
    if needs_policy || is_document(response.headers()) {
        response.headers_mut().insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(CONTENT_POLICY));
    }
    let status = response.status().as_u16();
    match door {
        Door::Own(_) => say(format_args!("{method} {path} {status}")),
        Door::Open(metrics) => {
            response.headers_mut().insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
            response.headers_mut().insert(ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static("date, age"));
            let (method, path, took) = (named(&method, METHODS), named(&path, PATHS), began.elapsed());
            metrics.answered(path, status, took);
            let (at, ms) = (system_time(), u64::try_from(took.as_millis()).unwrap_or(u64::MAX));
            say(json!({ "at": at, "method": method, "path": path, "status": status, "ms": ms }));
        }
    }
    response
}

/// Whether a browser may run what it asks for as a worker, which goes by the policy that comes with it. Browsers say what a file is for;
/// what does not say so may be anything.
fn may_act_by_itself(headers: &HeaderMap) -> bool {
    let parts = ["script", "style", "image", "font", "manifest", "empty"];
    headers.get("sec-fetch-dest").is_none_or(|dest| !parts.iter().any(|part| dest == part))
}

/// Whether a browser may open it as a page of its own: that goes by its policy, whatever it was asked for as.
fn is_document(headers: &HeaderMap) -> bool {
    let kind = headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    kind.starts_with("text/html") || kind.contains("xml")
}

const METHODS: &[&str] = &["GET", "HEAD", "POST", "OPTIONS"];
const PATHS: &[&str] = &[
    "/certificates",
    "/deltas/",
    "/enrolments",
    "/files/",
    "/healthz",
    "/mailboxes/",
    "/manifest",
    "/metrics",
    "/officer",
    "/proofs/",
    "/readyz",
    "/status/",
    "/trust-list",
    "/trust/",
];

/// As what a log names it: of what is none of these, which may have anything of anybody in it, nothing.
fn named(text: &str, known: &'static [&'static str]) -> &'static str {
    let is = |name: &&&str| text == **name || (name.ends_with('/') && text.starts_with(**name));
    known.iter().find(is).copied().unwrap_or("other")
}

/// Browsers ask before a page of another origin may send what phones send.
fn preflight() -> Response {
    let headers = HeaderValue::from_static("content-type, if-none-match");
    (StatusCode::NO_CONTENT, [(ACCESS_CONTROL_ALLOW_HEADERS, headers)]).into_response()
}

/// The answer, unless the rest of the request does not come.
async fn in_time(seconds: u64, answer: impl Future<Output = Response>) -> Response {
    tokio::time::timeout(Duration::from_secs(seconds), answer).await.unwrap_or_else(|_| {
        let message = format!("the request did not come within {seconds} seconds; send it again");
        error(StatusCode::REQUEST_TIMEOUT, "http-slow-request", message)
    })
}

/// Says when it answers, by which phones check their clocks: by the clock that certificates are issued by.
async fn dated(State(office): State<Arc<Office>>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    if let Some(date) = date(office.now()) {
        response.headers_mut().insert(DATE, date);
    }
    response
}

/// A moment as HTTP writes it; before 1970 it does not.
fn date(now: Time) -> Option<HeaderValue> {
    let since_1970 = Duration::from_secs(u64::try_from(now.unix()).ok()?);
    let moment = SystemTime::UNIX_EPOCH.checked_add(since_1970)?;
    HeaderValue::from_str(&httpdate::fmt_http_date(moment)).ok()
}

/// A published file, under the path that docs/server.md gives it.
async fn file(State(office): State<Arc<Office>>, uri: Uri, headers: HeaderMap) -> Response {
    let published = match office.published() {
        Ok(published) => published,
        Err(failure) => return refuse(&IssueError::Issuer(failure)),
    };
    let path = uri.path().trim_start_matches('/');
    let on_disk;
    let found = match published.file(path) {
        Some(found) => found,
        None => match tokio::task::block_in_place(|| office.source.on_disk(path)) {
            Some(bytes) => {
                on_disk = Served::new(bytes);
                &on_disk
            }
            None => return not_found().await,
        },
    };
    if has(&headers, &found.tag) {
        return (StatusCode::NOT_MODIFIED, [(ETAG, found.tag.as_str())]).into_response();
    }
    // What is read from the disk each time is not compressed each time, too.
    let known = published.file(path).filter(|_| takes_gzip(&headers));
    let packed = known.and_then(|known| tokio::task::block_in_place(|| known.gzip()));
    let content = match path.split_once('/') {
        Some((DELTAS, _)) => "application/cbor",
        Some((PROOFS, name)) if name.ends_with(SHORT_PROOF) => "application/cbor",
        Some((PROOFS, _)) => "text/plain; charset=utf-8",
        _ => COSE,
    };
    let Served { bytes, tag, .. } = found;
    let head = [(CONTENT_TYPE, content), (VARY, ACCEPT_ENCODING.as_str())];
    let mut response = match packed {
        // Another form of the same content has a weak tag.
        Some(packed) => {
            (head, [(CONTENT_ENCODING, "gzip"), (ETAG, &format!("W/{tag}"))], packed.to_vec()).into_response()
        }
        None => (head, [(ETAG, tag)], bytes.clone()).into_response(),
    };
    if !office.demo && ["files/", "deltas/", "trust/"].iter().any(|folder| path.starts_with(folder)) {
        response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static(FOR_GOOD));
    }
    response
}

/// A mailbox, which may be kept for less than until the next is written.
async fn mailbox(State(office): State<Arc<Office>>, Path((bits, number)): Path<(u8, u32)>) -> Response {
    match office.mailbox(bits, number).await {
        Ok(Some(mailbox)) => {
            let keep = if office.demo { "no-cache" } else { "public, max-age=60" };
            ([(CONTENT_TYPE, COSE), (CACHE_CONTROL, keep)], mailbox).into_response()
        }
        Ok(None) => not_found().await,
        Err(failure) => refuse(&IssueError::Issuer(failure)),
    }
}

/// Whether whoever asks has what has this tag.
fn has(headers: &HeaderMap, tag: &str) -> bool {
    let known = headers.get_all(IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
    let mut known = known.flat_map(|value| value.split(',')).map(|tag| tag.trim().trim_start_matches("W/"));
    known.any(|known| known == tag || known == "*")
}

/// Whether whoever asks takes gzip.
pub(crate) fn takes_gzip(headers: &HeaderMap) -> bool {
    let named = headers.get_all(ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok());
    let mut named = named.flat_map(|value| value.split(',')).map(|one| one.split_once(';').unwrap_or((one, "")));
    let never =
        |quality: &str| quality.trim().strip_prefix("q=").is_some_and(|q| q.trim_end_matches(['0', '.']).is_empty());
    named.any(|(name, quality)| name.trim().eq_ignore_ascii_case("gzip") && !never(quality))
}

/// Which certificates of a day are withdrawn.
async fn statuses(State(office): State<Arc<Office>>, uri: Uri, headers: HeaderMap) -> Response {
    let served = match office.statuses(uri.path().trim_start_matches('/')).await {
        Ok(Some(served)) => served,
        Ok(None) => return not_found().await,
        Err(cause) => return refuse(&cause),
    };
    let Served { bytes, tag, .. } = served.as_ref();
    if has(&headers, tag) {
        return (StatusCode::NOT_MODIFIED, [(ETAG, tag.as_str())]).into_response();
    }
    ([(CONTENT_TYPE, STATUS_LIST), (ETAG, tag), (CACHE_CONTROL, "max-age=60")], bytes.clone()).into_response()
}

async fn certificate(State(office): State<Arc<Office>>, request: Request) -> Response {
    if let Err((status, code, message)) = admit_type(request.headers()) {
        return error(status, code, message);
    }
    if announced(request.headers()).is_some_and(|bytes| bytes > REQUEST_BYTES) {
        // It is not waited for.
        return too_large();
    }
    let body = match Bytes::from_request(request, &()).await {
        Ok(body) => body,
        Err(rejection) if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE => return too_large(),
        Err(_) => return cut(),
    };
    match office.certify(&body).await {
        Ok(certificate) => ([(CONTENT_TYPE, COSE), (CACHE_CONTROL, "no-store")], certificate).into_response(),
        Err(cause) => refuse(&cause),
    }
}

/// A login token of the app's backend, which enrols a phone.
async fn enrolment(State(office): State<Arc<Office>>, request: Request) -> Response {
    let Ok(body) = to_bytes(request.into_body(), TOKEN_BYTES).await else { return cut() };
    let token = std::str::from_utf8(&body).map_err(|_| LoginError::Malformed);
    let done = match token {
        Ok(token) => office.log_in(token.trim()).await,
        Err(cause) => Err(cause.into()),
    };
    let cause = match done {
        Ok(()) => return ([(CACHE_CONTROL, "no-store")], Json(json!({ "enrolled": true }))).into_response(),
        Err(LogInRefused::Store(cause)) => return refuse(&cause.into()),
        Err(LogInRefused::Token(cause)) => cause,
    };
    let status = match &cause {
        LoginError::UnknownKey | LoginError::Elsewhere | LoginError::Age { .. } => StatusCode::UNAUTHORIZED,
        LoginError::Again => StatusCode::CONFLICT,
        LoginError::NotHere => StatusCode::NOT_FOUND,
        LoginError::Malformed | LoginError::Identity(_) => StatusCode::BAD_REQUEST,
        LoginError::Keys(failure) => {
            failure.report();
            StatusCode::INTERNAL_SERVER_ERROR
        }
    };
    error(status, cause.code(), cause.to_string())
}

/// An officer's step, which is in a header: what comes with it is read once it is clear who sends it.
async fn step(State(office): State<Arc<Office>>, request: Request) -> Response {
    let text = request.headers().get(ACT_HEADER).and_then(|value| value.to_str().ok()).map(str::to_owned);
    let admitted = text.as_deref().ok_or(ActError::Malformed).and_then(|text| Ok((text, office.admit(text)?)));
    let (text, (act, officer)) = match admitted {
        Ok(admitted) => admitted,
        Err(cause) => return refuse_step(&cause.into()),
    };
    let Ok(body) = to_bytes(request.into_body(), ROWS_BYTES).await else { return cut() };
    match office.act(text, act, officer, &body).await {
        Ok(answer) => ([(CACHE_CONTROL, "no-store")], Json(answer)).into_response(),
        Err(cause) => refuse_step(&cause),
    }
}

/// What officers' steps name the issuer by.
async fn who(State(office): State<Arc<Office>>) -> Response {
    let known = json!({
        "issuer": office.name, "now": office.now(), "demo": office.demo, "identity": office.identity.kind(),
        "grounds": office.grounds(),
    });
    ([(CACHE_CONTROL, "no-store")], Json(known)).into_response()
}

/// Whether it can do its work: its database answers, and its files can be used.
async fn ready(State(office): State<Arc<Office>>) -> Response {
    let answers = match office.store.answers().await {
        Ok(()) => office.store.agrees(office.now()).await,
        away => away,
    };
    let answers = answers.map_err(IssueError::from);
    match answers.and_then(|()| office.ready().map_err(IssueError::Issuer)) {
        Ok(()) => "ready\n".into_response(),
        Err(cause) => {
            let mut response = refuse(&cause);
            // Whatever it is, others may have it by now, or it passes.
            *response.status_mut() = StatusCode::SERVICE_UNAVAILABLE;
            response
        }
    }
}

/// How many bytes follow, as the request says.
fn announced(headers: &HeaderMap) -> Option<usize> {
    headers.get(CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

fn too_large() -> Response {
    let message = format!("a request for a certificate has at most {REQUEST_BYTES} bytes");
    error(StatusCode::PAYLOAD_TOO_LARGE, "issuer-request-too-large", message)
}

fn cut() -> Response {
    error(StatusCode::BAD_REQUEST, "issuer-request-cut", "the request was cut short, or is too long; send it again")
}

fn refuse(cause: &IssueError) -> Response {
    let status = match cause {
        IssueError::Request(_) => StatusCode::BAD_REQUEST,
        IssueError::NotHere { .. } | IssueError::NotEnrolled => StatusCode::FORBIDDEN,
        IssueError::Away(error) => return away(cause.code(), &cause.to_string(), error),
        IssueError::Issuer(failure) => {
            failure.report();
            StatusCode::INTERNAL_SERVER_ERROR
        }
    };
    error(status, cause.code(), cause.to_string())
}

fn refuse_step(cause: &Refused) -> Response {
    let status = match cause {
        Refused::Act(ActError::UnknownOfficer | ActError::OtherIssuer | ActError::Age { .. }) => {
            StatusCode::UNAUTHORIZED
        }
        Refused::SamePerson
        | Refused::SameAuthority(_)
        | Refused::NoOfficer(_)
        | Refused::District { .. }
        | Refused::NotTheirs { .. } => StatusCode::FORBIDDEN,
        Refused::Nothing | Refused::NoPhone => StatusCode::NOT_FOUND,
        Refused::Decided(_) | Refused::NotWaiting | Refused::Store(StoreError::Again) => StatusCode::CONFLICT,
        Refused::Store(error @ StoreError::Away(_)) => {
            return away(cause.code(), "the issuer cannot reach its database", error);
        }
        Refused::Store(error) => {
            say(format_args!("error[{}]: {error}", error.code()));
            let message = "the issuer failed; its log says why";
            return self::error(StatusCode::INTERNAL_SERVER_ERROR, cause.code(), message);
        }
        Refused::Issuer(failure) => {
            failure.report();
            StatusCode::INTERNAL_SERVER_ERROR
        }
        _ => StatusCode::BAD_REQUEST,
    };
    error(status, cause.code(), cause.to_string())
}

/// Come again: the database is not there just now.
fn away(code: &str, message: &str, why: &StoreError) -> Response {
    say(format_args!("error[{}]: {why}", why.code()));
    let mut response = error(StatusCode::SERVICE_UNAVAILABLE, code, message);
    response.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static("5"));
    response
}

/// A refusal: a code that programs know, and a sentence.
pub(crate) fn error(status: StatusCode, code: &str, message: impl Into<String>) -> Response {
    (status, [(CACHE_CONTROL, "no-store")], Json(json!({ "code": code, "message": message.into() }))).into_response()
}

/// The answer where there is nothing.
pub(crate) async fn not_found() -> Response {
    error(StatusCode::NOT_FOUND, "http-not-found", "there is nothing here")
}

async fn method_not_allowed() -> Response {
    error(StatusCode::METHOD_NOT_ALLOWED, "http-method", "this path does not take that method")
}

/// A fault of the server's own, which its log explains.
pub(crate) fn fault(failure: &Failure) -> Response {
    failure.report();
    error(StatusCode::INTERNAL_SERVER_ERROR, "http-fault", "the server failed; its log says why")
}
