/* SPDX-License-Identifier: GPL-2.0-or-later */
struct pump {
	struct mutex lock;
	spinlock_t state_lock;
	struct work_struct fill;
	struct work_struct empty;
	struct timer_list timer;
	int rate;
};

static void pump_fill(struct work_struct *work)
{
	struct pump *pump = container_of(work, struct pump, fill);

	mutex_lock(&pump->lock);
	pump->rate++;
	mutex_unlock(&pump->lock);
}

static void pump_empty(struct work_struct *work)
{
	struct pump *pump = container_of(work, struct pump, empty);

	if (!mutex_trylock(&pump->lock))
		return;
	pump->rate--;
	mutex_unlock(&pump->lock);
}

static void pump_tick(struct timer_list *timer)
{
	struct pump *pump = from_timer(pump, timer, timer);

	spin_lock(&pump->state_lock);
	pump->rate = 0;
	spin_unlock(&pump->state_lock);
}

void pump_init(struct pump *pump)
{
	INIT_WORK(&pump->fill, pump_fill);
	INIT_WORK(&pump->empty, pump_empty);
	timer_setup(&pump->timer, pump_tick, 0);
}

/* The work item waits for the lock, and we for the work item. */
void pump_stop(struct pump *pump)
{
	mutex_lock(&pump->lock);
	cancel_work_sync(&pump->fill);	/* expect: sync-wait-deadlock lock */
	mutex_unlock(&pump->lock);
}

/* In order: that one does not wait. */
void pump_pause(struct pump *pump)
{
	mutex_lock(&pump->lock);
	cancel_work_sync(&pump->empty);
	mutex_unlock(&pump->lock);
}

/* In order: nobody holds it here. */
void pump_free(struct pump *pump)
{
	cancel_work_sync(&pump->fill);
	mutex_lock(&pump->lock);
	pump->rate = 0;
	mutex_unlock(&pump->lock);
}

void pump_silence(struct pump *pump)
{
	spin_lock_bh(&pump->state_lock);
	del_timer_sync(&pump->timer);	/* expect: sync-wait-deadlock state_lock */
	spin_unlock_bh(&pump->state_lock);
}

/* Its caller holds the lock. */
static void pump_quiet(struct pump *pump)
{
	flush_work(&pump->fill);	/* expect: sync-wait-deadlock lock */
}

void pump_suspend(struct pump *pump)
{
	mutex_lock(&pump->lock);
	pump_quiet(pump);
	mutex_unlock(&pump->lock);
}

/* In order: the lock is one of the parent, the work is one of each child. */
static void pump_close(struct pump *pump)
{
	cancel_work_sync(&pump->fill);
}

void pump_close_children(struct pump *parent)
{
	struct pump *child;

	mutex_lock(&parent->lock);
	while ((child = pump_pop(parent)))
		pump_close(child);
	mutex_unlock(&parent->lock);

}
