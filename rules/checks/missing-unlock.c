/* SPDX-License-Identifier: GPL-2.0-or-later */
struct pump {
	struct mutex lock;
	spinlock_t spin;
	int rate;
	bool on;
};

static int pump_start(struct pump *pump)
{
	mutex_lock(&pump->lock);
	if (pump->on)
		return -EBUSY;	/* expect: missing-unlock lock */
	pump->on = true;
	mutex_unlock(&pump->lock);
	return 0;
}

static int pump_set(struct pump *pump, int rate)
{
	unsigned long flags;
	int ret = 0;

	if (rate < 0) {
		ret = -EINVAL;
		goto out;
	}
	spin_lock_irqsave(&pump->spin, flags);
	if (!pump->on) {
		ret = -ENODEV;	/* expect: missing-unlock spin */
		goto out;
	}
	pump->rate = rate;
	spin_unlock_irqrestore(&pump->spin, flags);
out:
	return ret;
}

/* In order: taken and released under one condition. */
static void pump_poke(struct pump *pump, bool nested)
{
	if (!nested)
		mutex_lock(&pump->lock);
	pump->rate++;
	if (!nested)
		mutex_unlock(&pump->lock);
}

/* In order: not held when it was interrupted. */
static int pump_wait(struct pump *pump)
{
	int ret = mutex_lock_interruptible(&pump->lock);

	if (ret)
		return ret;
	pump->rate = 0;
	mutex_unlock(&pump->lock);
	return 0;
}

/* In order: the value tells the caller. */
static bool pump_try(struct pump *pump)
{
	mutex_lock(&pump->lock);
	if (pump->on)
		return true;
	mutex_unlock(&pump->lock);
	return false;
}

/* In order: a flag remembers it. */
static void pump_flag(struct pump *pump)
{
	bool locked = false;

	if (pump->rate > 3) {
		mutex_lock(&pump->lock);
		locked = true;
	}
	pump_note(pump);
	if (locked)
		mutex_unlock(&pump->lock);
}

/* In order: the helper releases it. */
static void pump_finish(struct pump *pump)
{
	pump->rate = 0;
	mutex_unlock(&pump->lock);
}

static int pump_stop(struct pump *pump)
{
	mutex_lock(&pump->lock);
	if (pump->on) {
		pump_finish(pump);
		return 0;
	}
	mutex_unlock(&pump->lock);
	return -ENODEV;
}
