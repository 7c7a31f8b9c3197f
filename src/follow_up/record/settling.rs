//! What an answer means beside what is known of its task: nothing is overwritten silently.

use chrono::NaiveDate;

use super::Answer;

/// An answer that is in the database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known {
    /// Its row of `follow_ups`.
    pub row_key: u64,
    /// The calling day of the list that brought it, else its own.
    pub asked_on: Option<NaiveDate>,
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
    /// A further contact: after an attempt that reached nobody, or on another day.
    Further,
    /// Differs from what is known: kept as a further contact, and said.
    Conflict(Answer),
    /// Takes the place of that row, and of those rows beside it; a refusal of marketing stays.
    Replaced(u64, Answer, Vec<u64>),
}

/// Decides about one answer; `known` are those of its task, oldest first. Of those it is held against the ones of the same
/// calling day, since a task that stays open is tried again on the next; where nothing says its day, against all.
#[must_use]
pub fn settle(new: &Answer, day: Option<NaiveDate>, known: &[Known], repeated: Repeated) -> Fate {
    let of_day = |k: &&Known| day.is_none() || k.asked_on == day;
    let beside: Vec<&Known> = known.iter().filter(of_day).collect();
    let Some(last) = beside.last() else {
        return if known.is_empty() {
            Fate::New
        } else {
            Fate::Further
        };
    };
    let covered = beside.iter().any(|k| k.answer.covers(new));
    // What an earlier reading kept beside another answer: attempts that reached nobody went before, and contradict nothing.
    let rivals: Vec<u64> = beside
        .iter()
        .filter(|k| !k.answer.is_attempt() && !k.answer.covers(new) && !adds(new, &k.answer))
        .map(|k| k.row_key)
        .collect();
    if covered && (repeated == Repeated::Keep || rivals.is_empty()) {
        return Fate::Unchanged;
    }
    if !covered && adds(new, &last.answer) {
        return Fate::Completed(last.row_key, new.clone().over(&last.answer));
    }
    if repeated == Repeated::Replace {
        // Where it was kept beside the others, it stays in its own place.
        let place = beside.iter().find(|k| k.answer.covers(new)).unwrap_or(last);
        let mut answer = new.clone().over(&Answer {
            opt_out: beside.iter().any(|k| k.answer.opt_out),
            ..Answer::default()
        });
        if covered {
            answer = answer.over(&place.answer);
        }
        let others = rivals.into_iter().filter(|key| *key != place.row_key);
        return Fate::Replaced(place.row_key, answer, others.collect());
    }
    if last.answer.is_attempt() {
        Fate::Further
    } else {
        Fate::Conflict(last.answer.clone())
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
