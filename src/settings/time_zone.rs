//! The local time of a shop.

use serde::{Deserialize, Serialize};

use crate::types::{Error, Result};

/// Offset from UTC, `+08:00`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TimeZone(pub String);

impl Default for TimeZone {
    fn default() -> Self {
        Self("+08:00".to_owned())
    }
}

impl TimeZone {
    /// Minutes east of UTC.
    ///
    /// # Errors
    /// When the text is not of the form `+08:00`.
    pub fn minutes(&self) -> Result<i32> {
        let bad = || Error::usage("bad-time-zone").with("value", &self.0);
        let (sign, rest) = match self.0.split_at_checked(1) {
            Some(("+", rest)) => (1, rest),
            Some(("-", rest)) => (-1, rest),
            _ => return Err(bad()),
        };
        let (h, m) = rest.split_once(':').ok_or_else(bad)?;
        let h: i32 = h.parse().map_err(|_| bad())?;
        let m: i32 = m.parse().map_err(|_| bad())?;
        if (0..=14).contains(&h) && (0..60).contains(&m) {
            Ok(sign * (h * 60 + m))
        } else {
            Err(bad())
        }
    }
}
