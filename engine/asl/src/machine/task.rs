//! Tasks: how they are called, answered, timed out.

use super::{Action, Host, Machine, Phase, Running, Step, TaskCall, Thread, Trouble, TroubleKind, World};
use crate::definition::{QueryLanguage, State, Task};
use crate::history::{Failure, Schedule, TIMEOUT, What};
use crate::resource::{Pattern, Resource};
use crate::{Data, Draws};
use serde_json::Value;

impl Machine {
    pub(super) fn call<H: Host>(
        &mut self,
        world: World<'_>,
        host: &mut H,
        id: u32,
        thread: &mut Thread,
        state: &State,
        task: &Task,
    ) -> Step<()> {
        let resource = Resource::parse(&task.resource);
        let wants_token = match resource {
            Resource::Service(call) => call.pattern == Pattern::WaitForTaskToken,
            Resource::Activity(_) => true,
            Resource::Function(_) | Resource::Unknown => false,
        };
        if wants_token && !self.is_mocked() {
            thread.token = Some(token(host.draws()).into());
        }
        let parameters = match state.query {
            QueryLanguage::JsonPath => self.effective_input(world, host, thread, state, true)?,
            QueryLanguage::Jsonata => self.arguments(world, host, thread, state)?,
        };
        let timeout = self.amount(world, host, thread, "TimeoutSeconds", &task.timeout)?;
        let heartbeat = self.amount(world, host, thread, "HeartbeatSeconds", &task.heartbeat)?;
        let (timeout_s, heartbeat_s) =
            (timeout.map(|seconds| seconds as i64), heartbeat.map(|seconds| seconds as i64));
        let role_arn = match &task.credentials {
            None => None,
            Some(recipe) => {
                let input = thread.input.clone();
                let made = self.make(world, host, thread, recipe, "Credentials", &input)?;
                made.get("RoleArn").and_then(Value::as_str).map(Box::from)
            }
        };
        if self.waits_for_mock(state) {
            thread.phase = Phase::Waiting;
            return Ok(());
        }
        let schedule = Schedule {
            parameters: parameters.clone(),
            region: world.region.into(),
            timeout_s,
            heartbeat_s,
            role_arn: role_arn.clone(),
        };
        self.log(host, thread, What::TaskScheduled { state: thread.state, schedule: Box::new(schedule) });
        if !matches!(resource, Resource::Activity(_)) {
            self.log(host, thread, What::TaskStarted { state: thread.state, worker: None });
        }
        let number = self.next_task;
        self.next_task += 1;
        self.tasks.insert(number, id);
        thread.serial += 1;
        let now_ms = host.now_ms();
        let after =
            |seconds: Option<i64>| seconds.map(|seconds| now_ms.saturating_add(seconds.saturating_mul(1000)));
        let running = Running {
            task: number,
            timeout_at_ms: after(timeout_s),
            heartbeat_s,
            heartbeat_at_ms: after(heartbeat_s),
        };
        self.await_task(host, id, thread, &running);
        thread.phase = Phase::Task(Box::new(running));
        host.act(Action::Call(Box::new(TaskCall {
            task: number,
            state: thread.state,
            parameters,
            token: thread.token.as_deref().map(str::to_owned),
            role_arn,
            heartbeat_s,
        })));
        Ok(())
    }

    /// Asks for the next moment at which the task may be late.
    fn await_task<H: Host>(&mut self, host: &mut H, id: u32, thread: &Thread, running: &Running) {
        let due_ms = [running.timeout_at_ms, running.heartbeat_at_ms].into_iter().flatten().min();
        if let Some(due_ms) = due_ms {
            host.act(Action::Timer { thread: id, serial: thread.serial, due_ms });
        }
    }

    /// A moment at which the task may be late has come.
    pub(super) fn task_time<H: Host>(
        &mut self,
        host: &mut H,
        id: u32,
        thread: &mut Thread,
        running: &Running,
    ) -> Step<()> {
        let now_ms = host.now_ms();
        let is_over = |at_ms: Option<i64>| at_ms.is_some_and(|at_ms| at_ms <= now_ms);
        let (timed_out, silent) = (is_over(running.timeout_at_ms), is_over(running.heartbeat_at_ms));
        if !timed_out && !silent {
            self.await_task(host, id, thread, running);
            return Ok(());
        }
        self.tasks.remove(&running.task);
        host.act(Action::Drop { task: running.task });
        thread.phase = Phase::Execute;
        let failure = Failure::bare(TIMEOUT);
        self.log(host, thread, What::TaskTimedOut { state: thread.state, failure: failure.clone() });
        let kind = if timed_out { TroubleKind::Told } else { TroubleKind::Heartbeat };
        Err(Trouble { failure, kind })
    }

