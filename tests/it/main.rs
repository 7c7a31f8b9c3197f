//! The only integration binary; each module with its purpose.
#![allow(clippy::unwrap_used, unreachable_pub)]

mod architecture;
mod clients;
mod containers;
mod disguises;
mod documents;
mod erasing;
mod files_in;
mod grain;
mod keeping;
mod leak_traps;
mod list_timers;
mod lists;
mod masking;
mod no_leak;
mod notebooks;
mod play;
mod profile;
mod readme;
mod real_data;
mod recording;
mod refusals;
mod reports;
mod same_bytes;
mod small_sample;
mod speaking;
mod support;

mod undoing;
mod visit_models;
mod visits;
mod words;
