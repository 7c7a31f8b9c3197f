//! Plain values that every other module speaks in: ids, states, estimates, problems, errors.
//! Knows no input, no output and no database.

use std::fmt;

mod festival;

pub use festival::spring_festival;

/// The language of what a person reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Lang {
    /// Simplified Chinese.
    #[default]
    Zh,
    /// English.
    En,
}

/// Surrogate of what is scored: the vehicle where there is one, else the customer.
/// 64-bit xxh3 of VIN, else plate, else store and customer number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct UnitId(pub u64);

/// Surrogate of a customer: 64-bit xxh3 of store and customer number (or phone).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct CustomerId(pub u64);

/// The file in which a generated department says who had really left. It is no data: read beside the rest it would give the
/// answers away.
pub const TRUTH_FILE: &str = "truth.csv";

/// How many of an id's leading bits form its bucket, by which data can be cut.
pub const BUCKET_BITS: u32 = 12;

macro_rules! named_enum {
    ($(#[$meta:meta])* $name:ident { $($(#[$vmeta:meta])* $variant:ident = $text:literal),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        pub enum $name { $($(#[$vmeta])* #[serde(rename = $text)] $variant),+ }

        impl $name {
            /// Every value, in the order of declaration.
            pub const ALL: &'static [$name] = &[$($name::$variant),+];

            /// The name used in tables and files.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $($name::$variant => $text),+ }
            }

            /// The value of that name, if there is one.
            #[must_use]
            pub fn parse(text: &str) -> Option<Self> {
                match text { $($text => Some($name::$variant),)+ _ => None }
            }
        }

        impl ::std::fmt::Display for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result { f.write_str(self.as_str()) }
        }
    };
}
pub(crate) use named_enum;

named_enum! {
    /// What to do about a unit, as of a date; declared in the order of precedence for the roll-up
    /// from vehicles to customers, best first.
    ChurnState {
        /// Within its rhythm, or in the shop.
        Active = "active",
        /// Back after a long absence.
        WonBack = "won_back",
        /// At most one qualified visit.
        New = "new",
        /// The expected interval has passed.
        Due = "due",
        /// Well past the expected interval.
        Warning = "warning",
        /// On thin ice.
        AtRisk = "at_risk",
        /// Sold by us, never maintained here.
        Never = "never",
        /// Twelve months and two intervals without a visit.
        Lost = "lost",
        /// Twenty-four months and three intervals without a visit.
        Dead = "dead",
        /// Known to be sold, scrapped or moved.
        Gone = "gone",
    }
}

named_enum! {
    /// Loyalty tier; declared best first, which breaks ties in the roll-up.
    LoyaltyTier {
        /// High on both axes.
        Loyal = "loyal",
        /// At or above the median.
        Stable = "stable",
        /// Coming less often, or for warranty and accidents only.
        Drifting = "drifting",
        /// Below the median.
        Weak = "weak",
        /// One visit, less than a year ago.
        New = "new",
    }
}

named_enum! {
    /// Qualified visits in twelve months: A four and more, B two or three, C one, D none.
    FrequencyClass {
        /// Four and more.
        A = "A",
        /// Two or three.
        B = "B",
        /// One.
        C = "C",
        /// None.
        D = "D",
    }
}

named_enum! {
    /// Where a group of customers stands: how they come, and whether a visit brings much, middling or little.
    Segment {
        /// Come often and in time; pay much a visit.
        SteadyHigh = "steady_high",
        /// Come often and in time.
        SteadyMid = "steady_mid",
        /// Come often and in time; pay little a visit.
        SteadyLow = "steady_low",
        /// In time, but seldom; pay much a visit.
        OccasionalHigh = "occasional_high",
        /// In time, but seldom.
        OccasionalMid = "occasional_mid",
        /// In time, but seldom; pay little a visit.
        OccasionalLow = "occasional_low",
        /// First seen within a year; pay much a visit.
        NewHigh = "new_high",
        /// First seen within a year.
        NewMid = "new_mid",
        /// First seen within a year; pay little a visit.
        NewLow = "new_low",
        /// Overdue by their own rhythm; paid much a visit.
        SlippingHigh = "slipping_high",
        /// Overdue by their own rhythm.
        SlippingMid = "slipping_mid",
        /// Overdue by their own rhythm; paid little a visit.
        SlippingLow = "slipping_low",
        /// Away as long as the lost are; paid much a visit.
        DormantHigh = "dormant_high",
        /// Away as long as the lost are.
        DormantMid = "dormant_mid",
        /// Away as long as the lost are; paid little a visit.
        DormantLow = "dormant_low",
    }
}

named_enum! {
    /// What kind of customer it is.
    CustomerKind {
        /// A private person.
        Person = "person",
        /// A company with vehicles of its own.
        Company = "company",
        /// Taxi or ride hailing.
        Taxi = "taxi",
        /// The department itself.
        Internal = "internal",
    }
}

/// A number with its interval, 80 % where nothing else is said.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize)]
pub struct Estimate {
    /// The estimate itself.
    pub value: f64,
    /// Lower end of the 80 % interval.
    pub low: f64,
    /// Upper end of the 80 % interval.
    pub high: f64,
}