    /// A worker took the task, or the token's holder is alive.
    pub fn heartbeat<H: Host>(&mut self, host: &mut H, task: u64) -> bool {
        let Some(id) = self.tasks.get(&task).copied() else { return false };
        let now_ms = host.now_ms();
        let Some(mut thread) = self.threads.remove(&id) else { return false };
        if let Phase::Task(running) = &mut thread.phase {
            running.heartbeat_at_ms = running.heartbeat_s.map(|seconds| now_ms + seconds * 1000);
            thread.serial += 1;
            let running = (**running).clone();
            self.await_task(host, id, &thread, &running);
        }
        self.threads.insert(id, thread);
        true
    }

    /// A worker took an activity's task.
    pub fn taken<H: Host>(&mut self, host: &mut H, task: u64, worker: Option<&str>) {
        let Some(id) = self.tasks.get(&task).copied() else { return };
        let Some(mut thread) = self.threads.remove(&id) else { return };
        let what = What::TaskStarted { state: thread.state, worker: worker.map(Box::from) };
        self.log(host, &mut thread, what);
        self.threads.insert(id, thread);
        self.heartbeat(host, task);
    }

    /// The call that began a job, or handed on a token, was answered.
    pub fn submitted<H: Host>(&mut self, host: &mut H, task: u64, output: Data) {
        let Some(id) = self.tasks.get(&task).copied() else { return };
        let Some(mut thread) = self.threads.remove(&id) else { return };
        let what = What::TaskSubmitted { state: thread.state, output };
        self.log(host, &mut thread, what);
        self.threads.insert(id, thread);
    }

    /// Whether the task is still waited for.
    pub fn awaits(&self, task: u64) -> bool {
        self.tasks.contains_key(&task)
    }

    /// A task is done.
    pub fn answered<H: Host>(
        &mut self,
        world: World<'_>,
        host: &mut H,
        task: u64,
        answer: Result<Data, Failure>,
    ) {
        let Some(id) = self.tasks.remove(&task) else { return };
        let Some(mut thread) = self.threads.remove(&id) else { return };
        let result = match &thread.phase {
            Phase::MapRun { .. } => self.map_run_answered(world, host, &mut thread, answer),
            Phase::Task(_) => self.task_answered(world, host, &mut thread, answer),
            Phase::Enter
            | Phase::Execute
            | Phase::Waiting
            | Phase::RetryWait
            | Phase::Children(_)
            | Phase::Done => Ok(()),
        };
        self.settle(world, host, id, thread, result);
    }

    fn task_answered<H: Host>(
        &mut self,
        world: World<'_>,
        host: &mut H,
        thread: &mut Thread,
        answer: Result<Data, Failure>,
    ) -> Step<()> {
        let state = world.definition.state(thread.state);
        thread.serial += 1;
        thread.phase = Phase::Execute;
        match answer {
            Ok(output) => {
                self.check_size(world, thread, &output)?;
                let what = What::TaskSucceeded { state: thread.state, output: output.clone() };
                self.log(host, thread, what);
                self.leave_with_result(world, host, thread, state, output)
            }
            Err(failure) => {
                let timed_out = failure.name() == TIMEOUT && failure.cause.is_none();
                let what = match timed_out {
                    true => What::TaskTimedOut { state: thread.state, failure: failure.clone() },
                    false => What::TaskFailed { state: thread.state, failure: failure.clone() },
                };
                self.log(host, thread, what);
                Err(Trouble::told(failure))
            }
        }
    }
}

/// A task token: opaque, and as long as those of the service.
fn token(draws: &mut Draws) -> String {
    format!("AQCEAAAAKgAAAAMAAAAAAAAAA{}", draws.mixed_alnum(TOKEN_LENGTH))
}

const TOKEN_LENGTH: usize = 219;
