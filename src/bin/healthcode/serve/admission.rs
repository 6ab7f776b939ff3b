//! Which requests are looked at: those for this server by one of its own names, of a size that some client needs.

use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};

use axum::extract::Request;
use axum::http::header::HOST;
use axum::http::uri::Authority;
use axum::http::{HeaderMap, StatusCode};
use healthcode::limits::{SERVER_HEADER_BYTES, SERVER_PATH_BYTES};

/// Why a request is not looked at: its status, its code, and a sentence.
pub(super) type Refused = (StatusCode, &'static str, String);

/// The names that a page may call this server by. Whoever's name somebody else has let lead to this machine is none of
/// them: their pages must not read what is here (DNS rebinding).
#[derive(Debug, Clone, Copy)]
pub(super) struct OwnNames {
    address: SocketAddr,
}

impl OwnNames {
    /// The names of a server that listens there.
    pub(super) const fn of(address: SocketAddr) -> Self {
        Self { address }
    }

    /// Refuses what is for another server, or larger than any client needs.
    pub(super) fn admit(self, request: &Request) -> Result<(), Refused> {
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
        if !self.is_meant(request) {
            let message =
                format!("this server is http://localhost:{}/ and answers to no other name", self.address.port());
            return Err((StatusCode::MISDIRECTED_REQUEST, "http-other-host", message));
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
        let address = host.trim_start_matches('[').trim_end_matches(']').parse();
        let own = [self.address.ip(), Ipv4Addr::LOCALHOST.into(), Ipv6Addr::LOCALHOST.into()];
        let named = host.eq_ignore_ascii_case("localhost") || address.is_ok_and(|address| own.contains(&address));
        named && port.unwrap_or(80) == self.address.port() && !authority.as_str().contains('@')
    }
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
