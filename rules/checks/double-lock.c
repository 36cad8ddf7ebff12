/* SPDX-License-Identifier: GPL-2.0-or-later */
struct valve {
	struct mutex lock;
	struct rw_semaphore sem;
	spinlock_t spin;
	struct valve *next;
	int open;
};

static void valve_open(struct valve *valve)
{
	mutex_lock(&valve->lock);
	valve->open = 1;
	mutex_lock(&valve->lock);	/* expect: double-lock lock */
	mutex_unlock(&valve->lock);
}

static void valve_reset(struct valve *valve)
{
	guard(mutex)(&valve->lock);
	valve->open = 0;
}

/* The task waits for itself in the callee. */
static void valve_close(struct valve *valve)
{
	mutex_lock(&valve->lock);
	valve_reset(valve);	/* expect: double-lock lock */
	mutex_unlock(&valve->lock);
}

/* In order: two valves. */
static void valve_chain(struct valve *valve)
{
	mutex_lock(&valve->lock);
	mutex_lock_nested(&valve->next->lock, 1);
	valve->next->open = valve->open;
	mutex_unlock(&valve->next->lock);
	mutex_unlock(&valve->lock);
}

/* In order: hand over hand. */
static void valve_walk(struct valve *valve)
{
	struct valve *next;

	spin_lock(&valve->spin);
	while (valve->next) {
		next = valve->next;
		spin_lock(&next->spin);
		spin_unlock(&valve->spin);
		valve = next;
	}
	spin_unlock(&valve->spin);
}

/* In order: released before. */
static void valve_twice(struct valve *valve)
{
	mutex_lock(&valve->lock);
	mutex_unlock(&valve->lock);
	valve_reset(valve);
}

/* A reader that becomes a writer without letting go. */
static void valve_upgrade(struct valve *valve)
{
	down_read(&valve->sem);
	if (!valve->open)
		down_write(&valve->sem);	/* expect: double-lock sem */
	up_read(&valve->sem);
}
