//! `retain`: which customers are loyal, which are slipping away, why, and whom to call today.
//!
//! ```text
//! files ─ import ─▶ canonical tables ─ visits/*.sql ─▶ visits ─ features/*.sql ─▶ unit features ─ Arrow ─▶ rhythm, models, scores
//!                                                                                                            │
//!                                        vehicle_scores, customer_scores, score_history ◀─ append ───────────┘
//!                                                       │
//!                  lists (workbook) ◀─ lists/*.sql ─────┤
//!                  Analysis ─▶ report pages ─▶ HTML  ◀──┘
//! ```
//!
//! Order of dependence (a test reads the sources and compares): types, table, i18n, settings, columns, store,
//! scripts, people, then import, generate and features side by side, then rhythm, models, scores, follow_up, then
//! kpis and analysis, report, cli, pipeline, main. A module uses only those named before it.

pub mod analysis;
pub mod cli;
pub mod columns;
pub mod features;
pub mod follow_up;
pub mod generate;
pub mod i18n;
pub mod import;
pub mod kpis;
pub mod models;
pub mod people;
pub mod pipeline;
pub mod report;
pub mod rhythm;
pub mod scores;
pub mod scripts;
pub mod settings;
pub mod store;
pub mod table;
pub mod types;
