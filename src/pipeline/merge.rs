//! The merge commands: customers that look like one person are shown with the evidence, and what somebody decides about
//! them is kept. Customers stay as the files say them; the next scoring goes by the decisions in force.

mod say;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use chrono::NaiveDate;
use serde::Serialize;

use super::explain::masked;
use super::terminal::{Speak, context};
use super::{Context, audit, files};
use crate::cli::{Common, MergeCommand};
use crate::import::undo;
use crate::people::{Decision, Likeness, Name, Persons, Proposal, Sharer, Trait, proposals};
use crate::scripts;
use crate::settings::Settings;
use crate::store::{Access, Store, quote_text};
use crate::types::{Error, Result};

/// Evidence from which all proposals may be accepted at once, unless somebody says otherwise: the whole name agrees.
const LEAST: u8 = 3;

/// Runs one of these commands.
pub(super) fn dispatch(command: MergeCommand, common: &Common, speak: Speak) -> Result<()> {
    let lang = speak.lang;
    match command {
        MergeCommand::List { db, out, reveal } => {
            let listed = list(&context(common, &db, lang)?, out.as_deref(), reveal)?;
            speak.result(&listed, |out| say::listed(out, lang, &listed))
        }
        MergeCommand::Accept {
            ids,
            db,
            all,
            min_evidence,
        } => {
            let wanted = if all {
                Wanted::AllFrom(min_evidence.unwrap_or(LEAST))
            } else {
                Wanted::These(ids)
            };
            let accepted = accept(&context(common, &db, lang)?, &wanted)?;
            speak.result(&accepted, |out| say::accepted(out, lang, &accepted))
        }
        MergeCommand::Undo { ids, db } => {
            let undone = undo(&context(common, &db, lang)?, &ids)?;
            speak.result(&undone, |out| say::undone(out, lang, &undone))
        }
    }
}

/// A customer as it is shown.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Side {
    /// Name, masked unless it is asked for in full.
    pub name: String,
    /// Phone, masked unless it is asked for in full.
    pub phone: String,
    /// Number in the shop's own files, masked unless it is asked for in full.
    pub customer_no: String,
    /// Store.
    pub store: String,
}

/// A pair of customers that look like one person, or were decided to be one.
#[derive(Clone, Debug, Serialize)]
pub struct Pair {
    /// What `accept` and `undo` take.
    pub id: String,
    /// How much speaks for it, from 1 to 4.
    pub evidence: u8,
    /// What: `phone`, `vin`, then `name`, `surname` or `given_differs`.
    pub why: Vec<String>,
    /// Phones and VINs that both have, masked unless they are asked for in full.
    pub shared: Vec<String>,
    /// The customer that stays.
    pub keeps: Side,
    /// The customer that counts as it.
    pub merges: Side,
    /// The day of the decision, where there is one in force.
    pub decided_on: Option<NaiveDate>,
}

/// What looks like one person, and what was decided.
#[derive(Debug, Serialize)]
pub struct Listed {
    /// Open proposals, those with most evidence first.
    pub proposals: Vec<Pair>,
    /// Decisions in force, in the order in which they were made.
    pub decided: Vec<Pair>,
    /// The file that holds them all.
    pub file: Option<PathBuf>,
}

