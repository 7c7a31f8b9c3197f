//! The pages, one file each.

pub(super) mod base;
pub(super) mod definitions;
pub(super) mod revenue;
pub(super) mod summary;
pub(super) mod year;

/// Width of a figure that stands alone, px.
const FULL: u32 = 912;
