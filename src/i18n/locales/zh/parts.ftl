# 区域、工时与配件、在厂时间
report-heading-districts = 按区域
report-missing-districts = 客户档案没有“区域”列（customers 文件的“区域”）：导入后可看各区域的台次与营业额。
report-district-unknown = 区域未填
report-districts-title = 已知区域的客户中，{ $district }带来最多：{ $share }
report-districts-title-none = 按区域的营业额
report-districts-subtitle = 本月营业额，按客户所在区域
report-districts-note = 口径 R1；区域取自客户档案
report-column-district = 区域
report-mix-title = { $month }工时与配件之比为 1 : { $ratio }，工时占 { $share }
report-mix-title-none = 工时与配件
report-mix-subtitle = 工时费与配件费的占比，近十三个月；优惠前金额
report-mix-note = 工单同时写明工时费与配件费的 { $visits } 台次
report-mix-labour = 工时
report-mix-parts = 配件
report-missing-mix = 没有工时费与配件费：工单文件的“工时费”“配件费”两列可提供。
report-column-labour = 工时费（{ $currency }）
report-column-parts = 配件费（{ $currency }）
report-column-parts-per-labour = 配件/工时
report-stays-title = 一半的车 { $median } 小时内出厂，九成在 { $most } 小时内；当日交车 { $share }
report-stays-title-none = 在厂时间
report-stays-subtitle = 从进厂到出厂的小时数：圆点为中位数，横线到九成车辆出厂为止；按进厂时段与维修类别；虚线为全部
report-stays-note = 有效台次 { $all } 中进出厂时刻齐全、月末前已出厂的 { $n } 台次；中位数上月 { $previous } 小时，去年同月 { $last_year } 小时
report-missing-stays = 看不出在厂时间：工单的进厂、出厂只有日期没有时刻，或不足 10 台次。带时刻的“进厂日期”“出厂日期”可提供。
report-stay-all = 全部
report-stay-before-10 = 10 点前进厂
report-stay-from-10 = 10–12 点进厂
report-stay-from-12 = 12–15 点进厂
report-stay-from-15 = 15 点后进厂
report-column-stay = 时段或类别
report-column-timed = 有时刻的台次
report-column-median-hours = 中位数（小时）
report-column-most-hours = 九成以内（小时）
report-column-same-day = 当日交车
report-note-on-time = 准时交车（口径 S3）：有约定交车时间的 { $orders } 张工单中，{ $share } 按时交车。
report-missing-on-time = 看不出是否准时交车：工单文件的“预计交车时间”与“出厂日期”两列可提供。

# 可承保的车辆
report-pool-caption = { $length ->
    [year] 年初未在本店投保、可以争取的车辆
   *[month] 月初未在本店投保、可以争取的车辆
    }
report-column-pool = 客户类型
report-column-won = 本期在本店投保
report-pool-serviced = 在修不在保（近 12 个月来过，此前未在本店投保）
report-pool-recent = 脱保不满 1 年
report-pool-lapsed = 断保 1–3 年
report-pool-long = 断保 3 年以上
report-note-pool = 以车辆计，不分险种；保单自起保日起才算已知。断保从最后一张本店保单到期算到{ $length ->
    [year] 年初
   *[month] 月初
    }；可能已售出的车也在内。

# 春节
report-festival-moved = 春节为 { $day }（上年 { $day_before }）。与离春节同样远近的日子（{ $from } 至 { $to }）相比，台次 { $visits }，营业额 { $revenue }；按公历同月比为台次 { $visits_calendar }，营业额 { $revenue_calendar }。
report-festival-moved-so-far = 春节为 { $day }（上年 { $day_before }）。到目前为止，与离春节同样远近的日子（{ $from } 至 { $to }）相比，台次 { $visits }，营业额 { $revenue }。
report-festival-unknown = 春节为 { $day }（上年 { $day_before }）：与去年同月不可直接相比，离春节同样远近的日子是 { $from } 至 { $to }，那时没有数据。
report-festival-together = 一、二月合计（不受春节早晚影响）：{ $visits } 台次，比上年 { $visits_change }；营业额 { $revenue }，比上年 { $revenue_change }。
