# 月报的三页:到期、跟踪与满意度、流失。

report-page-service = 保养、续保与活动
report-page-discipline = 跟踪及时率与满意度
report-page-lost = 流失客户与改进措施
report-stage-first = 首保
report-stage-second = 二保
report-stage-further = 定期保养
report-stage-all = 合计
report-column-stage = 保养
report-column-fell-due = 到期
report-column-reached = 联系到
report-column-booked = 已预约
report-column-came-for-it = 来做保养
report-due-title = 本月 { $due } 台车保养到期，来了 { $came } 台（{ $share }）
report-due-title-none = 没有上月末的评分，不知道本月谁到期。
report-due-caption = 首保、二保与定期保养
report-due-subtitle = 按上月末的预计本月到期的车，以及本月的结果
report-due-figure-note = 每一条都是第一条的一部分
report-note-due = 到期：按上月最后一天的预计，下次保养落在本月。联系到、已预约（电话或预约单）、来做保养都只算本月之内。首保、二保指购车头一年、第二年的车。
report-heading-renewals = 到期保险
report-note-renewals = 续保指同一车辆、同一险种、由本店承保、在上一张本店保单到期前后 60 天内、且不晚于月末起保的保单；月末之后才续的不在内。
report-renewals-caption = { $length ->
    [year] 本年
   *[other] 本月
    }到期的本店保单：首次续保与再次续保
report-campaigns-caption = { $length ->
    [year] 本年
   *[other] 本月
    }开始的活动：邀请、到场、活动期间及之后 30 天内进厂
report-campaigns-none = 没有{ $length ->
    [year] 本年
   *[other] 本月
    }开始的活动资料：campaigns 与 campaign_members 文件可提供。
report-callers-caption = { $length ->
    [year] 全年
   *[other] 本月
    }回访
report-reasons-subtitle = { $length ->
    [year] 本年
   *[other] 本月
    }跟踪记录中的原因（次数）
report-timer-file = 建立档案
report-timer-first_call = 一次跟踪
report-timer-second_call = 二次跟踪
report-timer-escalation = 投诉上报
report-timer-answer = 答复客户
report-timer-letter = 寄出信函
report-timer-rule-file = 首次进厂后 2 日内建档
report-timer-rule-first_call = 交车后 7 天内联系到
report-timer-rule-second_call = 一次跟踪后第 7 至 14 天再次联系到
report-timer-rule-escalation = 2 日内解决或上报
report-timer-rule-answer = 得到解决办法的当日告知
report-timer-rule-letter = 电话通知后 2 日内寄出
report-timers-title = 最差的一项是{ $timer }：按时 { $share }，未做 { $missed }
report-timers-title-good = 各项时限都守住了九成以上
report-timers-title-none = 本月没有到期的时限：跟踪记录和投诉文件可提供。
report-timers-subtitle = 本月到期的各项中按时完成的占比
report-timers-figure-note = ● 90 % 及以上，▲ 70 % 及以上，■ 不到 70 %
report-note-timers = 只算期限落在本月的。应打的电话之前又来了一次的，归后一次。信函只算寄出的。
report-column-timer = 时限
report-column-in-time = 按时
report-column-late = 迟了
report-column-not-done = 未做
report-heading-effect = 打电话有没有用
report-effect-none = 还没有测出：每次名单按抽签留一部分客户不打，首批名单满 60 天后开始比较（retain uplift）。
report-effect-shares = 截至 { $date }：安排打电话的 { $assigned } 行中，{ $days } 天内回厂 { $with }；抽签留下不打的 { $held_out } 行中，回厂 { $without }。
report-effect-helps = 上名单使回厂提高 { $value } 个百分点（95 %：{ $low } 至 { $high }）。
report-effect-harms = 上名单反而使回厂降低 { $value } 个百分点（95 %：{ $low } 至 { $high }）：请检查电话里说了什么。
report-effect-open = 相差 { $value } 个百分点（95 %：{ $low } 至 { $high }）：还不能说是电话的作用。
report-effect-more = 若有 5 个百分点的作用，大约再有 { $rows } 行就能看出。
report-heading-satisfaction = 各顾问的满意度与一次跟踪
report-advisor-care-caption = 本月各顾问的满意度与一次跟踪
report-note-advisor-care = 得分占满分的平均，± 为 95 % 区间的一半；不足 { $n } 份或 { $n } 次的不评个人。一次跟踪：本月到期、该顾问接待的进厂，不论由谁打。
report-column-calls-due = 应做一次跟踪
report-care-figures-caption = 满意度、投诉、返修、交车
report-heading-lost-calls = 打给预警和流失客户的电话
report-lost-calls-caption = 按上月末的状态
report-lost-calls-none = 没有上月末的状态。
report-note-lost-calls = 回厂：本月有有效进厂。没打电话也来的，本来就会来；电话的作用看上一页抽签的比较。
report-column-called = 打过
report-column-back = 回厂
report-column-back-after-call = 联系到且回厂
report-heading-actions = 改进措施
report-actions-caption = 说得最多的原因，以及建议的做法
report-actions-none = 没有记录到需要采取措施的原因。
report-column-action = 建议
report-column-owner = 负责人
report-column-until = 完成日期
report-action-owner = ________
report-action-until = ________
report-action-price = 常用项目的套餐价与两家对手对比；向嫌贵的客户推荐套餐
report-action-distance = 向路远的客户提供取送车或上门服务
report-action-quality = 与车间主管逐单复查；回访并免费返工
report-action-waiting = 用预约优惠错开高峰；接车时讲明交车时间
report-action-attitude = 与当事顾问一起听录音；主管致歉
report-action-moved = 在档案中注明，不再打扰
report-action-car_sold = 询问新车主和新车；在档案中注明
report-action-other_shop = 问清别家好在哪里；送一次免费检测
report-heading-ahead = 下月预计
report-ahead-none = 只有月末就是评分日的月报才给出下月预计。
report-ahead-due = { $month }有 { $due } 台车保养到期，另有 { $overdue } 台已超期但未流失。
report-ahead-expected = 到期的车若与本月来得一样多，约 { $value } 台次保养（80 %：{ $low } 至 { $high }）；超期的和维修的另计。
report-ahead-year-before = 去年 { $month }有效进厂 { $visits } 台次。
