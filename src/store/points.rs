//! Named points between which a database or a file goes from one state to the next, for those who break the program there
//! on purpose. The program itself watches none of them: only who links the library and asks can.

use std::sync::OnceLock;

use crate::types::named_enum;

named_enum! {
    /// A moment at which the program may be ended. What was committed by then is there afterwards, all else is as before.
    Point {
        /// A database is open and nothing was asked of it.
        DatabaseOpened = "database-opened",
        /// A transaction has begun.
        TransactionBegun = "transaction-begun",
        /// Rows were handed to a table, within a transaction.
        RowsAppended = "rows-appended",
        /// The rows of a file were held against those that were there.
        FileSettled = "file-settled",
        /// A file has its row in the ledger.
        LedgerWritten = "ledger-written",
        /// Scores were computed and none is written.
        ScoresComputed = "scores-computed",
        /// The work of a transaction is done.
        CommitReady = "commit-ready",
        /// A transaction is committed, in the log.
        Committed = "committed",
        /// What was committed is in the file itself.
        Checkpointed = "checkpointed",
        /// A file was begun under a name of its own.
        FileBegun = "file-begun",
        /// All of a file is on disk, under that name.
        FileSynced = "file-synced",
        /// A file stands in its place.
        FileInPlace = "file-in-place",
        /// The copy of a database holds what it should, and is not in its place.
        CopyProved = "copy-proved",
        /// The copy stands in the database's place.
        CopyInPlace = "copy-in-place",
        /// What a backup replaces has a second name, under which it stays.
        ReplacedKept = "replaced-kept",
        /// An entry is in the audit file, and the mark of its end is not.
        AuditEntered = "audit-entered",
    }
}

static WATCH: OnceLock<fn(Point)> = OnceLock::new();

/// Has a function called at each point that this process reaches from now on. The first one asked for stays.
pub fn watch(with: fn(Point)) {
    let _ = WATCH.set(with);
}

/// The program has come to a point.
pub fn reached(point: Point) {
    if let Some(with) = WATCH.get() {
        with(point);
    }
}
