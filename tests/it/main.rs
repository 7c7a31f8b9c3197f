//! The only integration binary; each module with its purpose.

mod lists;
