//! Which customers look like one person, and which count as one since somebody decided so.
//!
//! Nothing is merged silently: shared phones and VINs with names that agree make proposals, a person decides, and what was
//! decided is kept as a decision that can be taken back. The customers themselves stay as the files say them.

mod alike;
mod names;
mod persons;

pub use alike::{Proposal, Sharer, Trait, proposals};
pub use names::{Likeness, Name};
pub use persons::{Decision, Persons, refresh};
