//! What is in the exports: the contract's columns, keys and money that agree, and the figures of a real department.

#![allow(clippy::unwrap_used)]

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;

use super::tests::{Table, date, department, files, params};
use super::*;
use crate::columns::{self, ValueType};

#[test]
fn every_header_is_the_contracts() {
    let contract = [
        (
            Export::WorkOrders,
            "门店 工单号 客户编号 客户名称 手机 车牌号 VIN 进厂日期 出厂日期 结算日期 行驶里程 维修类型 付费方式 工时费 配件费 优惠金额 应收金额 实收金额 成本 服务顾问 来源 工单状态 返修 下次保养日期 下次保养里程",
        ),
        (
            Export::Customers,
            "客户编号 客户名称 客户类型 手机 地址 区域 服务顾问 建档日期 营销同意",
        ),
        (
            Export::Vehicles,
            "VIN 车牌号 客户编号 品牌 车系 车型 能源 购车日期 本店购车 保修到期 保养间隔公里 保养间隔月 下次保养日期 保险到期日 年审到期日",
        ),
        (
            Export::WorkOrderLines,
            "工单号 行号 类别 编码 名称 数量 工时 单价 金额 成本 技师",
        ),
        (
            Export::Appointments,
            "预约号 车牌号 VIN 客户编号 登记时间 预约时间 渠道 状态 工单号 服务顾问",
        ),
        (
            Export::InsurancePolicies,
            "保单号 车牌号 VIN 保险公司 险种 起保日 到期日 保费 本店投保 渠道 业务员",
        ),
        (
            Export::Surveys,
            "工单号 车牌号 客户编号 日期 得分 满分 服务顾问 意见",
        ),
        (
            Export::Complaints,
            "投诉号 工单号 车牌号 客户编号 日期 类别 内容 负责人 上报时间 解决时间 告知时间 结果",
        ),
        (
            Export::FollowUps,
            "任务号 客户编号 车牌号 日期 渠道 目的 结果 细分 备注 流失原因 下次联系 拒绝营销 负责人",
        ),
        (Export::Campaigns, "活动名称 类型 开始 结束 地点 优惠"),
        (
            Export::CampaignMembers,
            "活动名称 客户编号 车牌号 通知日期 信函日期 到场",
        ),
        (Export::Targets, "年 月 指标 目标"),
        (
            Export::FinanceMonths,
            "月 营业额 毛利 固定费用 配件库存 配件采购 人数",
        ),
        (Export::WarrantyClaims, "工单号 金额 提交日期 状态"),
    ];
    for (export, columns) in contract {
        let written = std::str::from_utf8(&department().0[export.file_name()]).unwrap();
        assert_eq!(written.lines().next().unwrap(), columns.replace(' ', ","));
    }
    let english = files(&GenerateParams {
        lang: Lang::En,
        ..params(1)
    });
    for bytes in english.0.values() {
        let header = std::str::from_utf8(bytes).unwrap().lines().next().unwrap();
        assert!(header.is_ascii() && !header.contains(' '), "{header}");
    }
}

#[test]
fn the_dictionary_reads_every_header_and_every_coded_value_alike_in_both_languages() {
    let meaning = |value: ValueType, text: &str| -> Option<String> {
        match value {
            _ if text.is_empty() => Some(String::new()),
            ValueType::Word(words) => words.meaning(text).map(str::to_owned),
            ValueType::Flag => columns::flag(text).map(|yes| yes.to_string()),
            _ => Some(String::new()),
        }
    };
    let languages = [Lang::Zh, Lang::En].map(|lang| {
        files(&GenerateParams {
            lang,
            ..params(400)
        })
    });
    for export in EXPORTS
        .into_iter()
        .filter(|export| *export != Export::Truth)
    {
        let name = export.file_name().trim_end_matches(".csv");
        let kind = columns::Kind::named(name).unwrap();
        let [zh, en] = languages
            .each_ref()
            .map(|memory| Table::new(memory, export));
        for (zh_header, en_header) in export.columns() {
            let called = |header: &str| kind.called(&columns::Header::of(header));
            let at = called(zh_header).unwrap_or_else(|| panic!("{name} {zh_header}"));
            let column = &kind.columns[at];
            assert_eq!(called(en_header), Some(at), "{name} {en_header}");
            for (zh, en) in zh.0.iter().zip(&en.0) {
                let (zh, en) = (&zh[*zh_header], &en[*en_header]);
                let read = meaning(column.value, zh);
                assert!(read.is_some(), "{name} {zh_header} {zh}");
                assert_eq!(read, meaning(column.value, en), "{name} {en_header} {en}");
            }
        }
    }
}

