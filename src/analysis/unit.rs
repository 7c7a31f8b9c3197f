//! What figures are counted in, and what tables call it.

use serde::Serialize;

use crate::i18n::Currency;

/// What a figure is counted in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// Money, in the currency of the settings.
    Money,
    /// Visits.
    Visits,
    /// Scored units: vehicles, and customers without vehicle.
    Units,
    /// Customers.
    Customers,
    /// A share from 0 to 1.
    Share,
    /// A mean count.
    Mean,
    /// A mean count a day.
    PerDay,
    /// A count of anything else.
    Count,
}

impl Unit {
    /// Name in the table `kpis`: that of the currency for money.
    #[must_use]
    pub fn name(self, currency: &Currency) -> String {
        self.counted().unwrap_or(currency.table_name()).to_owned()
    }

    /// The unit of that name in the table `kpis`.
    #[must_use]
    pub fn named(name: &str) -> Self {
        use Unit::{Count, Customers, Mean, PerDay, Share, Units, Visits};
        [Visits, Units, Customers, Share, Mean, PerDay, Count]
            .into_iter()
            .find(|unit| unit.counted() == Some(name))
            .unwrap_or(Unit::Money)
    }

    /// Name of what is counted; `None` for money, which is called as its currency is.
    #[must_use]
    pub const fn counted(self) -> Option<&'static str> {
        Some(match self {
            Unit::Money => return None,
            Unit::Visits => "visits",
            Unit::Units => "units",
            Unit::Customers => "customers",
            Unit::Share => "share",
            Unit::Mean => "mean",
            Unit::PerDay => "per_day",
            Unit::Count => "count",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_in_a_table_is_read_back_whatever_the_currency() {
        use Unit::{Count, Customers, Mean, Money, PerDay, Share, Units, Visits};
        for currency in ["CNY", "EUR", "kr.", "€"].map(|name| Currency::new(name, 0)) {
            for unit in [Money, Visits, Units, Customers, Share, Mean, PerDay, Count] {
                let name = unit.name(&currency);
                assert_eq!(Unit::named(&name), unit, "{name}");
            }
        }
        assert_eq!(Money.name(&Currency::default()), "yuan");
    }
}
