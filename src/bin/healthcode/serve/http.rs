//! The issuer over HTTP: a few paths, and headers that keep a page to itself.

use std::io::ErrorKind;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, FromRequest, Request, State};
use axum::http::header::{
    CACHE_CONTROL, CONTENT_LENGTH, CONTENT_SECURITY_POLICY, CONTENT_TYPE, DATE, ETAG, IF_NONE_MATCH, REFERRER_POLICY,
    X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, Uri};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, get, post};
use axum::{Json, Router};
use healthcode::authoring::source::PackSource;
use healthcode::calendar::Time;
use healthcode::error::Coded;
use healthcode::facts::RulesFor;
use healthcode::limits::{REQUEST_BYTES, SERVER_ANSWER_SECONDS};
use serde_json::{Value, json};
use tower_http::services::ServeDir;

use super::admission::{COSE, OwnNames, admit_request};
use super::clock::RunningClock;
use super::issuer::{IssueError, Issuer, Served};
use crate::failure::{CliError, Failure};
use crate::terminal::say;

/// The page may load and call nothing but its own origin; WebAssembly needs its own word.
const CONTENT_POLICY: &str = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'; \
    img-src 'self' data: blob:; media-src 'self' blob:; style-src 'self'; base-uri 'none'; form-action 'none'; \
    frame-ancestors 'none'";