#[test]
fn no_date_is_outside_the_period_but_what_is_planned_or_long_known() {
    let known_before = ["购车日期", "建档日期", "起保日"];
    let planned = [
        "预约时间",
        "到期日",
        "下次保养日期",
        "下次联系",
        "保修到期",
        "保险到期日",
        "年审到期日",
        "开始",
        "结束",
    ];
    for export in EXPORTS {
        for row in Table::new(department(), export).0 {
            for (column, value) in row {
                let Some(day) = value.get(..10).and_then(|v| v.parse::<NaiveDate>().ok()) else {
                    continue;
                };
                if !planned.contains(&column.as_str()) {
                    assert!(day <= date("2025-12-31"), "{column} {value}");
                }
                if !known_before.contains(&column.as_str()) && !planned.contains(&column.as_str()) {
                    assert!(day >= date("2023-01-01"), "{column} {value}");
                }
            }
        }
    }
}

#[test]
fn money_adds_up() {
    let cents = |text: &str| (text.parse::<f64>().unwrap() * 100.0).round() as i64;
    let mut lines: BTreeMap<String, i64> = BTreeMap::new();
    for row in Table::new(department(), Export::WorkOrderLines).0 {
        *lines.entry(row["工单号"].clone()).or_default() += cents(&row["金额"]);
    }
    let mut settled = 0;
    for row in Table::new(department(), Export::WorkOrders).0 {
        let gross = cents(&row["工时费"]) + cents(&row["配件费"]);
        let receivable = cents(&row["应收金额"]);
        assert_eq!(gross - cents(&row["优惠金额"]), receivable);
        if row["工单状态"] != "作废" {
            assert_eq!(lines[&row["工单号"]], gross);
        }
        if row["工单状态"] == "已结算" && row["付费方式"] != "内部" {
            settled += receivable;
        }
    }
    let booked: i64 = Table::new(department(), Export::FinanceMonths)
        .0
        .iter()
        .map(|row| cents(&row["营业额"]))
        .sum();
    assert_eq!(booked, settled);
}

#[test]
fn every_key_is_known_and_every_number_is_given_once() {
    let column = |export, name: &str| -> Vec<String> {
        Table::new(department(), export)
            .0
            .into_iter()
            .map(|row| row[name].clone())
            .collect()
    };
    let known = |export, name| -> BTreeSet<String> { column(export, name).into_iter().collect() };
    let (vins, plates) = (
        known(Export::Vehicles, "VIN"),
        known(Export::Vehicles, "车牌号"),
    );
    assert_eq!((vins.len(), plates.len()), (1500, 1500));
    for row in Table::new(department(), Export::WorkOrders).0 {
        match (row["VIN"].as_str(), row["车牌号"].as_str()) {
            // Over the counter, to nobody.
            ("", "") => assert_eq!(row["客户编号"], "散客"),
            ("", plate) => assert!(plates.contains(plate), "{plate}"),
            (vin, _) => assert!(vins.contains(vin), "{vin}"),
        }
    }
    for (export, name) in [
        (Export::WorkOrders, "工单号"),
        (Export::Customers, "客户编号"),
        (Export::Appointments, "预约号"),
        (Export::InsurancePolicies, "保单号"),
        (Export::Complaints, "投诉号"),
        (Export::FollowUps, "任务号"),
    ] {
        let all = column(export, name);
        assert_eq!(
            all.iter().collect::<BTreeSet<_>>().len(),
            all.len(),
            "{name}"
        );
    }
    let mut customers = known(Export::Customers, "客户编号");
    customers.extend([String::new(), "散客".to_owned()]);
    let orders = known(Export::WorkOrders, "工单号");
    for export in [
        Export::WorkOrders,
        Export::Vehicles,
        Export::FollowUps,
        Export::CampaignMembers,
    ] {
        assert!(known(export, "客户编号").is_subset(&customers));
    }
    for export in [
        Export::WorkOrderLines,
        Export::Surveys,
        Export::Complaints,
        Export::WarrantyClaims,
    ] {
        assert!(known(export, "工单号").is_subset(&orders));
    }
}

