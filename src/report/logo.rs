//! The department's sign: a PNG or SVG picture that is only ever shown, never run.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::types::{Error, Result};

/// Largest picture that goes into a report.
const MOST_BYTES: usize = 512 * 1024;

/// What kind of picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogoKind {
    /// Pixels.
    Png,
    /// Lines. Shown as a picture, where nothing in it can run or ask for anything.
    Svg,
}

/// A picture that was checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Logo {
    kind: LogoKind,
    bytes: Vec<u8>,
}

impl Logo {
    /// Takes a picture as it is in a file, told from its bytes.
    ///
    /// # Errors
    /// When it is neither PNG nor SVG, or larger than 512 KB.
    pub fn new(bytes: Vec<u8>) -> Result<Self> {
        if bytes.len() > MOST_BYTES {
            return Err(Error::usage("logo-large").with("kb", bytes.len() / 1024));
        }
        let kind = if is_png(&bytes) {
            LogoKind::Png
        } else if is_svg(&bytes) {
            LogoKind::Svg
        } else {
            return Err(Error::usage("logo-unknown"));
        };
        Ok(Self { kind, bytes })
    }

    /// What kind of picture it is.
    #[must_use]
    pub fn kind(&self) -> LogoKind {
        self.kind
    }

    /// The picture.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The picture as an address that holds it.
    #[must_use]
    pub fn data_address(&self) -> String {
        let kind = match self.kind {
            LogoKind::Png => "png",
            LogoKind::Svg => "svg+xml",
        };
        format!("data:image/{kind};base64,{}", STANDARD.encode(&self.bytes))
    }
}

/// A PNG from its signature to its last chunk.
fn is_png(bytes: &[u8]) -> bool {
    bytes.starts_with(b"\x89PNG\r\n\x1a\n")
        && bytes.get(12..16) == Some(b"IHDR")
        && bytes.windows(4).any(|w| w == b"IEND")
}

/// An XML text whose first element is `svg`.
fn is_svg(bytes: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return false;
    };
    let mut rest = text.trim_start_matches('\u{feff}').trim_start();
    loop {
        let end = match rest {
            r if r.starts_with("<?") => "?>",
            r if r.starts_with("<!--") => "-->",
            r if r.starts_with("<!") => ">",
            r => {
                return r
                    .strip_prefix("<svg")
                    .is_some_and(|r| r.starts_with([' ', '\n', '\t', '\r', '>']))
                    && r.trim_end().ends_with("</svg>");
            }
        };
        let Some((_, after)) = rest.split_once(end) else {
            return false;
        };
        rest = after.trim_start();
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn pictures_are_told_from_their_bytes() {
        let svg = b"<?xml version=\"1.0\"?>\n<!-- a sign -->\n<svg xmlns=\"http://www.w3.org/2000/svg\"></svg>\n";
        assert_eq!(Logo::new(svg.to_vec()).unwrap().kind(), LogoKind::Svg);
        let png = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR....IEND....";
        assert_eq!(Logo::new(png.to_vec()).unwrap().kind(), LogoKind::Png);
        for other in [
            &b"<html><svg></svg></html>"[..],
            b"GIF89a",
            b"",
            b"\x89PNG",
            b"<svgx></svgx>",
            b"\xff\xfe",
        ] {
            assert_eq!(Logo::new(other.to_vec()).unwrap_err().key, "logo-unknown");
        }
        assert_eq!(
            Logo::new(vec![0; MOST_BYTES + 1]).unwrap_err().key,
            "logo-large"
        );
    }

    #[test]
    fn the_address_holds_the_picture() {
        let logo = Logo::new(b"<svg></svg>".to_vec()).unwrap();
        assert_eq!(
            logo.data_address(),
            "data:image/svg+xml;base64,PHN2Zz48L3N2Zz4="
        );
    }
}
