//! Insurance of a vehicle, year after year: bought here or elsewhere; and the invitations to events.

use super::calendar::{Day, NEVER, add_months, open_day, visit_day};
use super::car::Origin;
use super::contact::Contact;
use super::life::{Event, Life};
use super::order::number;
use super::random::logistic;
use super::words::{Cause, NO, Word, YES, outcome, purpose};

/// The running policy of a vehicle.
pub(super) struct Policy {
    /// Bought here.
    pub(super) ours: bool,
    insurer: &'static str,
    /// End of the newest policy that the shop knows of.
    pub(super) known_end: Option<Day>,
    claims_free_years: i32,
}

const INSURERS: [&str; 5] = ["岭南财险", "平川保险", "中禾财险", "众帆保险", "云海财险"];

impl Life<'_> {
    pub(super) fn begin_policy(&mut self) {
        let car = &self.car;
        let fresh = matches!(car.origin, Origin::Sold | Origin::NeverSeen);
        let (start, share) = if fresh {
            (car.joined, 0.78)
        } else {
            // The policy that runs on the day the vehicle is first known.
            let years = (car.joined - car.purchase) / 366;
            let share = if car.sold_here { 0.42 } else { 0.1 };
            (add_months(car.purchase, years * 12), share)
        };
        self.policy = Some(Policy {
            ours: self.d.chance(share),
            insurer: INSURERS[self.d.below(5) as usize],
            known_end: None,
            claims_free_years: if fresh { 0 } else { self.d.between(0, 3) },
        });
        self.insure(start, fresh);
    }

    /// A policy ends: taken out again here, elsewhere, or not at all.
    pub(super) fn renew(&mut self, day: Day) {
        if matches!(self.away, Some((_, Cause::Sold))) {
            return;
        }
        let Some(policy) = self.policy.as_mut() else {
            return;
        };
        policy.claims_free_years = (policy.claims_free_years + 1).min(5);
        let was_ours = policy.ours;
        let inclination = -0.9 + 0.4 * self.owner.attachment + 0.5 * self.mood
            - 0.25 * self.owner.thrift
            + if was_ours { 1.5 } else { -0.6 }
            - if self.away.is_some() { 1.6 } else { 0.0 };
        let stays = self.d.chance(logistic(inclination));
        if was_ours && !self.opted_out && self.d.chance(0.5) {
            self.call_about_renewal(day, stays);
        }
        if let Some(policy) = self.policy.as_mut() {
            policy.ours = stays;
            if !stays && self.d.chance(0.6) {
                policy.insurer = INSURERS[self.d.below(5) as usize];
            }
        }
        self.insure(day, false);
    }

    fn call_about_renewal(&mut self, day: Day, stays: bool) {
        let call = open_day(day - self.d.between(15, 50));
        let outcome = if !self.d.chance(self.owner.reachable()) {
            self.unreached()
        } else if stays {
            outcome::WILL_BOOK
        } else {
            self.d.weighted(&[
                (outcome::NO_TIME, 40),
                (outcome::REFUSED, 35),
                (outcome::OTHER, 25),
            ])
        };
        let staff = self
            .d
            .pick(&self.world.stores[self.owner.store].renewal_staff)
            .clone();
        self.contact(Contact {
            day: call,
            purpose: purpose::RENEWAL,
            outcome,
            note: "",
            reason: None,
            next: None,
            staff: Some(staff),
        });
    }

    /// A year from `start`; the shop knows its own policies and some of the others.
    fn insure(&mut self, start: Day, fresh: bool) {
        let end = add_months(start, 12);
        self.set(Event::Renewal, end);
        let known = self.d.chance(0.3);
        let level = self.d.log_normal(3100.0, 0.15) * self.car.model.price;
        let sold_by = self.d.weighted(&[(0, 84), (1, 9), (2, 7)]);
        let both = self.d.chance(0.6);
        let Some(policy) = self.policy.as_mut() else {
            return;
        };
        if !(policy.ours || known) {
            return;
        }
        let (ours, insurer, free_years) = (policy.ours, policy.insurer, policy.claims_free_years);
        if start <= self.world.end {
            policy.known_end = Some(end);
        }
        // Running policies are in the files however long ago they began.
        if start > self.world.end || end <= self.world.start {
            return;
        }
        let channel = match sold_by {
            _ if fresh => Word::new("新车", "new_car"),
            0 => Word::new("续保", "renewal"),
            1 => Word::new("转介绍", "referral"),
            _ => Word::new("售后", "service"),
        };
        let no_claims = 1.0 - 0.09 * f64::from(free_years);
        let value = (1.0 - 0.06 * self.car.age(start)).max(0.35);
        let commercial = (level * no_claims * value) as i64 * 100;
        let compulsory = 95_000 * (10 - i64::from(free_years.min(3))) / 10;
        let kinds = [
            ("PS", Word::new("商业险", "commercial"), commercial, true),
            ("PJ", Word::new("交强险", "compulsory"), compulsory, both),
        ];
        let store = &self.world.stores[self.owner.store];
        let staff = self.d.pick(&store.renewal_staff);
        let lang = self.world.lang;
        for (prefix, kind, premium, written) in kinds {
            if !written {
                continue;
            }
            let rows = &mut self.block.insurance_policies;
            rows.text(&number(prefix, i64::from(start) * 1440, self.car.index, 0))
                .text(self.car.plate())
                .text(&self.car.vin)
                .text(insurer)
                .text(kind.text(lang))
                .day(start)
                .day(end)
                .hundredths(premium)
                .text(if ours { YES } else { NO }.text(lang))
                .text(if ours { channel.text(lang) } else { "" })
                .text(if ours { staff } else { "" });
            if self.world.many_stores() {
                rows.text(&store.name);
            }
            rows.end(i64::from(start));
        }
    }

    pub(super) fn begin_campaigns(&mut self) {
        let joined = self.car.joined;
        self.campaign = self.world.campaigns.partition_point(|c| c.notice < joined);
        self.next_campaign();
    }

    fn next_campaign(&mut self) {
        let day = self
            .world
            .campaigns
            .get(self.campaign)
            .map_or(NEVER, |c| c.notice);
        self.set(Event::Campaign, day);
    }

    /// Invited or not, and what it does: good will, and a service sooner than it would have been.
    pub(super) fn campaign(&mut self) {
        let world = self.world;
        let Some(campaign) = world.campaigns.get(self.campaign) else {
            return;
        };
        self.campaign += 1;
        self.next_campaign();
        let loyal = self.owner.attachment > 0.5 && self.mood > 0.0;
        let share = campaign.share * if loyal { 1.8 } else { 0.8 };
        if self.away.is_some() || self.opted_out || self.visits == 0 || !self.d.chance(share) {
            return;
        }
        let notified = campaign.notice + if loyal { 0 } else { self.d.between(0, 5) };
        let letter = notified + self.d.between(0, 2);
        let by_letter = self.d.chance(0.4);
        let chance = 0.22 + if loyal { 0.12 } else { 0.0 };
        let attends = self.d.chance(chance);
        if attends {
            self.mood += 0.1;
            let planned = self.planned(Event::Service);
            if campaign.is_coupon && (campaign.start..campaign.end + 45).contains(&planned) {
                let wish = self.d.between(campaign.start, campaign.end);
                let day = visit_day(&mut self.d, wish, campaign.start.max(self.busy_until + 1));
                self.set(Event::Service, day);
                self.coupon_until = day;
            }
        }
        if !world.exports(notified) {
            return;
        }
        let lang = world.lang;
        let rows = &mut self.block.campaign_members;
        rows.text(&campaign.name)
            .text(&self.owner.number)
            .text(self.car.plate())
            .day(notified)
            .maybe_day(Some(letter).filter(|&day| by_letter && day <= world.end))
            .text(if campaign.start > world.end {
                ""
            } else if attends {
                YES.text(lang)
            } else {
                NO.text(lang)
            });
        if world.many_stores() {
            rows.text(&world.stores[self.owner.store].name);
        }
        rows.end(i64::from(notified));
    }
}
