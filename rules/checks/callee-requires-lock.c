/* SPDX-License-Identifier: GPL-2.0-or-later */
struct gate {
	struct mutex lock;
	struct work_struct work;
	struct eventfd __rcu *trigger;
	struct rw_semaphore sem;
	int state;
};

static void gate_update(struct gate *gate, int state)
{
	lockdep_assert_held(&gate->lock);
	gate->state = state;
}

static void gate_set(struct gate *gate, int state)
{
	mutex_lock(&gate->lock);
	gate_update(gate, state);
	mutex_unlock(&gate->lock);
	gate_update(gate, 0);	/* expect: callee-requires-lock lock */
}

static void gate_work(struct work_struct *work)
{
	struct gate *gate = container_of(work, struct gate, work);

	gate_update(gate, 1);	/* expect: callee-requires-lock lock */
}

static void gate_clear(struct gate *gate)
	__must_hold(&gate->lock)
{
	gate->state = 0;
}

static int gate_try(struct gate *gate)
{
	if (!mutex_trylock(&gate->lock)) {
		gate_clear(gate);	/* expect: callee-requires-lock lock */
		return -EAGAIN;
	}
	gate_clear(gate);
	mutex_unlock(&gate->lock);
	return 0;
}

/* A condition of RCU says it as well. */
static void gate_swap(struct gate *gate, struct eventfd *trigger)
{
	rcu_replace_pointer(gate->trigger, trigger, lockdep_is_held(&gate->lock));
}

static void gate_rearm(struct gate *gate, struct eventfd *trigger)
{
	mutex_lock(&gate->lock);
	mutex_unlock(&gate->lock);
	gate_swap(gate, trigger);	/* expect: callee-requires-lock lock */
}

/* In order: its own caller asserts it. */
static void gate_shut(struct gate *gate)
{
	lockdep_assert_held(&gate->lock);
	gate_update(gate, 2);
}

/* An assertion that nobody can fulfil. */
static void gate_timer(struct work_struct *work)
{
	struct gate *gate = container_of(work, struct gate, work);

	lockdep_assert_held(&gate->lock);	/* expect: callee-requires-lock lock */
	gate->state++;
}

void gate_init(struct gate *gate)
{
	mutex_init(&gate->lock);
	INIT_WORK(&gate->work, gate_work);
	INIT_WORK(&gate->timer, gate_timer);
}

/* In order: the assertion is one of the other case. */
static void gate_put(struct gate *gate, bool locked)
{
	if (locked)
		lockdep_assert_held(&gate->lock);
	else
		mutex_lock(&gate->lock);
	gate->state = 0;
	if (!locked)
		mutex_unlock(&gate->lock);
}

static void gate_late(struct work_struct *work)
{
	struct gate *gate = container_of(work, struct gate, late);

	gate_put(gate, false);
}

/* Going away early is no condition of the assertion. */
static void gate_bump(struct gate *gate, int by)
{
	if (!by)
		return;
	lockdep_assert_held(&gate->lock);
	gate->state += by;
}

static void gate_tick(struct work_struct *work)
{
	struct gate *gate = container_of(work, struct gate, tick);

	gate_bump(gate, 1);	/* expect: callee-requires-lock lock */
}

/* In order: such work runs under the wiphy's mutex. */
static void gate_scan(struct wiphy *wiphy)
{
	lockdep_assert_held(&wiphy->mtx);
}

static void gate_scan_work(struct wiphy *wiphy, struct wiphy_work *work)
{
	gate_scan(wiphy);
}

/* In order: it is taken in either mode, and a variable remembers in which. */
static void gate_widen(struct gate *gate)
{
	lockdep_assert_held_write(&gate->sem);
	gate->state++;
}

int gate_write(struct gate *gate, bool wide)
{
	bool shared = !wide;

	if (shared)
		down_read(&gate->sem);
	else
		down_write(&gate->sem);
	gate_check(gate, &wide);
	if (wide)
		gate_widen(gate);
	if (shared)
		up_read(&gate->sem);
	else
		up_write(&gate->sem);
	return 0;
}

void gate_more(struct gate *gate)
{
	INIT_WORK(&gate->late, gate_late);
	INIT_WORK(&gate->tick, gate_tick);
	wiphy_work_init(&gate->scan, gate_scan_work);
}
