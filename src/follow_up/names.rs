//! Texts that stand in many rows and are few: each kept once, and shared.

use std::collections::BTreeSet;
use std::sync::Arc;

/// The texts that were met so far.
#[derive(Debug, Default)]
pub(super) struct Names {
    met: BTreeSet<Arc<str>>,
    last: Option<Arc<str>>,
}

impl Names {
    /// The text, shared with all rows before that say the same.
    pub(super) fn shared(&mut self, text: &str) -> Arc<str> {
        // Rows of one list, or of one adviser, often stand together.
        if let Some(last) = self.last.as_ref().filter(|last| &***last == text) {
            return Arc::clone(last);
        }
        let name = match self.met.get(text) {
            Some(known) => Arc::clone(known),
            None => {
                let new: Arc<str> = text.into();
                self.met.insert(Arc::clone(&new));
                new
            }
        };
        self.last = Some(Arc::clone(&name));
        name
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_the_same_is_kept_once() {
        let mut names = Names::default();
        let all: Vec<Arc<str>> = ["warning", "warning", "", "lost", "warning", ""]
            .iter()
            .map(|text| names.shared(text))
            .collect();
        assert_eq!(
            all.iter().map(|n| &**n).collect::<Vec<_>>(),
            ["warning", "warning", "", "lost", "warning", ""]
        );
        assert!(Arc::ptr_eq(&all[0], &all[4]) && Arc::ptr_eq(&all[2], &all[5]));
        assert!(!Arc::ptr_eq(&all[0], &all[3]));
    }
}
