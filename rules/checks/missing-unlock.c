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

/* In order: an object, or NULL and nothing is held. */
static int pump_signal(struct task_struct *task)
{
	unsigned long flags;

	if (!lock_task_sighand(task, &flags))
		return -ESRCH;
	task->exit_code = 0;
	unlock_task_sighand(task, &flags);
	return 0;
}

/* In order: the object comes back locked, or an error does. */
static struct pump *pump_find(struct pump *pump)
{
	mutex_lock(&pump->lock);
	if (!pump->on) {
		mutex_unlock(&pump->lock);
		pump = ERR_PTR(-ENODEV);
	}
	return pump;
}

/* In order: the pointer that comes back is the lock. */
static int pump_table(struct mm_struct *mm, pmd_t *pmd, bool split)
{
	spinlock_t *ptl = pmd_lock(mm, pmd);

	if (split) {
		spin_unlock(ptl);
		return -EAGAIN;
	}
	pmd_clear(pmd);
	spin_unlock(ptl);
	return 0;
}

/* In order: who releases under a condition knows when the lock is held. */
static int pump_drain(struct pump *pump, struct list_head *jobs)
{
	struct pump *locked = NULL;
	struct job *job;

	list_for_each_entry(job, jobs, list) {
		if (job->pump != locked) {
			if (locked)
				mutex_unlock(&locked->lock);
			locked = job->pump;
			mutex_lock(&locked->lock);
		}
		locked->rate += job->rate;
	}
	if (locked)
		mutex_unlock(&locked->lock);
	return 0;
}

/* In order: pump_resume() comes later and releases it. */
int pump_suspend(struct pump *pump)
{
	if (!pump->on)
		return 0;
	mutex_lock(&pump->lock);
	if (pump->rate < 0) {
		mutex_unlock(&pump->lock);
		return -EBUSY;
	}
	return 0;
}

int pump_resume(struct pump *pump)
{
	if (pump->on)
		mutex_unlock(&pump->lock);
	return 0;
}

/* In order: one lock is exchanged for another, held on entry and on return. */
static struct pump *pump_move(struct pump *from, struct pump *to)
{
	if (from == to)
		return from;
	mutex_unlock(&from->lock);
	mutex_lock(&to->lock);
	if (!to->on) {
		mutex_unlock(&to->lock);
		mutex_lock(&from->lock);
		return from;
	}
	return to;
}

/* In order: the last reference goes, and with it the lock. */
static void pump_release(struct kref *ref)
{
	struct pump *pump = container_of(ref, struct pump, ref);

	mutex_unlock(&pump->lock);
	kfree(pump);
}

static void pump_drop(struct pump *pump)
{
	mutex_lock(&pump->lock);
	if (kref_put(&pump->ref, pump_release))
		return;
	mutex_unlock(&pump->lock);
}

/* In order: the operation releases the lock; nothing behind it does. */
static void pump_sync(struct pump *pump)
{
	mutex_lock(&pump->lock);
	if (pump->ops)
		pump->ops->sync(pump);
	else
		mutex_unlock(&pump->lock);
}