/// What every answer has. Everything may be kept but is asked for anew, because demo files change with the demo's clock.
const HEADERS: [(HeaderName, HeaderValue); 4] = [
    (CONTENT_SECURITY_POLICY, HeaderValue::from_static(CONTENT_POLICY)),
    (X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    (REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
    (CACHE_CONTROL, HeaderValue::from_static("no-cache")),
];

/// How long a browser may keep what has its content in its name: a year is as long as HTTP knows.
const FOR_GOOD: &str = "public, max-age=31536000, immutable";

/// What the handlers share.
pub(crate) struct Office {
    pub(crate) issuer: Issuer,
    pub(crate) clock: RunningClock,
    /// What its paths begin with.
    pub(crate) path: String,
    /// Those by another clock, under paths of their own.
    pub(crate) desks: Vec<Arc<Office>>,
}

impl Office {
    /// A desk for the rules of today, by this machine's clock.
    pub(crate) fn today(main: &Issuer, sources: Vec<PackSource>) -> Result<Arc<Self>, Failure> {
        let path = "/today".to_owned();
        let issuer = main.beside(sources)?;
        Ok(Arc::new(Self { issuer, clock: RunningClock::System, path, desks: Vec::new() }))
    }

    /// What it has rules for.
    fn rules(&self) -> Value {
        let packs = self.issuer.sources().iter().map(|source| &source.pack);
        packs
            .map(|pack| {
                let rules_for = RulesFor { region: pack.region, purpose: pack.purpose };
                json!({ "id": pack.id, "version": pack.version, "for": rules_for, "title": pack.title })
            })
            .collect()
    }
}

/// All paths; what none of them is looks into the folder of the page.
pub(super) fn router(office: Arc<Office>, www: Option<&Path>, names: OwnNames) -> Router {
    let router = match www {
        Some(folder) => {
            let pages = ServeDir::new(folder).precompressed_br().precompressed_gzip().fallback(get(not_found));
            published(&office).fallback(move |request: Request| page(pages.clone(), request))
        }
        None => published(&office).fallback(no_page),
    };
    let by_clock =
        |router: Router, office: &Arc<Office>| router.layer(middleware::from_fn_with_state(Arc::clone(office), dated));
    let main = by_clock(router, &office);
    let router =
        office.desks.iter().fold(main, |router, desk| router.nest(&desk.path, by_clock(published(desk), desk)));
    router.layer(middleware::from_fn_with_state(names, finish))
}

/// What one office answers.
fn published(office: &Arc<Office>) -> Router {
    Router::new()
        .route("/demo.json", get(demo))
        .route("/manifest", get(file))
        .route("/trust-list", get(file))
        .route("/trust/{version}", get(file))
        .route("/files/{digest}", get(file))
        .route("/deltas/{digest}/{version}", get(file))
        .route("/certificates", post(certificate))
        .method_not_allowed_fallback(method_not_allowed)
        .layer(DefaultBodyLimit::max(REQUEST_BYTES))
        .with_state(Arc::clone(office))
}

/// Lets in what is meant for this server, adds the headers and writes the log: method, path, status, and nothing else of
/// anyone.
async fn finish(State(names): State<OwnNames>, request: Request, next: Next) -> Response {
    let short = |text: &str| text.chars().take(120).collect::<String>();
    let (method, path) = (short(request.method().as_str()), short(request.uri().path()));
    let mut response = match names.admit(&request) {
        Ok(()) => in_time(next.run(request)).await,
        Err((status, code, message)) => error(status, code, message),
    };
    for (name, value) in HEADERS {
        response.headers_mut().entry(name).or_insert(value);
    }
    say(format_args!("{method} {path} {}", response.status().as_u16()));
    response
}

/// The answer, unless the rest of the request does not come.
async fn in_time(answer: impl Future<Output = Response>) -> Response {
    tokio::time::timeout(Duration::from_secs(SERVER_ANSWER_SECONDS), answer).await.unwrap_or_else(|_| {
        let message = format!("the request did not come within {SERVER_ANSWER_SECONDS} seconds; send it again");
        error(StatusCode::REQUEST_TIMEOUT, "http-slow-request", message)
    })
}

/// Says when it answers, by which phones check their clocks: by the clock that certificates are issued by.
async fn dated(State(office): State<Arc<Office>>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    if let Some(date) = date(office.clock.now()) {
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

/// What the page must know to say that this is a demo, and to go by the demo's clock.
async fn demo(State(office): State<Arc<Office>>) -> Response {
    let path = &office.path;
    let answer = json!({
        "demo": true,
        "roots": office.issuer.roots(),
        "clock": { "now": office.clock.now(), "system": office.clock.is_system() },
        "rules": office.rules(),
        "manifest": format!("{path}/manifest"),
        "certificates": format!("{path}/certificates"),
        "desks": office.desks.iter().map(|desk| json!({ "path": desk.path, "rules": desk.rules() })).collect::<Vec<_>>(),
    });
    ([(CACHE_CONTROL, "no-store")], Json(answer)).into_response()
}

/// A published file, under the path that docs/server.md gives it.
async fn file(State(office): State<Arc<Office>>, uri: Uri, headers: HeaderMap) -> Response {
    let published = match office.issuer.published(office.clock.now()) {
        Ok(published) => published,
        Err(failure) => return refuse(&IssueError::Issuer(failure)),
    };
    let Some(Served { bytes, tag }) = published.file(uri.path().trim_start_matches('/')) else {
        return not_found().await;
    };
    let known = headers.get_all(IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
    let known = known.flat_map(|value| value.split(',')).map(|tag| tag.trim().trim_start_matches("W/"));
    if known.into_iter().any(|known| known == tag || known == "*") {
        return (StatusCode::NOT_MODIFIED, [(ETAG, tag.as_str())]).into_response();
    }
    let content = if uri.path().starts_with("/deltas/") { "application/cbor" } else { COSE };
    ([(CONTENT_TYPE, content), (ETAG, tag.as_str())], bytes.clone()).into_response()
}

async fn certificate(State(office): State<Arc<Office>>, request: Request) -> Response {
    if let Err((status, code, message)) = admit_request(request.headers()) {
        return error(status, code, message);
    }
    if announced(request.headers()).is_some_and(|bytes| bytes > REQUEST_BYTES) {
        // It is not waited for.
        return too_large();
    }
    let body = match Bytes::from_request(request, &()).await {
        Ok(body) => body,
        Err(rejection) if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE => return too_large(),
        Err(_) => {
            return error(StatusCode::BAD_REQUEST, "issuer-request-cut", "the request was cut short; send it again");
        }
    };
    // Records are in files: reading one must not hold up others.
    match tokio::task::block_in_place(|| office.issuer.certify(&body, office.clock.now())) {
        Ok(certificate) => ([(CONTENT_TYPE, COSE), (CACHE_CONTROL, "no-store")], certificate).into_response(),
        Err(cause) => refuse(&cause),
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

fn refuse(cause: &IssueError) -> Response {
    let status = match cause {
        IssueError::Request(_) => StatusCode::BAD_REQUEST,
        IssueError::NotHere { .. } => StatusCode::FORBIDDEN,
        IssueError::Issuer(failure) => {
            failure.report();
            StatusCode::INTERNAL_SERVER_ERROR
        }
    };
    error(status, cause.code(), cause.to_string())
}

fn error(status: StatusCode, code: &str, message: impl Into<String>) -> Response {
    (status, [(CACHE_CONTROL, "no-store")], Json(json!({ "code": code, "message": message.into() }))).into_response()
}

/// A file of the page. What has its content in its name is kept for good: another content comes under another name.
async fn page(mut pages: ServeDir<MethodRouter>, request: Request) -> Response {
    let lasts = request.uri().path().starts_with("/assets/");
    match pages.try_call(request).await {
        Ok(response) => {
            let mut response = response.into_response();
            if lasts && matches!(response.status(), StatusCode::OK | StatusCode::NOT_MODIFIED) {
                response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static(FOR_GOOD));
            }
            response
        }
        // A name that is longer than any file's.
        Err(cause) if cause.kind() == ErrorKind::InvalidFilename => not_found().await,
        Err(cause) => {
            Failure::from(CliError::Unreadable(cause)).report();
            error(StatusCode::INTERNAL_SERVER_ERROR, "http-fault", "the server failed; its log says why")
        }
    }
}

async fn not_found() -> Response {
    error(StatusCode::NOT_FOUND, "http-not-found", "there is nothing here")
}

async fn no_page() -> Response {
    error(StatusCode::NOT_FOUND, "http-no-page", "this server was started without a page; --www names its folder")
}

async fn method_not_allowed() -> Response {
    error(StatusCode::METHOD_NOT_ALLOWED, "http-method", "this path does not take that method")
}
