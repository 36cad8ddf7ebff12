/* SPDX-License-Identifier: GPL-2.0-or-later */
struct meter {
	spinlock_t lock;
	struct mutex mutex;
	wait_queue_head_t wait;
	void *log;
	int value;
};

static void meter_log(struct meter *meter)
{
	spin_lock(&meter->lock);
	meter->log = kmalloc(64, GFP_KERNEL);	/* expect: sleep-in-atomic kmalloc */
	spin_unlock(&meter->lock);
}

/* In order. */
static void meter_log_atomic(struct meter *meter)
{
	spin_lock(&meter->lock);
	meter->log = kmalloc(64, GFP_ATOMIC);
	spin_unlock(&meter->lock);
}

static void meter_settle(struct meter *meter)
{
	msleep(20);
	meter->value = 0;
}

static void meter_zero(struct meter *meter)
{
	unsigned long flags;

	spin_lock_irqsave(&meter->lock, flags);
	meter_settle(meter);	/* expect: sleep-in-atomic meter_settle */
	spin_unlock_irqrestore(&meter->lock, flags);
}

static int meter_copy(struct meter *meter, void __user *to)
{
	int ret;

	rcu_read_lock();
	ret = copy_to_user(to, &meter->value, sizeof(meter->value));	/* expect: sleep-in-atomic copy_to_user */
	rcu_read_unlock();
	return ret;
}

static void meter_mutex(struct meter *meter)
{
	guard(spinlock)(&meter->lock);
	mutex_lock(&meter->mutex);	/* expect: sleep-in-atomic mutex_lock */
	meter->value = 1;
	mutex_unlock(&meter->mutex);
}

/* The caller's gfp decides. */
static void *meter_buffer(struct meter *meter, gfp_t gfp)
{
	return kzalloc(32, gfp);
}

static void meter_buffers(struct meter *meter)
{
	spin_lock(&meter->lock);
	meter->log = meter_buffer(meter, GFP_ATOMIC);
	meter->log = meter_buffer(meter, GFP_KERNEL);	/* expect: sleep-in-atomic meter_buffer */
	spin_unlock(&meter->lock);
}

/* In order: the lock is dropped while it waits. */
static void meter_wait(struct meter *meter)
{
	spin_lock_irq(&meter->lock);
	wait_event_lock_irq(meter->wait, meter->value, meter->lock);
	spin_unlock_irq(&meter->lock);
}

/* In order: only where nothing is held. */
static void meter_maybe(struct meter *meter, bool locked)
{
	if (locked)
		spin_lock(&meter->lock);
	if (!locked)
		msleep(1);
	meter->value++;
	if (locked)
		spin_unlock(&meter->lock);
}

/* In order: interrupts come back with the lock, wherever that is done. */
static void meter_leave(struct meter *meter, unsigned long flags)
{
	spin_unlock_irqrestore(&meter->lock, flags);
}

static void meter_wait(struct meter *meter)
{
	unsigned long flags;

	local_irq_save(flags);
	spin_lock(&meter->lock);
	meter->value = 0;
	meter_leave(meter, flags);
	msleep(10);
}

/* In order: readers of this kind may sleep. */
static void meter_trace(struct meter *meter)
{
	rcu_read_lock_trace();
	might_fault();
	rcu_read_unlock_trace();
}

/* In order: it looks whether the lock is held, in a way that is not followed. */
static void meter_relax(struct meter *meter, int loops)
{
	while (loops--) {
		bool held = spin_trylock(&meter->lock) && meter_settled(meter);

		if (!held)
			msleep(1);
		if (held)
			spin_unlock(&meter->lock);
	}
}
