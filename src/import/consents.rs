//! Consent to marketing in customer files. Whoever said no is not called again because a file says yes: a yes takes a
//! refusal back only by a date after it, in whatever order the files come, and whatever else they say.

use chrono::NaiveDate;

use crate::store::Store;
use crate::types::Result;

/// Columns that a settled row of `customers` has beside those of its file.
pub(super) const COLUMNS: &[&str] = &["refusal_known_on"];

/// What a settled row `s` of a file says, where its customer's answers are `a`. Not to have asked is no answer.
pub(super) const SETTLED: &str =
    "case when a.refuses then 'no' when a.agreed_on is not null then 'yes' else s.consent_marketing end as consent_marketing,
     case when a.refuses then a.refused_at when a.agreed_on is not null then a.agreed_on else s.consent_at end as consent_at";

/// Collects in `consents` what the staged rows and the database say of each customer of the file. Of several rows of a
/// customer each counts, not only the last one. A refusal without a date counts from the day of the import that
/// brought it.
pub(super) fn gather(store: &Store, today: NaiveDate) -> Result<()> {
    store.run(&format!(
        "create or replace temp table consents as
         with said as (
             select row_key, consent_marketing as answer, consent_at as said_on, null::date as known_on, false as held
             from staged where consent_marketing in ('yes', 'no')
             union all
             select c.customer_id, c.consent_marketing, c.consent_at,
                 coalesce(c.refusal_known_on, case when c.consent_at is null then i.today end), true
             from customers c left join imports i on i.import_id = c.import_id
             where c.consent_marketing in ('yes', 'no') and c.customer_id in (select row_key from staged)
         ),
         answers as (
             select row_key, bool_or(answer = 'no') as refused, max(said_on) filter (answer = 'no') as refused_at,
                 coalesce(max(known_on) filter (answer = 'no'),
                     case when bool_or(answer = 'no' and said_on is null) then date '{today}' end) as refusal_known_on,
                 max(said_on) filter (answer = 'yes') as agreed_on
             from said group by row_key
         )
         select *, refused and coalesce(greatest(refused_at, refusal_known_on) >= agreed_on, true) as refuses
         from answers"
    ))
}
