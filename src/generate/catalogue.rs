//! What is driven and what is done to it: models with their maintenance intervals, jobs with their prices.
//! Brands and models are invented.

use super::words::Word;

/// What a car runs on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fuel {
    Combustion,
    Hybrid,
    PlugIn,
    Battery,
}

impl Fuel {
    pub(super) const fn word(self) -> Word {
        match self {
            Self::Combustion => Word::new("燃油", "ice"),
            Self::Hybrid => Word::new("混动", "hev"),
            Self::PlugIn => Word::new("插电混动", "phev"),
            Self::Battery => Word::new("纯电", "bev"),
        }
    }

    /// Whether the plate is one of the longer, green ones.
    pub(super) const fn green_plate(self) -> bool {
        matches!(self, Self::PlugIn | Self::Battery)
    }
}

/// One model that the shop knows.
#[derive(Debug)]
pub(super) struct Model {
    pub(super) brand: &'static str,
    pub(super) series: &'static str,
    pub(super) name: &'static str,
    pub(super) fuel: Fuel,
    /// World manufacturer identifier: the first three characters of the VIN.
    pub(super) maker: &'static str,
    /// Maintenance interval, km and months, whichever is first.
    pub(super) interval_km: i32,
    pub(super) interval_months: i32,
    /// Price level against the commonest model.
    pub(super) price: f64,
    /// Labour rate, hundredths of a yuan an hour; a multiple of 100, so that amounts are exact.
    pub(super) hour: i64,
    pub(super) weight: u32,
}

macro_rules! models { ($(($brand:literal, $series:literal, $name:literal, $fuel:ident, $maker:literal, $km:literal, $months:literal, $price:literal, $hour:literal, $weight:literal)),+ $(,)?) => {
    pub(super) const MODELS: [Model; [$($weight),+].len()] = [$(Model {
        brand: $brand, series: $series, name: $name, fuel: Fuel::$fuel, maker: $maker,
        interval_km: $km, interval_months: $months, price: $price, hour: $hour * 100, weight: $weight,
    }),+];
} }
models! {
    ("南岭", "岭程", "岭程 1.5L 手动", Combustion, "L7N", 5000, 6, 0.85, 120, 14),
    ("南岭", "岭程", "岭程 1.5T 自动", Combustion, "L7N", 5000, 6, 0.95, 120, 16),
    ("南岭", "岭跃", "岭跃 SUV 1.5T", Combustion, "L7N", 7500, 6, 1.05, 130, 20),
    ("南岭", "岭驰", "岭驰 MPV 2.0T", Combustion, "L7N", 7500, 6, 1.2, 130, 12),
    ("南岭", "岭驰", "岭驰 MPV 混动", Hybrid, "L7N", 10000, 12, 1.15, 130, 5),
    ("珠帆", "帆影", "帆影 2.0L", Combustion, "L8Z", 10000, 12, 1.25, 150, 9),
    ("珠帆", "帆远", "帆远 SUV 混动", Hybrid, "L8Z", 10000, 12, 1.3, 150, 7),
    ("珠帆", "帆远", "帆远 SUV 插混", PlugIn, "L8Z", 10000, 12, 1.25, 150, 5),
    ("云鹿", "鹿鸣", "鹿鸣 纯电轿车", Battery, "L6Y", 20000, 12, 1.0, 140, 7),
    ("云鹿", "鹿野", "鹿野 纯电 SUV", Battery, "L6Y", 15000, 12, 1.15, 140, 5),
}

/// A job: what is done, how long it takes, what is built in.
#[derive(Clone, Copy, Debug)]
pub(super) struct Job {
    pub(super) code: &'static str,
    pub(super) name: &'static str,
    /// Hundredths of an hour; 0 for no labour line.
    pub(super) hours: i64,
    pub(super) part_code: &'static str,
    pub(super) part: &'static str,
    /// Price of one part in yuan at the beginning of the period; 0 for no part line.
    pub(super) part_price: f64,
    pub(super) quantity: i64,
}

