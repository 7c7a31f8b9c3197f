//! The only integration binary; each module with its purpose.
#![allow(clippy::unwrap_used, unreachable_pub)]

mod grain;
mod lists;
mod no_leak;
mod small_sample;
mod support;
mod visits;
