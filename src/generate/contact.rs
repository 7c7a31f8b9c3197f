//! What is said between the visits: surveys, complaints, calls after a visit, reminders, calls to those who left.

use super::calendar::{DAY_MINUTES, Day, Minute, NEVER, open_day};
use super::life::{Event, Life};
use super::order::{Order, number};
use super::people::Kind;
use super::words::{Cause, NO, Outcome, Word, YES, channel, outcome, purpose};

/// One contact, before it is written.
pub(super) struct Contact {
    pub(super) day: Day,
    pub(super) purpose: Word,
    pub(super) outcome: Outcome,
    pub(super) note: &'static str,
    pub(super) reason: Option<Cause>,
    pub(super) next: Option<Day>,
    pub(super) staff: Option<String>,
}

impl Life<'_> {
    /// Asked one to five days after the visit, by phone out of 100 or in a form out of 10.
    pub(super) fn survey(&mut self, order: &Order, feeling: f64) {
        if !self.d.chance(0.2) {
            return;
        }
        let at = open_day(day(order.out_at) + self.d.between(1, 5));
        let score = (93.5 + 8.0 * feeling + 3.0 * self.d.normal()).clamp(20.0, 100.0);
        let by_phone = self.d.chance(0.65);
        let spoken = self.d.chance(0.3);
        if !self.world.exports(at) {
            return;
        }
        let remark = match score {
            _ if !spoken => "",
            s if s >= 95.0 => self.d.pick(&["服务很好", "满意", "顾问很耐心", "环境不错"]),
            s if s >= 85.0 => self.d.pick(&["还可以", "等待时间稍长", "价格偏高"]),
            _ => self
                .d
                .pick(&["等了很久", "问题没有解决", "态度冷淡", "价格没有说清楚"]),
        };
        let store = &self.world.stores[order.store];
        let home = order.store == self.owner.store;
        let rows = &mut self.block.surveys;
        rows.text(&order.number)
            .text(self.car.plate())
            .text(if home { &self.owner.number } else { "" })
            .day(at);
        if by_phone {
            rows.int((score + 0.5) as i64).int(100);
        } else {
            rows.int((score / 10.0 + 0.5) as i64).int(10);
        }
        rows.text(&store.advisers[order.adviser].name).text(remark);
        if self.world.many_stores() {
            rows.text(&store.name);
        }
        rows.end(i64::from(at));
    }

    /// Some of those who are angry say so; solved quickly it is forgiven.
    pub(super) fn complain(&mut self, order: &Order, feeling: f64) {
        if feeling > -0.45 || !self.d.chance(0.11) {
            return;
        }
        let grudge = self.grudge.unwrap_or(Cause::Quality);
        let days = self.d.log_normal(4.0, 0.9);
        self.mood += if days < 4.0 { 0.35 } else { -0.5 };
        let at = order.out_at + i64::from(self.d.between(30, 3 * 1440));
        let at = super::calendar::in_hours(at, &mut self.d);
        let escalated = at + self.d.log_normal(1000.0, 0.8) as Minute;
        let solved = at + (days * 1440.0) as Minute;
        let told = solved + if self.d.chance(0.82) { 90 } else { 2 * 1440 };
        let escalates = self.d.chance(0.7);
        let closing = self.world.closing();
        if at >= closing {
            return;
        }
        let (category, content) = match grudge {
            Cause::Waiting => (Word::new("等待", "waiting"), "等待时间过长"),
            Cause::Price => (Word::new("价格", "price"), "费用与报价不一致"),
            Cause::Attitude => (Word::new("态度", "attitude"), "接待人员态度差"),
            _ => (Word::new("质量", "quality"), "维修后故障仍在"),
        };
        self.running += 1;
        let lang = self.world.lang;
        let store = &self.world.stores[order.store];
        let known = |at: Minute| Some(at).filter(|&at| at < closing);
        let home = order.store == self.owner.store;
        let rows = &mut self.block.complaints;
        rows.text(&number("TS", at, self.car.index, self.running))
            .text(&order.number)
            .text(self.car.plate())
            .text(if home { &self.owner.number } else { "" })
            .stamp(at)
            .text(category.text(lang))
            .text(content)
            .text(&store.supervisor)
            .maybe_stamp(known(escalated.min(solved)).filter(|_| escalates))
            .maybe_stamp(known(solved))
            .maybe_stamp(known(told))
            .text(
                if solved >= closing {
                    Word::new("处理中", "open")
                } else if days < 12.0 {
                    Word::new("已解决", "solved")
                } else {
                    Word::new("未达成一致", "unsolved")
                }
                .text(lang),
            );
        if self.world.many_stores() {
            rows.text(&store.name);
        }
        rows.end(at);
        if self.d.chance(0.8) {
            self.contact(Contact {
                day: day(told),
                purpose: purpose::COMPLAINT,
                outcome: outcome::SPOKEN_TO,
                note: content,
                reason: None,
                next: None,
                staff: Some(store.supervisor.clone()),
            });
        }
    }

    /// The first call three to seven days after delivery, the second a week after it.
    pub(super) fn follow_up(&mut self, order: &Order, feeling: f64) {
        if !self.d.chance(0.42) {
            return;
        }
        let late = if self.d.chance(0.1) { 5 } else { 0 };
        let first = open_day(day(order.out_at) + self.d.between(3, 7) + late);
        let reached = self.d.chance(self.owner.reachable());
        let outcome = if reached {
            outcome::SPOKEN_TO
        } else {
            self.unreached()
        };
        let note = if reached && feeling < -0.45 {
            "客户对本次服务有意见"
        } else if reached {
            "客户满意"
        } else {
            ""
        };
        self.contact(Contact {
            day: first,
            purpose: purpose::CAR_USE,
            outcome,
            note,
            reason: None,
            next: reached.then_some(first + 7),
            staff: None,
        });
        if reached && self.d.chance(0.35) {
            let second = open_day(first + self.d.between(7, 14));
            self.contact(Contact {
                day: second,
                purpose: purpose::CAR_USE,
                outcome: outcome::SPOKEN_TO,
                note: "告知用车注意事项",
                reason: None,
                next: None,
                staff: None,
            });
        }
    }

    /// A reminder between the due day and the visit; true where it brought the visit about.
    pub(super) fn remind(&mut self, visit: Day) -> bool {
        let late = visit - self.due;
        if late < 12 || self.visits == 0 || self.opted_out || !self.d.chance(0.45) {
            return false;
        }
        let call = open_day(self.due + self.d.between(8, late.min(45)));
        let soon = visit - call <= 30;
        let reached = call < visit && self.d.chance(self.owner.reachable());
        let outcome = if !reached {
            self.unreached()
        } else if soon {
            self.d.weighted(&[
                (outcome::BOOKED, 45),
                (outcome::WILL_BOOK, 40),
                (outcome::OTHER_DATE, 15),
            ])
        } else {
            self.d.weighted(&[
                (outcome::KM_NOT_REACHED, 45),
                (outcome::NO_TIME, 35),
                (outcome::OUT_OF_TOWN, 20),
            ])
        };
        let next = (reached && !soon).then_some(call + 30);
        self.contact(Contact {
            day: call.min(visit),
            purpose: purpose::REMINDER,
            outcome,
            note: "",
            reason: None,
            next,
            staff: None,
        });
        reached && soon
    }

    /// Reminders that come to nothing, and the call to the lost a year later.
    pub(super) fn call_after_leaving(&mut self, left: Day, cause: Cause) {
        let back = self.planned(Event::Return);
        let reminder = open_day(left + self.d.between(5, 45));
        if !self.opted_out && reminder < back && self.d.chance(0.5) {
            let (outcome, reason) = self.excuse(cause);
            self.contact(Contact {
                day: reminder,
                purpose: purpose::REMINDER,
                outcome,
                note: "",
                reason: reason.filter(|_| left % 2 == 0),
                next: None,
                staff: None,
            });
        }
        let year = open_day(self.last_visit.unwrap_or(left) + self.d.between(366, 500));
        if !self.opted_out && year > left && year < back && self.d.chance(0.4) {
            let (outcome, reason) = self.excuse(cause);
            self.contact(Contact {
                day: year,
                purpose: purpose::LOST,
                outcome,
                note: "",
                reason,
                next: None,
                staff: None,
            });
        }
    }

    /// What somebody says who does not want to come any more.
    fn excuse(&mut self, cause: Cause) -> (Outcome, Option<Cause>) {
        if !self.d.chance(self.owner.reachable()) {
            return (self.unreached(), None);
        }
        let outcome = match (cause, self.owner.kind) {
            (Cause::Sold, _) => outcome::SOLD,
            (_, Kind::Taxi) => outcome::TAXI,
            (Cause::Moved, _) => outcome::OUT_OF_TOWN,
            _ => self.d.weighted(&[
                (outcome::ALREADY_DONE, 38),
                (outcome::REFUSED, 26),
                (outcome::NO_TIME, 22),
                (outcome::HUNG_UP, 10),
                (outcome::OTHER_USER, 4),
            ]),
        };
        let says = matches!(outcome, outcome::NO_TIME | outcome::HUNG_UP);
        (outcome, Some(cause).filter(|_| !says))
    }

    pub(super) fn unreached(&mut self) -> Outcome {
        if self.owner.phone.len() != 11 {
            return outcome::WRONG_NUMBER;
        }
        self.d.weighted(&[
            (outcome::NO_ANSWER, 58),
            (outcome::OFF, 15),
            (outcome::CALL_REJECTED, 10),
            (outcome::SUSPENDED, 5),
            (outcome::SIGNAL_LOST, 5),
            (outcome::WRONG_NUMBER, 4),
            (outcome::NOT_DIALLED, 3),
        ])
    }

    /// Writes one contact, if it is within the exports.
    pub(super) fn contact(&mut self, contact: Contact) {
        let refuses = match contact.outcome {
            outcome::REFUSED if contact.purpose == purpose::RENEWAL => self.d.chance(0.08),
            outcome::REFUSED => self.d.chance(0.35),
            outcome::HUNG_UP => self.d.chance(0.08),
            _ => false,
        };
        let minute = self.d.between(9 * 60, 17 * 60 + 50);
        let channel = self.d.weighted(&[
            (channel::PHONE, 86),
            (channel::WECHAT, 11),
            (channel::SMS, 3),
        ]);
        let store = &self.world.stores[self.owner.store];
        let caller = self.d.pick(&store.callers);
        self.opted_out |= refuses;
        if !self.world.exports(contact.day) {
            return;
        }
        self.running += 1;
        let at = i64::from(contact.day) * DAY_MINUTES + i64::from(minute);
        let lang = self.world.lang;
        // Reached people are spoken to; a message cannot be left unanswered by being switched off.
        let rows = &mut self.block.follow_ups;
        rows.text(&number("T", at, self.car.index, self.running))
            .text(&self.owner.number)
            .text(self.car.plate())
            .stamp(at)
            .text(channel.text(lang))
            .text(contact.purpose.text(lang))
            .text(contact.outcome.0.text(lang))
            .text(contact.outcome.1.text(lang))
            .text(contact.note)
            .text(contact.reason.map_or("", |reason| reason.word().text(lang)))
            .maybe_day(contact.next.filter(|&next| next != NEVER))
            .text(if refuses { YES } else { NO }.text(lang))
            .text(contact.staff.as_deref().unwrap_or(caller));
        if self.world.many_stores() {
            rows.text(&store.name);
        }
        rows.end(at);
    }
}

fn day(at: Minute) -> Day {
    at.div_euclid(DAY_MINUTES) as Day
}