/// Shows who looks like one person, and what was decided.
///
/// # Errors
/// When there is no database, or the file cannot be written.
pub fn list(context: &Context, out: Option<&Path>, reveal: bool) -> Result<Listed> {
    if let Some(path) = out {
        files::spare_database(path, &context.database)?;
    }
    let (store, settings) = context.open(Access::Read)?;
    let open = open_proposals(&store, &settings)?;
    let decisions = in_force(&store)?;
    if reveal {
        audit::note(
            &context.database,
            "merge-list",
            serde_json::json!({
                "revealed": true, "rows": open.len() + decisions.len(),
                "file": out.and_then(|p| std::path::absolute(p).ok()),
            }),
        )?;
    }
    let asked = open.iter().flat_map(|p| [p.kept, p.merged]);
    let asked = asked.chain(decisions.iter().flat_map(|d| [d.pair.kept, d.pair.merged]));
    let sides = sides(&store, asked.collect(), reveal)?;
    let side = |id: u64| sides.get(&id).cloned().unwrap_or_default();
    let shown = |what: Trait, value: &str| match (reveal, what) {
        (true, _) => value.to_owned(),
        (false, Trait::Phone) => masked("phone", value),
        (false, Trait::Vin) => masked("vin", value),
    };
    let listed = Listed {
        proposals: open
            .iter()
            .map(|p| Pair {
                id: p.id.clone(),
                evidence: p.strength,
                why: p.why().into_iter().map(str::to_owned).collect(),
                shared: p.shared.iter().map(|(what, v)| shown(*what, v)).collect(),
                keeps: side(p.kept),
                merges: side(p.merged),
                decided_on: None,
            })
            .collect(),
        decided: decisions
            .iter()
            .map(|d| Pair {
                id: d.id.clone(),
                evidence: d.evidence,
                why: d.why.clone(),
                shared: Vec::new(),
                keeps: side(d.pair.kept),
                merges: side(d.pair.merged),
                decided_on: d.on,
            })
            .collect(),
        file: out.map(Path::to_path_buf),
    };
    if let Some(path) = out {
        files::write(path, say::csv(&listed).as_bytes())?;
    }
    Ok(listed)
}

/// How many pairs of customers look like one person and nobody has decided about.
///
/// # Errors
/// When the engine refuses.
pub(super) fn open_count(store: &Store, settings: &Settings) -> Result<u64> {
    Ok(open_proposals(store, settings)?.len() as u64)
}

fn open_proposals(store: &Store, settings: &Settings) -> Result<Vec<Proposal>> {
    let mut all = all_proposals(store, settings)?;
    all.retain(|p| !p.joined);
    Ok(all)
}

fn all_proposals(store: &Store, settings: &Settings) -> Result<Vec<Proposal>> {
    store.run(&format!(
        "create or replace temp table alike_run as select {}::integer as most",
        settings.customers.merge_shared_by_most
    ))?;
    store.run(scripts::text("people/customers_alike"))?;
    let table = store.table("from customers_alike order by what, thing, customer_id")?;
    let mut sharers = Vec::with_capacity(table.rows.len());
    for row in table.iter() {
        let text = |name: &str| Ok::<_, Error>(row.text(name)?.unwrap_or_default());
        let name = text("name")?;
        let is_nobody = |word: &str| {
            let words = &settings.import.placeholders;
            words.iter().any(|p| p.eq_ignore_ascii_case(word.trim()))
        };
        if is_nobody(&name) || is_nobody(&text("customer_no")?) {
            continue;
        }
        sharers.push(Sharer {
            what: if text("what")? == "vin" {
                Trait::Vin
            } else {
                Trait::Phone
            },
            thing: text("thing")?,
            customer_id: row.id("customer_id")?.unwrap_or_default(),
            person_id: row.id("person_id")?.unwrap_or_default(),
            name,
            is_told: row.bool("is_told")?.unwrap_or(false),
            is_numbered: !text("customer_no")?.is_empty(),
        });
    }
    store.run("drop table customers_alike")?;
    Ok(proposals(&sharers))
}

/// A decision in force.
struct InForce {
    id: String,
    pair: Decision,
    why: Vec<String>,
    evidence: u8,
    on: Option<NaiveDate>,
}

fn in_force(store: &Store) -> Result<Vec<InForce>> {
    store
        .table(
            "select merge_id, kept_id, merged_id, why, evidence, decided_on from customer_merges
             where undone_on is null order by decision_no",
        )?
        .iter()
        .map(|r| {
            let why = r.text("why")?.unwrap_or_default();
            Ok(InForce {
                id: r.text("merge_id")?.unwrap_or_default(),
                pair: Decision {
                    kept: r.id("kept_id")?.unwrap_or_default(),
                    merged: r.id("merged_id")?.unwrap_or_default(),
                },
                why: why.split(' ').map(str::to_owned).collect(),
                evidence: u8::try_from(r.int("evidence")?.unwrap_or(0)).unwrap_or(0),
                on: r.date("decided_on")?,
            })
        })
        .collect()
}

