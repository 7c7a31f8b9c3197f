//! What an answer means beside what is known of its task: nothing is overwritten silently.

use super::Answer;

/// An answer that is in the database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known {
    /// Its row of `follow_ups`.
    pub row_key: u64,
    /// What it says.
    pub answer: Answer,
}

/// What to do where a task has another answer already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Repeated {
    /// Keep both: the new one as a further contact.
    Keep,
    /// Put the new one in the place of the last.
    Replace,
}

/// What becomes of an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fate {
    /// The first of its task.
    New,
    /// Known already.
    Unchanged,
    /// Fills what an earlier one left blank: that row is replaced by both together.
    Completed(u64, Answer),
    /// A further contact after an attempt that reached nobody.
    Further,
    /// Differs from what is known: kept as a further contact, and said.
    Conflict,
    /// Takes the place of that row; a refusal of marketing stays.
    Replaced(u64, Answer),
}

/// Decides about one answer; `known` are those of its task, oldest first.
#[must_use]
pub fn settle(new: &Answer, known: &[Known], repeated: Repeated) -> Fate {
    if known.iter().any(|k| k.answer.covers(new)) {
        return Fate::Unchanged;
    }
    let Some(last) = known.last() else {
        return Fate::New;
    };
    if adds(new, &last.answer) {
        return Fate::Completed(last.row_key, new.clone().over(&last.answer));
    }
    if repeated == Repeated::Replace {
        let mut answer = new.clone();
        answer.opt_out |= last.answer.opt_out;
        return Fate::Replaced(last.row_key, answer);
    }
    if last.answer.result_l1.as_deref() == Some("failed") {
        Fate::Further
    } else {
        Fate::Conflict
    }
}

/// True where the new answer says nothing that the earlier one contradicts.
fn adds(new: &Answer, earlier: &Answer) -> bool {
    fn agree<T: PartialEq>(a: Option<&T>, b: Option<&T>) -> bool {
        a.is_none() || b.is_none() || a == b
    }
    agree(new.result_l1.as_ref(), earlier.result_l1.as_ref())
        && agree(new.result_l2.as_ref(), earlier.result_l2.as_ref())
        && agree(new.note.as_ref(), earlier.note.as_ref())
        && agree(new.lost_reason.as_ref(), earlier.lost_reason.as_ref())
        && agree(new.next_on.as_ref(), earlier.next_on.as_ref())
}
