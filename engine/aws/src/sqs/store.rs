//! A queue's messages and their indexes: every way in which a message comes, moves and goes.

use super::limits;
use super::state::{Group, Message, Place, Queue, Settings, Tags};
use nuvola_kernel::Map;

/// Sequence numbers are not consecutive.
const SEQUENCE_STEP: u64 = 256;

/// A sequence number as clients see it: 20 digits, of which the first are AWS's.
pub fn sequence_text(sequence: u64) -> String {
    format!("18849496{sequence:012}")
}

impl Settings {
    pub const DEFAULT: Settings = Settings {
        delay_s: 0,
        max_message_bytes: limits::MESSAGE_BYTES as i32,
        retention_s: 345_600,
        wait_s: 0,
        visibility_s: 30,
        content_deduplication: false,
        deduplicates_by_group: false,
        throughput_by_group: false,
        kms_key_id: None,
        kms_reuse_s: 300,
        sse_managed: true,
    };
}

impl Queue {
    pub fn new(name: &str, arn: String, fifo: bool, now_ms: i64) -> Self {
        Queue {
            name: name.to_owned(),
            arn,
            fifo,
            created_at_ms: now_ms,
            modified_at_ms: now_ms,
            settings: Settings::DEFAULT,
            policy: None,
            redrive: None,
            redrive_allow: None,
            tags: Tags::new(),
            purged_at_ms: None,
            messages: Map::new(),
            next_message: 1,
            next_receipt: 1,
            ready: Default::default(),
            due: Default::default(),
            by_age: Default::default(),
            in_flight: 0,
            delayed: 0,
            groups: Map::new(),
            sent: Map::new(),
            sent_order: Map::new(),
            next_sent: 0,
            attempts: Map::new(),
            waiters: Map::new(),
            next_waiter: 0,
            timer_at_ms: None,
            disorder_permille: 0,
        }
    }

    pub fn visible(&self) -> u64 {
        self.messages.len() as u64 - self.in_flight - self.delayed
    }

    /// Whether a receive would find something.
    pub fn has_ready(&self) -> bool {
        !self.ready.is_empty() && self.in_flight < limits::IN_FLIGHT
    }

    /// Takes a message in, at the end, and gives its number. A FIFO queue gives it a sequence number too.
    pub fn push(&mut self, mut message: Message, delayed_until_ms: Option<i64>) -> u64 {
        let number = self.next_message;
        self.next_message += 1;
        message.number = number;
        message.received_here = 0;
        message.receipt = 0;
        message.sequence = self.fifo.then(|| number * SEQUENCE_STEP);
        message.place = match delayed_until_ms {
            Some(until_ms) => Place::Delayed { until_ms },
            None => Place::Visible,
        };
        self.by_age.insert((message.sent_at_ms, number));
        let group = message.group_id.clone();
        if self.fifo
            && let Some(group) = &group
        {
            self.groups.entry(group.clone()).or_default().members.insert((0, number));
        }
        self.enter(number, message.place, group.as_deref());
        self.messages.insert(number, message);
        self.refresh(group.as_deref());
        number
    }

    /// Puts a number into the index of its place.
    fn enter(&mut self, number: u64, place: Place, group: Option<&str>) {
        match place {
            Place::Visible if self.fifo => {}
            Place::Visible => drop(self.ready.insert((0, number))),
            Place::Delayed { until_ms } => {
                self.delayed += 1;
                self.due.insert((until_ms, number));
            }
            Place::InFlight { until_ms } => {
                self.in_flight += 1;
                self.due.insert((until_ms, number));
                self.lock(group, 1);
            }
        }
    }

    /// Takes a number out of the index of its place.
    fn leave(&mut self, number: u64, place: Place, group: Option<&str>) {
        match place {
            Place::Visible if self.fifo => {}
            Place::Visible => drop(self.ready.remove(&(0, number))),
            Place::Delayed { until_ms } => {
                self.delayed -= 1;
                self.due.remove(&(until_ms, number));
            }
            Place::InFlight { until_ms } => {
                self.in_flight -= 1;
                self.due.remove(&(until_ms, number));
                self.lock(group, -1);
            }
        }
    }