/// When something is expected: in half of the cases by a day, in 80 of 100 between two. `None` is beyond ten years.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Window {
    /// Earliest of the 80 %.
    pub low: Option<chrono::NaiveDate>,
    /// By then in half of the cases.
    pub on: Option<chrono::NaiveDate>,
    /// Latest of the 80 %.
    pub high: Option<chrono::NaiveDate>,
}

/// Why a score is what it is: a key of the message catalogue and the numbers that go into it.
/// Kept as data so that a list can be read in either language.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Reason {
    /// Message key, `reason-…`.
    pub key: String,
    /// Named values, already rounded as they are to be read.
    pub args: Vec<(String, String)>,
}

impl Reason {
    /// A reason without values.
    #[must_use]
    pub fn new(key: &str) -> Self {
        Self {
            key: key.to_owned(),
            args: Vec::new(),
        }
    }

    /// Adds a named value.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl fmt::Display) -> Self {
        self.args.push((name.to_owned(), value.to_string()));
        self
    }

    /// One line of text: `key|name=value|name=value`, with `|`, `=` and `\` escaped.
    #[must_use]
    pub fn encode(&self) -> String {
        let mut out = self.key.clone();
        for (name, value) in &self.args {
            out.push('|');
            out.push_str(name);
            out.push('=');
            for c in value.chars() {
                if matches!(c, '|' | '=' | '\\') {
                    out.push('\\');
                }
                out.push(c);
            }
        }
        out
    }

    /// The inverse of [`Reason::encode`].
    #[must_use]
    pub fn decode(text: &str) -> Self {
        let mut parts: Vec<String> = vec![String::new()];
        let mut chars = text.chars();
        while let Some(c) = chars.next() {
            match c {
                '\\' => {
                    if let (Some(part), Some(next)) = (parts.last_mut(), chars.next()) {
                        part.push(next);
                    }
                }
                '|' => parts.push(String::new()),
                // Names hold no escapes, so the first raw `=` ends the name.
                '=' => {
                    if let Some(part) = parts.last_mut() {
                        part.push('\u{1f}');
                    }
                }
                other => {
                    if let Some(part) = parts.last_mut() {
                        part.push(other);
                    }
                }
            }
        }
        let mut parts = parts.into_iter();
        let key = parts.next().unwrap_or_default();
        let args = parts
            .map(|p| match p.split_once('\u{1f}') {
                Some((n, v)) => (n.to_owned(), v.to_owned()),
                None => (p, String::new()),
            })
            .collect();
        Self { key, args }
    }
}

/// Something wrong with one row of input; gathered, never thrown.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Problem {
    /// The check that found it, or the import itself.
    pub check: String,
    /// File or table.
    pub file: String,
    /// Line in the file, from 1, where there is one.
    pub line: Option<u64>,
    /// Column as the file names it.
    pub column: Option<String>,
    /// The value, masked.
    pub value: Option<String>,
    /// Message key of the reason.
    pub reason: String,
}

/// Exit status of the program, as the documentation promises it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// The data or the place failed.
    Data = 1,
    /// Wrong use or settings.
    Usage = 2,
    /// Unexpected.
    Internal = 3,
    /// The database is busy.
    Busy = 4,
    /// Interrupted by the user.
    Interrupted = 130,
}

/// What stops a command: which message, with which values, which exit status.
/// The message catalogue holds `error-<key>` and, where there is a next step, `error-<key>-hint`.
#[derive(Clone, Debug)]
pub struct Error {
    /// Exit status.
    pub exit: Exit,
    /// Message key without the `error-` prefix.
    pub key: &'static str,
    /// Values for the message.
    pub args: Vec<(&'static str, String)>,
    /// What a library said; never shown for data errors, since it may quote cells.
    pub detail: Option<String>,
}

/// Result with our [`Error`].
pub type Result<T> = std::result::Result<T, Error>;

impl Error {
    /// An error of the given class.
    #[must_use]
    pub fn new(exit: Exit, key: &'static str) -> Self {
        Self {
            exit,
            key,
            args: Vec::new(),
            detail: None,
        }
    }

    /// The data or the place failed.
    #[must_use]
    pub fn data(key: &'static str) -> Self {
        Self::new(Exit::Data, key)
    }

    /// Wrong use or settings.
    #[must_use]
    pub fn usage(key: &'static str) -> Self {
        Self::new(Exit::Usage, key)
    }

    /// Something that should not have happened.
    #[must_use]
    pub fn internal(detail: impl fmt::Display) -> Self {
        Self {
            detail: Some(detail.to_string()),
            ..Self::new(Exit::Internal, "internal")
        }
    }

    /// Adds a value for the message.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl fmt::Display) -> Self {
        self.args.push((name, value.to_string()));
        self
    }

    /// Adds what a library said.
    #[must_use]
    pub fn because(mut self, detail: impl fmt::Display) -> Self {
        self.detail = Some(detail.to_string());
        self
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.key)?;
        for (name, value) in &self.args {
            write!(f, " {name}={value}")?;
        }
        if let Some(detail) = &self.detail {
            write!(f, ": {detail}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Error {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_survives_encoding_whatever_its_values_hold() {
        let reason = Reason::new("reason-overdue")
            .with("days", 47)
            .with("note", "a|b=c\\d");
        assert_eq!(Reason::decode(&reason.encode()), reason);
    }

    #[test]
    fn every_state_is_known_by_its_name() {
        for state in ChurnState::ALL {
            assert_eq!(ChurnState::parse(state.as_str()), Some(*state));
        }
    }
}
