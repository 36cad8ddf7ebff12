/* SPDX-License-Identifier: GPL-2.0-or-later */
struct pump {
	struct list_head node;
	struct mutex lock;
	spinlock_t state_lock;
	int rate;
	bool off;
};

/* The guard releases once more at the end of its scope. */
static int pump_set(struct pump *pump, int rate)
{
	guard(mutex)(&pump->lock);
	if (pump->off) {
		mutex_unlock(&pump->lock);	/* expect: guard-misuse lock */
		return -EIO;
	}
	pump->rate = rate;
	return 0;
}

/* In order: released and taken again. */
static void pump_drain(struct pump *pump)
{
	guard(mutex)(&pump->lock);
	while (!pump->off) {
		mutex_unlock(&pump->lock);
		msleep(10);
		mutex_lock(&pump->lock);
	}
}

/* The goto gets into the scope of a guard whose beginning it has not passed. */
static int pump_start(struct pump *pump)
{
	int ret = prime(pump);

	if (ret)
		goto out;
	guard(mutex)(&pump->lock);	/* expect: guard-misuse lock */
	pump->rate = 1;
out:
	return ret;
}

/* A switch is one scope: the second case is in that of the guard. */
static void pump_turn(struct pump *pump, int what)
{
	switch (what) {
	case 0:
		guard(mutex)(&pump->lock);	/* expect: guard-misuse lock */
		pump->rate = 0;
		break;
	case 1:
		report(pump);
		break;
	}
}

/* In order: each case has its own. */
static void pump_step(struct pump *pump, int what)
{
	switch (what) {
	case 0: {
		guard(mutex)(&pump->lock);
		pump->rate = 0;
		break;
	}
	case 1:
		scoped_guard(spinlock, &pump->state_lock)
			pump->rate = 1;
		break;
	}
}

/* The lock is in the object, and the guard outlives it. */
static void pump_drop(struct pump *pump)
{
	guard(mutex)(&pump->lock);
	list_del(&pump->node);
	kfree(pump);	/* expect: guard-misuse lock */
}

/* In order: the scope ends first. */
static void pump_remove(struct pump *pump)
{
	scoped_guard(mutex, &pump->lock)
		list_del(&pump->node);
	kfree(pump);
}

/* The if statement is the guard's whole scope. */
static void pump_maybe(struct pump *pump, bool locked)
{
	if (!locked)
		guard(mutex)(&pump->lock);	/* expect: guard-misuse lock */
	pump->rate = 2;
}

/* In order: the way back passes the beginning again. */
static void pump_retry(struct pump *pump)
{
again:
	scoped_guard(spinlock_irqsave, &pump->state_lock) {
		if (pump->rate)
			goto again;
	}
}
