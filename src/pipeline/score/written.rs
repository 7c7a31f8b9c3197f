//! What a scoring writes: part by part, into tables that were cleared before.

use arrow::array::{StringArray, UInt64Array};
use chrono::NaiveDate;

use super::evidence;
use super::learning::Learned;
use super::models::{Models, PartScores};
use crate::features::features_batch;
use crate::models::ModelCard;
use crate::scores::{
    self, CustomerScores, LoyaltyParameters, ScoringInput, SegmentModel, SegmentTotals,
    Segmentation, UnitScores, VehicleNames,
};
use crate::scripts;
use crate::settings::Settings;
use crate::store::Store;
use crate::table::{column, text_at};
use crate::types::{Lang, Reason, Result, UnitId};

/// Clears what the scores of another date left, and begins what is written part by part.
pub(super) fn clear(store: &Store, settings: &Settings, as_of: NaiveDate) -> Result<()> {
    // The features of the date scored last stay in the file, so that every figure can be asked why.
    store.run(scripts::text("features/features_scored"))?;
    store.run("delete from vehicle_scores; delete from customer_scores;")?;
    store.run(&format!(
        "delete from score_history where as_of = date '{as_of}'"
    ))?;
    evidence::clear(store, settings, as_of)
}

/// Writes the scores of a part of the units, and what stands behind them; `vehicles` names the rows with VIN and plate.
pub(super) fn write_part(
    store: &Store,
    settings: &Settings,
    models: &Models,
    part: &PartScores,
    segments: &Segmentation,
    vehicles: &str,
) -> Result<()> {
    let input = part.input(settings);
    store.append("features_scored", [features_batch(input.features)?])?;
    evidence::write_loyalty(store, &input, &part.units.parameters)?;
    evidence::write_inputs(store, &part.now, &models.learned)?;
    write_unit_scores(store, settings.lang, &input, &part.units, vehicles)?;
    write_customer_scores(store, settings.lang, &input, &part.units, &part.customers)?;
    evidence::write_segment_inputs(store, input.features.as_of, segments)?;
    let now = scores::score_history_batch(&input, &part.units.states())?;
    store.append("score_history", [now])
}

/// Writes what the segments amount to.
pub(super) fn write_segments(
    store: &Store,
    as_of: NaiveDate,
    model: &SegmentModel,
    totals: &SegmentTotals,
) -> Result<()> {
    store.append("segments", [scores::segments_batch(as_of, model, totals)?])
}

/// Rows that are written at once: with their reasons in words, those of all units would be larger than all that is known.
const ROWS_AT_ONCE: usize = 32_768;

/// Writes the scores of units; `vehicles` names the rows with their VIN and plate.
fn write_unit_scores(
    store: &Store,
    lang: Lang,
    input: &ScoringInput<'_>,
    units: &UnitScores,
    vehicles: &str,
) -> Result<()> {
    let ids = &input.features.unit_id;
    let in_order: Vec<usize> = (0..ids.len()).collect();
    for rows in in_order.chunks(ROWS_AT_ONCE) {
        let names = names_of(store, vehicles, &ids[rows[0]..=rows[rows.len() - 1]])?;
        let batch = scores::vehicle_scores_batch(input, units, rows, names, lang)?;
        store.append("vehicle_scores", [batch])?;
    }
    Ok(())
}

fn write_customer_scores(
    store: &Store,
    lang: Lang,
    input: &ScoringInput<'_>,
    units: &UnitScores,
    customers: &CustomerScores,
) -> Result<()> {
    let in_order: Vec<usize> = (0..customers.len()).collect();
    for rows in in_order.chunks(ROWS_AT_ONCE) {
        let batch = scores::customer_scores_batch(input, units, customers, rows, lang)?;
        store.append("customer_scores", [batch])?;
    }
    Ok(())
}

/// VIN and plate of some units, whose ids ascend.
fn names_of(store: &Store, vehicles: &str, units: &[UnitId]) -> Result<VehicleNames> {
    let mut names = VehicleNames {
        vin: vec![None; units.len()],
        plate: vec![None; units.len()],
    };
    let (Some(first), Some(last)) = (units.first(), units.last()) else {
        return Ok(names);
    };
    let sql = format!(
        "select unit_id, vin, plate from {vehicles} and unit_id between {} and {} order by unit_id",
        first.0, last.0
    );
    store.stream(&sql, |batch| {
        let ids = column::<UInt64Array>(&batch, "unit_id")?;
        let (vin, plate) = (
            column::<StringArray>(&batch, "vin")?,
            column::<StringArray>(&batch, "plate")?,
        );
        for (row, id) in ids.values().iter().enumerate() {
            if let Ok(at) = units.binary_search(&UnitId(*id)) {
                names.vin[at] = text_at(vin, row).map(str::to_owned);
                names.plate[at] = text_at(plate, row).map(str::to_owned);
            }
        }
        Ok(())
    })?;
    Ok(names)
}

/// Writes the cards of this date's fits; a fit that was refused has a card that says why. `fitted` is the number of units that
/// the fits were made to, and `all` that of all units, where these are more.
pub(super) fn write_cards(
    store: &Store,
    as_of: NaiveDate,
    models: &Models,
    loyalty: &LoyaltyParameters,
    others: &[ModelCard],
    fitted: usize,
    all: Option<u64>,
) -> Result<()> {
    let mut cards = vec![
        ModelCard::of_rhythm(&models.rhythm, fitted),
        scores::loyalty_card(loyalty),
    ];
    let fits: [(&str, &Learned); 2] = [
        ("churn_probability", &models.learned),
        ("churn_probability_180", models.learned_180()),
    ];
    for (name, learned) in fits {
        cards.extend(learned.cards(name));
    }
    cards.push(models.visit_model.card());
    cards.push(models.spend_model.card(models.visit_model.refusal()));
    cards.extend_from_slice(others);
    if let Some(all) = all {
        let sampled = Reason::new("caveat-sampled")
            .with("units", fitted)
            .with("all", all)
            .encode();
        for card in &mut cards {
            card.caveats.push(sampled.clone());
        }
    }
    store.run(&format!(
        "delete from model_cards where as_of = date '{as_of}'"
    ))?;
    store.append("model_cards", [scores::model_cards_batch(as_of, &cards)?])
}
