/* SPDX-License-Identifier: GPL-2.0-or-later */
struct pump {
	struct rw_semaphore config;
	rwlock_t table;
	spinlock_t lock;
	spinlock_t log;
	seqlock_t clock;
	int rate;
};

static void pump_configure(struct pump *pump)
{
	down_write(&pump->config);
	pump->rate = 1;
	up_read(&pump->config);	/* expect: wrong-mode config */
}

static int pump_read(struct pump *pump)
{
	int rate;

	read_lock(&pump->table);
	rate = pump->rate;
	write_unlock(&pump->table);	/* expect: wrong-mode table */
	return rate;
}

/* In order: made less on the way. */
static void pump_reload(struct pump *pump)
{
	down_write(&pump->config);
	pump->rate = 1;
	downgrade_write(&pump->config);
	report(pump);
	up_read(&pump->config);
}

/* The second state is saved where the first one was. */
static void pump_log(struct pump *pump)
{
	unsigned long flags;

	spin_lock_irqsave(&pump->lock, flags);
	spin_lock_irqsave(&pump->log, flags);	/* expect: wrong-mode log */
	pump->rate++;
	spin_unlock_irqrestore(&pump->log, flags);
	spin_unlock_irqrestore(&pump->lock, flags);
}

static void pump_tick(struct pump *pump)
{
	unsigned long flags, before;

	before = pump->rate;
	spin_lock_irqsave(&pump->lock, flags);
	pump->rate++;
	spin_unlock_irqrestore(&pump->lock, before);	/* expect: wrong-mode lock */
}

/* Interrupts may have been off already. */
static void pump_tock(struct pump *pump)
{
	unsigned long flags;

	spin_lock_irqsave(&pump->lock, flags);
	pump->rate--;
	spin_unlock_irq(&pump->lock);	/* expect: wrong-mode lock */
}

/* Interrupts are on again while the outer lock is held. */
static void pump_nest(struct pump *pump)
{
	unsigned long flags;

	spin_lock_irqsave(&pump->lock, flags);
	spin_lock_irq(&pump->log);
	pump->rate++;
	spin_unlock_irq(&pump->log);	/* expect: wrong-mode log */
	spin_unlock_irqrestore(&pump->lock, flags);
}

static void pump_softly(struct pump *pump)
{
	spin_lock_bh(&pump->lock);
	pump->rate++;
	spin_unlock(&pump->lock);	/* expect: wrong-mode lock */
}

static void pump_hardly(struct pump *pump)
{
	spin_lock_irq(&pump->lock);
	pump->rate++;
	spin_unlock(&pump->lock);	/* expect: wrong-mode lock */
}

static void pump_loudly(struct pump *pump)
{
	spin_lock(&pump->lock);
	pump->rate++;
	spin_unlock_bh(&pump->lock);	/* expect: wrong-mode lock */
}

static void pump_forget(struct pump *pump)
{
	unsigned long flags;

	spin_lock(&pump->lock);
	pump->rate++;
	spin_unlock_irqrestore(&pump->lock, flags);	/* expect: wrong-mode lock */
}

/* In order: the state goes over from one lock to the other. */
static void pump_hand_over(struct pump *pump)
{
	unsigned long flags;

	spin_lock_irqsave(&pump->lock, flags);
	spin_lock(&pump->log);
	spin_unlock(&pump->lock);
	pump->rate++;
	spin_unlock_irqrestore(&pump->log, flags);
	local_irq_disable();
	spin_lock(&pump->lock);
	pump->rate++;
	spin_unlock_irq(&pump->lock);
}

/* In order. */
static void pump_set_clock(struct pump *pump)
{
	unsigned long flags;

	write_seqlock_irqsave(&pump->clock, flags);
	pump->rate = 0;
	write_sequnlock_irqrestore(&pump->clock, flags);
	write_seqlock_irq(&pump->clock);
	pump->rate = 1;
	write_sequnlock_irq(&pump->clock);
}

/* In order: what a wrapper does to softirqs is its own affair. */
static void pump_wrapped(struct dma_async_tx_descriptor *txd)
{
	txd_lock(txd);
	txd_clear_parent(txd);
	txd_unlock(txd);
}
