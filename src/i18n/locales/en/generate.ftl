# Synthetic exports.
error-generate-period = From { $from } to { $to }: not a period that can be generated
error-generate-period-hint = The first day must not be after the last; years from 1995 to 2100 are possible
error-generate-stores = { $stores } { FORM($stores, "store", "stores") } cannot be generated
error-generate-stores-hint = Between 1 and 1000 stores are possible
error-generate-vehicles = { $vehicles } { FORM($vehicles, "vehicle", "vehicles") } { FORM($vehicles, "is", "are") } too many to generate
error-generate-vehicles-hint = At most 20,000,000 vehicles are possible
