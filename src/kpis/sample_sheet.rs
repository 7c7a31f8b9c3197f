//! The data-quality sheet of the sample department of the tests.

use crate::analysis::{QualitySheet, SheetColumn, SheetFault, SheetWords};

pub(crate) fn sheet() -> QualitySheet {
    let fault =
        |fault: &str, records: i64, of_records: i64, units: Option<(i64, i64)>| SheetFault {
            fault: fault.to_owned(),
            records,
            of_records,
            units: units.map(|(n, _)| n),
            of_units: units.map(|(_, of)| of),
        };
    let column = |kind, column, header, filled, rows| SheetColumn {
        kind,
        column,
        header,
        filled,
        rows,
    };
    QualitySheet {
        read: 18_250,
        kept: 18_240,
        duplicate: 6,
        rejected: 4,
        faults: vec![
            fault("order-no-cost", 14_980, 14_980, Some((1_700, 1_700))),
            fault("vehicle-no-plan", 512, 1_704, Some((512, 1_704))),
            fault("order-no-odometer", 1_044, 14_980, Some((377, 1_700))),
            fault("people-proposed", 12, 1_561, None),
            fault("rejected", 4, 18_250, None),
        ],
        columns: vec![
            column("work_orders", "vin", "VIN", 14_848, 14_980),
            column("work_orders", "odometer_km", "行驶里程", 13_936, 14_980),
            column("work_orders", "cost", "成本", 0, 14_980),
            column("work_orders", "plate", "车牌号", 14_979, 14_980),
            column("customers", "phone", "手机", 1_561, 1_561),
            column("customers", "district", "区域", 3, 1_561),
        ],
        words: vec![SheetWords {
            column: "job_class".to_owned(),
            header: "维修类型".to_owned(),
            words: 3,
            times: 41,
        }],
    }
}
