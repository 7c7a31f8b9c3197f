//! `retain`: which customers are loyal, which are slipping away, why, and whom to call today.
//!
//! ```text
//! files ─ import ─▶ canonical tables ─ visits.sql ─▶ visits ─ features/*.sql ─▶ unit features ─ Arrow ─▶ rhythm, models, scores
//!                                                                                                          │
//!                                        vehicle_scores, customer_scores, score_history ◀─ append ─────────┘
//!                                                       │
//!                  lists (workbook) ◀─ lists/*.sql ─────┤
//!                  Analysis ─▶ report pages ─▶ HTML  ◀──┘
//! ```
//!
//! A module uses only those declared above it; a test reads the sources and compares.

pub mod analysis;
pub mod features;
pub mod i18n;
pub mod kpis;
pub mod report;
pub mod settings;
pub mod types;
