# 模拟数据。
error-generate-period = 无法生成 { $from } 至 { $to } 的数据
error-generate-period-hint = 起始日不能晚于截止日，年份须在 1995 至 2100 之间
error-generate-stores = 无法生成 { $stores } 家门店的数据
error-generate-stores-hint = 门店数须在 1 至 1000 之间
error-generate-vehicles = { $vehicles } 台车太多，无法生成
error-generate-vehicles-hint = 最多 20,000,000 台车
