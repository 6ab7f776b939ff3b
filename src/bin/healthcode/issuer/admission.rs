//! Which requests are looked at: those for this server by one of its own names, of a size that some client needs.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use axum::extract::Request;
use axum::http::header::{CONTENT_TYPE, HOST, ORIGIN};
use axum::http::uri::Authority;
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri};
use healthcode::limits::{SERVER_HEADER_BYTES, SERVER_PATH_BYTES};

/// The type of everything that is signed (docs/server.md).
pub(crate) const COSE: &str = "application/cose";

/// Why a request is not looked at: its status, its code, and a sentence.
pub(crate) type Refused = (StatusCode, &'static str, String);

/// The names that a page may call this server by. Whoever's name somebody else has let lead to this machine is none of
/// them: their pages must not read what is here (DNS rebinding).
#[derive(Debug, Clone, Copy)]
pub(crate) struct OwnNames {
    address: SocketAddr,
}

impl OwnNames {
    /// The names of a server that listens there.
    pub(crate) const fn of(address: SocketAddr) -> Self {
        Self { address }
    }

    /// Refuses what is for another server, or larger than any client needs.
    pub(crate) fn admit(self, request: &Request) -> Result<(), Refused> {
        Self::admit_size(request)?;
        if !self.is_meant(request) {
            let message =
                format!("this server is http://localhost:{}/ and answers to no other name", self.address.port());
            return Err((StatusCode::MISDIRECTED_REQUEST, "http-other-host", message));
        }
        Ok(())
    }

    /// Refuses what is larger than any client needs.
    pub(crate) fn admit_size(request: &Request) -> Result<(), Refused> {
        let path = request.uri().path_and_query().map_or(0, |path| path.as_str().len());
        if path > SERVER_PATH_BYTES {
            let message = format!("a path with its query has at most {SERVER_PATH_BYTES} bytes, this one has {path}");
            return Err((StatusCode::URI_TOO_LONG, "http-path-too-long", message));
        }
        let bytes = size(request.headers());
        if bytes > SERVER_HEADER_BYTES {
            let message = format!("headers have at most {SERVER_HEADER_BYTES} bytes, these have {bytes}");
            return Err((StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE, "http-headers-too-large", message));
        }
        Ok(())
    }

    /// Whether each name in the request is its own; there is at least one.
    fn is_meant(self, request: &Request) -> bool {
        let headers = request.headers().get_all(HOST).iter();
        let mut named = headers.map(|host| Authority::try_from(host.as_bytes()).is_ok_and(|host| self.owns(&host)));
        let in_target = request.uri().authority();
        named.next().is_some_and(|own| own) && named.next().is_none() && in_target.is_none_or(|host| self.owns(host))
    }

    fn owns(self, authority: &Authority) -> bool {
        let (host, port) = (authority.host(), authority.port_u16());
        let address = address(host);
        let own = [self.address.ip(), Ipv4Addr::LOCALHOST.into(), Ipv6Addr::LOCALHOST.into()];
        let named = host.eq_ignore_ascii_case("localhost") || address.is_some_and(|address| own.contains(&address));
        named && port.unwrap_or(80) == self.address.port() && !authority.as_str().contains('@')
    }
}

/// Refuses what a page of elsewhere sends to a server for this machine only. Pages of another server on this machine ask through
/// that server.
pub(crate) fn admit_origin(headers: &HeaderMap) -> Option<Refused> {
    let message = "a page of another site asks for a certificate; this server is for pages of this machine";
    let own = headers.get_all(ORIGIN).iter().all(is_of_this_machine);
    (!own).then(|| (StatusCode::FORBIDDEN, "http-other-origin", message.into()))
}

/// Refuses requests for certificates that a form sends: no phone asks so.
pub(crate) fn admit_type(headers: &HeaderMap) -> Result<(), Refused> {
    let mut types = headers.get_all(CONTENT_TYPE).iter();
    if !types.next().is_some_and(is_cose) || types.next().is_some() {
        let message = format!("a request for a certificate is sent with `Content-Type: {COSE}`");
        return Err((StatusCode::UNSUPPORTED_MEDIA_TYPE, "issuer-request-type", message));
    }
    Ok(())
}

/// Whether a type is that of signed files; what stands after a semicolon says no more.
fn is_cose(value: &HeaderValue) -> bool {
    let essence = value.to_str().ok().and_then(|value| value.split(';').next());
    essence.is_some_and(|essence| essence.trim().eq_ignore_ascii_case(COSE))
}

/// Whether the page that sends a request, by its origin (RFC 6454), comes from a server on this machine.
fn is_of_this_machine(origin: &HeaderValue) -> bool {
    let origin = Uri::try_from(origin.as_bytes()).ok();
    let host = origin.as_ref().and_then(Uri::host);
    host.is_some_and(|host| {
        host.eq_ignore_ascii_case("localhost") || address(host).is_some_and(|address| address.is_loopback())
    })
}

/// The address that a host is, if it is no name.
fn address(host: &str) -> Option<IpAddr> {
    host.trim_start_matches('[').trim_end_matches(']').parse().ok()
}

fn size(headers: &HeaderMap) -> usize {
    headers.iter().map(|(name, value)| name.as_str().len() + value.len() + 4).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn owns(listen: &str, host: &str) -> bool {
        OwnNames::of(listen.parse().unwrap()).owns(&host.parse().unwrap())
    }

    #[test]
    fn pages_of_this_machine_are_those_of_any_port() {
        let is_of_it = |origin: &str| is_of_this_machine(&HeaderValue::from_str(origin).unwrap());
        for origin in ["http://localhost:5173", "http://LOCALHOST", "https://127.0.0.1:1", "http://[::1]:5173"] {
            assert!(is_of_it(origin), "{origin}");
        }
        for origin in [
            "null",
            "",
            "localhost.example.org",
            "https://example.org",
            "http://localhost.example.org",
            "http://127.0.0.1.example.org:8080",
            "http://localhost@example.org",
            "http://192.168.0.2:8080",
            "http://0.0.0.0:8080",
            "file://",
        ] {
            assert!(!is_of_it(origin), "{origin}");
        }
    }

    #[test]
    fn its_own_names_are_those_of_this_machine_with_its_port() {
        for host in ["localhost:8080", "LocalHost:8080", "127.0.0.1:8080", "[::1]:8080"] {
            assert!(owns("127.0.0.1:8080", host) && owns("[::1]:8080", host), "{host}");
        }
        assert!(owns("127.0.0.2:8080", "127.0.0.2:8080") && !owns("127.0.0.1:8080", "127.0.0.2:8080"));
        assert!(owns("127.0.0.1:80", "localhost"), "a browser leaves the usual port out");
        for host in [
            "localhost",
            "localhost:80",
            "example.org:8080",
            "localhost.example.org:8080",
            "127.0.0.1.example.org:8080",
            "localhost@example.org:8080",
            "example.org@localhost:8080",
            "0.0.0.0:8080",
            "192.168.0.2:8080",
        ] {
            assert!(!owns("127.0.0.1:8080", host), "{host}");
        }
    }
}
