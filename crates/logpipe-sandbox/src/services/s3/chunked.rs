//! `aws-chunked` bodies: how SDKs send an upload together with its checksum.

use bytes::{Bytes, BytesMut};

/// The content of an `aws-chunked` body; `None` if it is not one. Chunk signatures and trailers are skipped.
pub(crate) fn decode(body: &Bytes) -> Option<Bytes> {
    let mut rest = body.clone();
    let mut content = BytesMut::new();
    loop {
        let end = rest.windows(2).position(|pair| pair == b"\r\n")?;
        let line = std::str::from_utf8(&rest[..end]).ok()?;
        let size = usize::from_str_radix(line.split(';').next()?, 16).ok()?;
        let start = end + 2;
        if size == 0 {
            return Some(content.freeze());
        }
        let stop = start.checked_add(size).filter(|stop| stop + 2 <= rest.len())?;
        content.extend_from_slice(&rest[start..stop]);
        if &rest[stop..stop + 2] != b"\r\n" {
            return None;
        }
        rest = rest.slice(stop + 2..);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(body: &'static str, expect: Option<&'static str>) {
        assert_eq!(decode(&Bytes::from(body)), expect.map(Bytes::from), "{body:?}");
    }

    #[test]
    fn chunks_are_joined_and_trailers_dropped() {
        check(
            "5\r\nhello\r\n1;chunk-signature=ab\r\n!\r\n0\r\nx-amz-checksum-crc32:AA==\r\n\r\n",
            Some("hello!"),
        );
        check("0\r\n\r\n", Some(""));
    }

    #[test]
    fn broken_bodies_are_refused() {
        for body in ["", "hello", "5\r\nhel", "ffffffffffffffff\r\nx\r\n", "2\r\nabc\r\n0\r\n\r\n"] {
            check(body, None);
        }
    }
}