#[test]
fn the_department_is_believable() {
    let orders = Table::new(department(), Export::WorkOrders);
    let within = |what: &str, low: f64, value: f64, high: f64| {
        assert!((low..high).contains(&value), "{what}: {value}");
    };
    let per_vehicle = orders.0.len() as f64 / 1500.0;
    within("orders per vehicle", 4.0, per_vehicle, 8.0);
    within(
        "wash and beauty",
        0.1,
        orders.share("维修类型", &["精洗", "美容"]),
        0.3,
    );
    within("void", 0.01, orders.share("工单状态", &["作废"]), 0.02);
    within("comeback", 0.01, orders.share("返修", &["是"]), 0.03);
    within("blank VIN", 0.035, orders.share("VIN", &[""]), 0.065);
    within(
        "no mileage",
        0.045,
        orders.share("行驶里程", &["", "0", "1"]),
        0.075,
    );
    let visits = Table::new(department(), Export::Appointments);
    within("no-show", 0.05, visits.share("状态", &["爽约"]), 0.15);
    let mean = |classes: &[&str]| {
        let paid: Vec<f64> = orders
            .0
            .iter()
            .filter(|row| classes.contains(&row["维修类型"].as_str()))
            .filter_map(|row| row["应收金额"].parse().ok())
            .filter(|&amount: &f64| amount > 0.0)
            .collect();
        paid.iter().sum::<f64>() / paid.len() as f64
    };
    within(
        "yuan per repair or service",
        600.0,
        mean(&["定期保养", "一般修理"]),
        1000.0,
    );
    within("yuan per accident", 1800.0, mean(&["事故"]), 2500.0);
    let truth = Table::new(department(), Export::Truth);
    let recent = truth
        .0
        .iter()
        .filter(|row| row["流失日期"].as_str() > "2024-12-31")
        .count() as f64;
    let active = truth.0.iter().filter(|row| row["是否流失"] == "否").count() as f64;
    within(
        "left in the last year",
        0.15,
        recent / (recent + active),
        0.3,
    );
    let come_again = |left: &str| {
        let of: Vec<f64> = truth
            .0
            .iter()
            .filter(|row| row["是否流失"] == left)
            .map(|row| row["未来365天回厂次数"].parse().unwrap())
            .collect();
        of.iter().sum::<f64>() / of.len() as f64
    };
    within("visits of those who stayed", 1.5, come_again("否"), 3.5);
    within("visits of those who left", 0.02, come_again("是"), 0.5);
}

#[test]
fn services_are_more_regular_than_chance() {
    // For a Poisson stream the standard deviation of gaps equals their mean; owners with a rhythm stay well below.
    let mut days: BTreeMap<String, Vec<NaiveDate>> = BTreeMap::new();
    for row in Table::new(department(), Export::WorkOrders).0 {
        if row["维修类型"] == "定期保养" && row["工单状态"] == "已结算" && !row["VIN"].is_empty()
        {
            days.entry(row["VIN"].clone())
                .or_default()
                .push(date(&row["进厂日期"][..10]));
        }
    }
    let mut spreads: Vec<f64> = days
        .values()
        .filter(|d| d.len() >= 5)
        .map(|d| {
            let gaps: Vec<f64> = d
                .windows(2)
                .map(|w| (w[1] - w[0]).num_days() as f64)
                .collect();
            let mean = gaps.iter().sum::<f64>() / gaps.len() as f64;
            let variance =
                gaps.iter().map(|g| (g - mean) * (g - mean)).sum::<f64>() / (gaps.len() - 1) as f64;
            variance.sqrt() / mean
        })
        .collect();
    spreads.sort_by(f64::total_cmp);
    assert!(spreads.len() > 100);
    assert!(
        spreads[spreads.len() / 2] < 0.55,
        "{}",
        spreads[spreads.len() / 2]
    );
}
