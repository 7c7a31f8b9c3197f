# 报告的各种形式、存档与对比

report-lacking = 内置字体缺少本文件中的 { $n } 个字符，已用 □ 代替：{ $codes }。在设置里用 report.font_path 指定字符更全的字体文件即可完整显示；HTML 与 XLSX 不受影响。
report-sheet-data = 图表数据
report-meta-not-archived = 未存档
report-page-changes = 与上一版相比
report-changes-some = { $before }与{ $after }相比：{ $all } 个指标中有 { $moved } 个不同。
report-changes-none = { $before }与{ $after }相比：{ $all } 个指标都相同。
report-changes-why = 原因
report-changes-caption = 变动的指标
report-column-before = 之前
report-column-after = 现在
report-column-moved-by = 差
report-version-archived = { $period }（存档第 { $number } 号，截至 { $as_of }）
report-version-now = { $period }（按现有数据，截至 { $as_of }）
report-cause-import = 第 { $id } 次导入 { $file }：新增 { $loaded } 行，替换 { $replaced } 行
report-cause-orders = 本期工单由 { $before } 张变为 { $after } 张
report-cause-data = 数据不同，而导入记录里没有新的文件（导入被撤销，或资料被删除）
report-cause-setting = 设置 { $name } 由 { $before } 改为 { $after }
report-cause-definitions = 指标口径随程序更新而改变
report-cause-program = 程序版本由 { $before } 变为 { $after }
report-cause-as-of = 数据截止日由 { $before } 变为 { $after }

said-not-archived = 报告已写好，但未存档：{ $why }
said-why-database-busy = 数据库正被另一个程序使用
said-why-folder-read-only = 数据库所在的文件夹只读
said-why-network-drive = 数据库所在的文件夹在网络盘上
said-figures = 数据表 { $path }

error-report-unknown = { $name }：没有这一版报告
error-report-unknown-hint = 请写已出过报告的月份（如 2025-12）或存档号；retain export reports 列出全部存档
error-report-other-year = 存档的 { $name } 与现在设置的年度起点不同（现为 { $now }）
error-report-other-year-hint = 请先出 { $now } 的年报（retain report year），再比较它的各版
error-report-file-missing = { $path }：读不到设置 { $name } 指定的文件
error-report-file-missing-hint = 请改正路径，或把这项设置留空
error-font-unreadable = { $path }：不是可用的字体文件
error-font-unreadable-hint = 请在 report.font_path 指定 TTF、OTF 或 TTC 文件，或留空
error-logo-unknown = { $path }：不是可用的 PNG 或 SVG 图片
error-logo-unknown-hint = 请在 report.logo_path 换一个文件，或留空
error-logo-large = { $path }：图片有 { $kb } KB，最多 512 KB
error-logo-large-hint = 请缩小图片
error-pdf-not-built = 这个程序编译时没有包含 PDF
error-pdf-not-built-hint = 请用带 PDF 的程序（默认就带），或选别的 --format

help-month-format = 形式，每种一个文件
help-year-format = 形式，每种一个文件
help-diff = 两版报告哪里不同，为什么
help-diff-before = 月份（取其最后一版）或存档号
help-diff-after = 同上；默认：月份与现有数据比，存档号与同期最后一版比
help-figures = 把报告背后的数据写成表，供其他软件使用
help-figures-month = 月份（默认：评分日之前最后一个完整的月）
help-figures-out = 存放数据表的文件夹，每表一个文件
help-figures-format = 文件形式
said-kept-before-upgrade = 升级前的原样已保留：{ $path }
