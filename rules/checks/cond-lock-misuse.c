/* SPDX-License-Identifier: GPL-2.0-or-later */
struct pump {
	struct mutex lock;
	struct semaphore slots;
	int rate;
	int state;
};

/* A signal may come, and then the lock is not taken. */
static void pump_stop(struct pump *pump)
{
	mutex_lock_interruptible(&pump->lock);	/* expect: cond-lock-misuse lock */
	pump->rate = 0;
	mutex_unlock(&pump->lock);
}

/* mutex_trylock() answers 1 when it took the lock. */
static int pump_try_stop(struct pump *pump)
{
	if (mutex_trylock(&pump->lock))	/* expect: cond-lock-misuse lock */
		return -EBUSY;
	pump->rate = 0;
	mutex_unlock(&pump->lock);
	return 0;
}

/* down_trylock() answers 0 when it took the semaphore. */
static int pump_reserve(struct pump *pump)
{
	if (!down_trylock(&pump->slots))	/* expect: cond-lock-misuse slots */
		return -EBUSY;
	pump->state++;
	up(&pump->slots);
	return 0;
}

/* It is never less than 0. */
static int pump_poll(struct pump *pump)
{
	int ret = mutex_trylock(&pump->lock);	/* expect: cond-lock-misuse lock */

	if (ret < 0)
		return ret;
	pump->rate = 1;
	mutex_unlock(&pump->lock);
	return 0;
}

/* In order: each result is looked at. */
static int pump_set(struct pump *pump, int rate)
{
	int ret;

	ret = mutex_lock_interruptible(&pump->lock);
	if (ret)
		return ret;
	pump->rate = rate;
	mutex_unlock(&pump->lock);
	if (down_trylock(&pump->slots))
		return -EBUSY;
	pump->state++;
	up(&pump->slots);
	while (!mutex_trylock(&pump->lock))
		cpu_relax();
	mutex_unlock(&pump->lock);
	return 0;
}

/* In order: nothing here counts on the lock, and who calls is told. */
static bool pump_get(struct pump *pump)
{
	return mutex_trylock(&pump->lock);
}

/* In order, its author says: the machine is going down. */
static void pump_panic(struct pump *pump)
{
	(void)mutex_trylock(&pump->lock);
	pump->rate = 0;
}