macro_rules! jobs { ($($vis:vis $list:ident: [$(($code:literal, $name:literal, $hours:literal, $pcode:literal, $part:literal, $price:literal, $quantity:literal)),+ $(,)?];)+) => {
    $($vis const $list: [Job; [$($hours),+].len()] = [$(Job {
        code: $code, name: $name, hours: $hours, part_code: $pcode, part: $part, part_price: $price, quantity: $quantity,
    }),+];)+
} }
jobs! {
    pub(super) OIL_SERVICE: [
        ("BY01", "更换机油机滤", 60, "P1001", "机油 5W-30", 62.0, 4),
        ("BY02", "常规检查", 20, "P1002", "机油滤清器", 38.0, 1),
    ];
    pub(super) BATTERY_SERVICE: [
        ("BY11", "三电系统检测", 80, "P1101", "减速器油", 96.0, 1),
        ("BY12", "常规检查", 30, "P1102", "空调滤芯", 88.0, 1),
    ];
    // Added to a service in turn, by the count of services.
    pub(super) SERVICE_EXTRAS: [
        ("BY03", "更换空气滤清器", 20, "P1003", "空气滤清器", 68.0, 1),
        ("BY04", "更换空调滤芯", 20, "P1102", "空调滤芯", 88.0, 1),
        ("BY05", "四轮换位动平衡", 80, "P1004", "平衡块", 12.0, 4),
        ("BY06", "更换火花塞", 60, "P1005", "火花塞", 58.0, 4),
        ("BY07", "清洗节气门", 50, "P1006", "节气门清洗剂", 55.0, 1),
        ("BY08", "更换变速箱油", 120, "P1007", "变速箱油", 92.0, 5),
    ];
    pub(super) BATTERY_EXTRAS: [
        ("BY05", "四轮换位动平衡", 80, "P1004", "平衡块", 12.0, 4),
        ("BY13", "更换制动液", 60, "P1008", "制动液", 85.0, 1),
        ("BY14", "更换冷却液", 100, "P1103", "低电导冷却液", 76.0, 4),
    ];
    pub(super) REPAIRS: [
        ("WX01", "更换前制动片", 100, "P2001", "前制动片", 320.0, 1),
        ("WX02", "更换后制动片", 100, "P2002", "后制动片", 260.0, 1),
        ("WX03", "更换前制动盘", 160, "P2003", "前制动盘", 290.0, 2),
        ("WX04", "更换蓄电池", 40, "P2004", "蓄电池", 460.0, 1),
        ("WX05", "更换轮胎", 50, "P2005", "轮胎", 430.0, 2),
        ("WX06", "空调系统检修", 150, "P2006", "制冷剂", 90.0, 2),
        ("WX07", "更换下摆臂胶套", 200, "P2007", "下摆臂胶套", 95.0, 2),
        ("WX08", "更换减震器", 220, "P2008", "减震器", 380.0, 2),
        ("WX09", "更换雨刮片", 20, "P2009", "雨刮片", 75.0, 2),
        ("WX10", "更换玻璃升降电机", 120, "P2010", "升降电机", 280.0, 1),
        ("WX11", "检修线路", 150, "P2011", "线束插头", 45.0, 1),
        ("WX12", "更换灯泡", 30, "P2012", "灯泡", 48.0, 2),
        ("WX13", "更换发电机", 180, "P2013", "发电机", 980.0, 1),
        ("WX14", "更换水泵", 260, "P2014", "水泵", 420.0, 1),
    ];
    pub(super) BODY: [
        ("PQ01", "前保险杠喷漆", 250, "P3001", "前保险杠", 620.0, 1),
        ("PQ02", "后保险杠喷漆", 250, "P3002", "后保险杠", 560.0, 1),
        ("PQ03", "左前门钣金喷漆", 350, "P3003", "门饰条", 120.0, 1),
        ("PQ04", "右后翼子板钣金喷漆", 380, "P3004", "翼子板内衬", 140.0, 1),
        ("PQ05", "更换前大灯", 80, "P3005", "前大灯总成", 1150.0, 1),
        ("PQ06", "更换后视镜", 60, "P3006", "后视镜总成", 480.0, 1),
        ("PQ07", "机盖钣金喷漆", 400, "P3007", "机盖隔音棉", 150.0, 1),
    ];
    pub(super) WASH: [
        ("XC01", "精洗", 0, "P4001", "精洗服务", 45.0, 1),
        ("XC02", "普通洗车", 0, "P4002", "洗车服务", 30.0, 1),
    ];
    pub(super) BEAUTY: [
        ("MR01", "打蜡", 0, "P4003", "打蜡服务", 180.0, 1),
        ("MR02", "内饰清洗", 0, "P4004", "内饰清洗服务", 260.0, 1),
        ("MR03", "空调杀菌除味", 0, "P4005", "空调杀菌剂", 128.0, 1),
    ];
    pub(super) ACCESSORIES: [
        ("JP01", "脚垫", 0, "P5001", "全包围脚垫", 380.0, 1),
        ("JP02", "行车记录仪", 60, "P5002", "行车记录仪", 620.0, 1),
        ("JP03", "贴膜", 200, "P5003", "隔热膜", 1180.0, 1),
        ("JP04", "座套", 0, "P5004", "座套", 460.0, 1),
        ("JP05", "燃油宝", 0, "P5005", "燃油添加剂", 68.0, 2),
    ];
    pub(super) PRE_DELIVERY: [
        ("PD01", "新车交付前检查", 100, "", "", 0.0, 0),
    ];
    pub(super) CAMPAIGN_WORK: [
        ("ZH01", "召回：更换线束卡扣", 60, "P6001", "线束卡扣", 26.0, 2),
    ];
}

/// Recalls by series: the part of the period (0 to 1) at which the maker announces it.
pub(super) const RECALLS: [(&str, f64); 2] = [("岭跃", 0.35), ("帆远", 0.7)];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labour_amounts_are_exact_and_intervals_are_sensible() {
        for model in &MODELS {
            assert_eq!(model.hour % 100, 0);
            assert!((5000..=20000).contains(&model.interval_km));
            assert!(model.maker.len() == 3 && !model.maker.contains(['I', 'O', 'Q']));
        }
    }
}
