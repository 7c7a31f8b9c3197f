//! Settings as files hold them.

#![allow(clippy::unwrap_used)]
use super::*;

#[test]
fn settings_survive_being_written_and_read() {
    let settings = Settings::default();
    assert_eq!(
        Settings::parse(&settings.to_toml().unwrap(), "f").unwrap(),
        settings
    );
}

#[test]
fn the_commented_files_hold_every_setting_with_its_default() {
    let zh = Settings::parse(include_str!("../../assets/retain.zh.toml"), "zh").unwrap();
    assert_eq!(zh, Settings::default());
    let en = Settings::parse(include_str!("../../assets/retain.en.toml"), "en").unwrap();
    assert_eq!(
        Settings {
            lang: Lang::Zh,
            ..en
        },
        Settings::default()
    );
    let written: toml::Table = toml::from_str(&Settings::default().to_toml().unwrap()).unwrap();
    let file: toml::Table = toml::from_str(include_str!("../../assets/retain.zh.toml")).unwrap();
    for (section, value) in &written {
        if let (Some(names), Some(there)) = (
            value.as_table(),
            file.get(section).and_then(|v| v.as_table()),
        ) {
            for name in names
                .keys()
                .filter(|n| !["files", "callers", "custom"].contains(&n.as_str()))
            {
                assert!(
                    there.contains_key(name),
                    "{section}.{name} is not in the commented file"
                );
            }
        }
    }
}

#[test]
fn a_slip_in_the_file_is_named_with_its_line() {
    let error =
        Settings::parse("lang = 'zh'\n[churn]\nlost_month = 3\n", "retain.toml").unwrap_err();
    assert_eq!(error.key, "bad-settings");
    assert!(error.args.contains(&("line", "3".to_owned())), "{error:?}");
}

#[test]
fn values_out_of_range_are_refused() {
    assert_eq!(
        Settings::parse("[lists]\nworking_days = [8]\n", "f")
            .unwrap_err()
            .key,
        "bad-setting"
    );
    assert_eq!(
        Settings::parse("time_zone = 'Shanghai'\n", "f")
            .unwrap_err()
            .key,
        "bad-time-zone"
    );
}
