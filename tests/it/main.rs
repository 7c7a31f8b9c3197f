//! The only integration binary; each module with its purpose.
#![allow(clippy::unwrap_used, unreachable_pub)]

mod architecture;
mod clients;
mod containers;
mod disguises;
mod documents;
mod erasing;
mod explaining;
mod files_in;
mod grain;
mod keeping;
mod leak_traps;
mod limits;
mod list_timers;
mod lists;
mod masking;
mod mutations;
mod no_leak;
mod notebooks;
mod profile;
mod quality;
mod readme;
mod real_data;
mod real_tables;
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
