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

/* In order: the argument says that the lock is held. */
static struct valve *valve_find(struct valve *valve, int id, bool locked)
{
	struct valve *found = NULL;

	if (!locked)
		mutex_lock(&valve->lock);
	if (valve->next)
		found = valve->next;
	if (!locked)
		mutex_unlock(&valve->lock);
	return found;
}

static int valve_next(struct valve *valve, int id)
{
	int ret = 0;

	mutex_lock(&valve->lock);
	if (!valve_find(valve, id, true))
		ret = -ENOENT;
	mutex_unlock(&valve->lock);
	return ret;
}

static int valve_again(struct valve *valve, int id)
{
	int ret = 0;

	mutex_lock(&valve->lock);
	if (!valve_find(valve, id, false))	/* expect: double-lock lock */
		ret = -ENOENT;
	mutex_unlock(&valve->lock);
	return ret;
}

/* Possible, and not said: a callee of the callee takes the lock under a condition, which may never be true of this valve. */
static void valve_settle(struct valve *valve)
{
	if (valve->next)
		valve_reset(valve);
}

static void valve_flush(struct valve *valve)
{
	valve_settle(valve);
}

static void valve_stop(struct valve *valve)
{
	mutex_lock(&valve->lock);
	valve_flush(valve);
	mutex_unlock(&valve->lock);
}