    /// A group is locked while messages of it are in flight.
    fn lock(&mut self, group: Option<&str>, by: i32) {
        if self.fifo
            && let Some(group) = group.and_then(|group| self.groups.get_mut(group))
        {
            group.in_flight = group.in_flight.saturating_add_signed(by);
        }
    }

    /// Lets `ready` have the first message of a FIFO queue's group, if it may be received.
    fn refresh(&mut self, group: Option<&str>) {
        if !self.fifo {
            return;
        }
        let Some(name) = group else { return };
        let Some(group) = self.groups.get_mut(name) else { return };
        let first = group.members.first().map(|(_, number)| *number);
        let free = group.in_flight == 0;
        let visible =
            |number: &u64| self.messages.get(number).is_some_and(|found| found.place == Place::Visible);
        let wanted = first.filter(|_| free).filter(visible);
        if group.ready != wanted {
            if let Some(before) = group.ready {
                self.ready.remove(&(0, before));
            }
            if let Some(number) = wanted {
                self.ready.insert((0, number));
            }
            group.ready = wanted;
        }
        if group.members.is_empty() {
            self.groups.remove(name);
        }
    }

    /// Moves a message to another place.
    pub fn set_place(&mut self, number: u64, place: Place) {
        let Some(message) = self.messages.get_mut(&number) else { return };
        let before = std::mem::replace(&mut message.place, place);
        let group = message.group_id.clone();
        self.leave(number, before, group.as_deref());
        self.enter(number, place, group.as_deref());
        self.refresh(group.as_deref());
    }

    pub fn remove(&mut self, number: u64) -> Option<Message> {
        let message = self.messages.remove(&number)?;
        let group = message.group_id.as_deref();
        self.leave(number, message.place, group);
        self.by_age.remove(&(message.sent_at_ms, number));
        if self.fifo
            && let Some(group) = group.and_then(|group| self.groups.get_mut(group))
        {
            group.members.remove(&(0, number));
        }
        self.refresh(group);
        Some(message)
    }

    /// Drops every message; what was sent stays known for deduplication.
    pub fn purge(&mut self) {
        self.messages.clear();
        self.ready.clear();
        self.due.clear();
        self.by_age.clear();
        self.groups.clear();
        self.attempts.clear();
        (self.in_flight, self.delayed) = (0, 0);
    }

    /// Shows what has become visible, and forgets what is too old.
    pub fn settle(&mut self, now_ms: i64) {
        while let Some(&(until_ms, number)) = self.due.first()
            && until_ms <= now_ms
        {
            self.set_place(number, Place::Visible);
        }
        let retention_ms = i64::from(self.settings.retention_s) * 1000;
        while let Some(&(sent_at_ms, number)) = self.by_age.first()
            && sent_at_ms + retention_ms <= now_ms
        {
            self.remove(number);
        }
    }

    /// When [`Queue::settle`] has something to do next.
    pub fn next_due_ms(&self) -> Option<i64> {
        let shown = self.due.first().map(|(until_ms, _)| *until_ms);
        let retention_ms = i64::from(self.settings.retention_s) * 1000;
        let gone = self.by_age.first().map(|(sent_at_ms, _)| sent_at_ms + retention_ms);
        shown.into_iter().chain(gone).min()
    }

    /// The group that a FIFO queue's message belongs to.
    pub fn group_of(&self, number: u64) -> Option<&Group> {
        self.groups.get(self.messages.get(&number)?.group_id.as_deref()?)
    }

    /// Forgets what deduplication need not know any more.
    pub fn forget_sent(&mut self, now_ms: i64) {
        while let Some((order, (until_ms, key))) = self.sent_order.iter().next()
            && *until_ms <= now_ms
        {
            let (order, key) = (*order, key.clone());
            self.sent_order.remove(&order);
            self.sent.remove(&key);
        }
    }
}