fn sides(store: &Store, ids: BTreeSet<u64>, reveal: bool) -> Result<BTreeMap<u64, Side>> {
    let mut found = BTreeMap::new();
    let ids: Vec<String> = ids.iter().map(ToString::to_string).collect();
    for ids in ids.chunks(1000) {
        let table = store.table(&format!(
            "select customer_id, name, phone_primary, customer_no, store_id from customers
             where customer_id in ({}) order by 1",
            ids.join(", ")
        ))?;
        for row in table.iter() {
            let text = |column: &str, name: &str| -> Result<String> {
                let text = row.text(column)?.unwrap_or_default();
                let hidden = !reveal && !text.is_empty() && !name.is_empty();
                Ok(if hidden { masked(name, &text) } else { text })
            };
            let side = Side {
                name: text("name", "name")?,
                phone: text("phone_primary", "phone")?,
                customer_no: text("customer_no", "customer_no")?,
                store: text("store_id", "")?,
            };
            found.insert(row.id("customer_id")?.unwrap_or_default(), side);
        }
    }
    Ok(found)
}

/// Which proposals are accepted.
#[derive(Clone, Debug)]
pub enum Wanted {
    /// Those with these ids.
    These(Vec<String>),
    /// All with so much evidence or more.
    AllFrom(u8),
}

/// What was decided.
#[derive(Debug, Serialize)]
pub struct Accepted {
    /// Ids of the decisions that were made.
    pub accepted: Vec<String>,
    /// Ids of pairs that counted as one person already.
    pub known: Vec<String>,
    /// Ids that `--all` left, since they would bring two different names together through a third customer.
    pub left: Vec<String>,
    /// Proposals that are still open.
    pub open: u64,
}

/// Decides that pairs of customers are one person.
///
/// # Errors
/// When an id is none of a proposal or decision: then nothing is decided.
pub fn accept(context: &Context, wanted: &Wanted) -> Result<Accepted> {
    let (store, settings) = context.open(Access::Write)?;
    let all = all_proposals(&store, &settings)?;
    let decisions = in_force(&store)?;
    let chosen: Vec<&Proposal> = match wanted {
        Wanted::AllFrom(least) => all
            .iter()
            .filter(|p| p.strength >= *least && !p.joined)
            .collect(),
        Wanted::These(ids) => {
            let mut chosen = Vec::new();
            for id in ids {
                match all.iter().find(|p| p.id == *id) {
                    Some(proposal) => chosen.push(proposal),
                    None if decisions.iter().any(|d| d.id == *id) => {}
                    None => return Err(Error::usage("merge-unknown").with("id", id)),
                }
            }
            chosen
        }
    };
    let mut made = Accepted {
        accepted: Vec::new(),
        known: Vec::new(),
        left: Vec::new(),
        open: 0,
    };
    if let Wanted::These(ids) = wanted {
        let gone = |id: &&String| !chosen.iter().any(|p| p.id == **id);
        made.known.extend(ids.iter().filter(gone).cloned());
    }
    let pairs: Vec<Decision> = decisions.iter().map(|d| d.pair).collect();
    let mut persons = Persons::of(&pairs);
    let mut groups = match wanted {
        Wanted::AllFrom(_) => Some(Groups::of(&store, &persons, &chosen)?),
        Wanted::These(_) => None,
    };
    let mut decided: Vec<&Proposal> = Vec::new();
    for proposal in chosen {
        let pair = Decision {
            kept: proposal.kept,
            merged: proposal.merged,
        };
        let (kept, merged) = (persons.person(pair.kept), persons.person(pair.merged));
        if kept == merged {
            made.known.push(proposal.id.clone());
        } else if groups.as_mut().is_some_and(|g| !g.join(kept, merged)) {
            made.left.push(proposal.id.clone());
        } else {
            persons.join(pair);
            made.accepted.push(proposal.id.clone());
            decided.push(proposal);
        }
    }
    if !decided.is_empty() {
        store.transaction(|store| {
            write(store, &decided, context.today)?;
            undo::rebuild(store)?;
            // What cannot be noted is not done.
            note(context, "merge-accept", &made.accepted)
        })?;
        store.checkpoint()?;
    }
    made.open = open_count(&store, &settings)?;
    Ok(made)
}

