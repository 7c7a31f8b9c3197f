-- How much of each kind of file there is, since some figures wait for files that were never imported.
-- grain: kind
-- inputs: appointments, insurance_policies, surveys, complaints, follow_ups, targets, finance_months, warranty_claims, work_order_lines
-- output: coverage
select 'appointments' as kind, count(*) as rows from appointments
union all select 'insurance_policies', count(*) from insurance_policies
union all select 'surveys', count(*) from surveys
union all select 'complaints', count(*) from complaints
union all select 'follow_ups', count(*) from follow_ups
union all select 'targets', count(*) from targets
union all select 'finance_months', count(*) from finance_months
union all select 'warranty_claims', count(*) from warranty_claims
union all select 'work_order_lines', count(*) from work_order_lines
order by kind;