fn write(store: &Store, decided: &[&Proposal], on: NaiveDate) -> Result<()> {
    let first = store.count("select coalesce(max(decision_no), 0) + 1 from customer_merges")?;
    for (number, proposal) in (first..).zip(decided) {
        store.run(&format!(
            "insert into customer_merges values ({number}, {}, {}::ubigint, {}::ubigint, {}, {}, date '{on}', null)",
            quote_text(&proposal.id),
            proposal.kept,
            proposal.merged,
            quote_text(&proposal.why().join(" ")),
            proposal.strength,
        ))?;
    }
    Ok(())
}

fn note(context: &Context, command: &str, ids: &[String]) -> Result<()> {
    audit::note(
        &context.database,
        command,
        serde_json::json!({ "decisions": ids.len(), "ids": ids }),
    )
}

/// The names within each person: what nobody looked at one by one must not bring two different names together.
struct Groups(BTreeMap<u64, Vec<Name>>);

impl Groups {
    fn of(store: &Store, persons: &Persons, chosen: &[&Proposal]) -> Result<Self> {
        let mut ids: BTreeSet<u64> = chosen.iter().flat_map(|p| [p.kept, p.merged]).collect();
        let ends: BTreeSet<u64> = ids.iter().map(|id| persons.person(*id)).collect();
        let aliases = persons.aliases();
        ids.extend(
            aliases
                .iter()
                .filter(|(_, p)| ends.contains(p))
                .map(|(c, _)| *c),
        );
        ids.extend(ends);
        let mut groups: BTreeMap<u64, Vec<Name>> = BTreeMap::new();
        for (id, side) in sides(store, ids, true)? {
            let names = groups.entry(persons.person(id)).or_default();
            names.extend(Name::of(&side.name));
        }
        Ok(Self(groups))
    }

    /// Puts the names of one person to those of another; false where they disagree.
    fn join(&mut self, kept: u64, merged: u64) -> bool {
        let of = |id: u64| self.0.get(&id).cloned().unwrap_or_default();
        let (mut names, others) = (of(kept), of(merged));
        let agree =
            |a: &Name, b: &Name| matches!(a.likeness(b), Likeness::Same | Likeness::Surname);
        if !names.iter().all(|a| others.iter().all(|b| agree(a, b))) {
            return false;
        }
        names.extend(others);
        self.0.insert(kept, names);
        true
    }
}

/// What was taken back.
#[derive(Debug, Serialize)]
pub struct Undone {
    /// Ids of the decisions that hold no more.
    pub undone: Vec<String>,
    /// Decisions that still hold.
    pub in_force: u64,
}

/// Takes decisions back.
///
/// # Errors
/// When an id is none of a decision in force: then nothing is taken back.
pub fn undo(context: &Context, ids: &[String]) -> Result<Undone> {
    let (store, _) = context.open(Access::Write)?;
    let decisions = in_force(&store)?;
    let mut ids = ids.to_vec();
    ids.sort();
    ids.dedup();
    if let Some(id) = ids
        .iter()
        .find(|id| !decisions.iter().any(|d| d.id == **id))
    {
        return Err(Error::usage("merge-not-decided").with("id", id));
    }
    let listed: Vec<String> = ids.iter().map(|id| quote_text(id)).collect();
    store.transaction(|store| {
        store.run(&format!(
            "update customer_merges set undone_on = date '{}' where undone_on is null and merge_id in ({})",
            context.today,
            listed.join(", ")
        ))?;
        undo::rebuild(store)?;
        note(context, "merge-undo", &ids)
    })?;
    store.checkpoint()?;
    Ok(Undone {
        in_force: (decisions.len() - ids.len()) as u64,
        undone: ids,
    })
}
