/* SPDX-License-Identifier: GPL-2.0-or-later */
struct pump {
	spinlock_t lock;
	spinlock_t queue_lock;
	spinlock_t quiet;
	struct timer_list timer;
	struct work_struct work;
	struct list_head queue;
	int rate;
};

static irqreturn_t pump_irq(int irq, void *data)
{
	struct pump *pump = data;

	spin_lock(&pump->lock);
	pump->rate++;
	spin_unlock(&pump->lock);
	return IRQ_HANDLED;
}

/* The interrupt may come here, and wait for what it has interrupted. */
static void pump_work(struct work_struct *work)
{
	struct pump *pump = container_of(work, struct pump, work);

	spin_lock(&pump->lock);	/* expect: irq-unsafe lock */
	pump->rate = 0;
	spin_unlock(&pump->lock);
}

static void pump_timer(struct timer_list *timer)
{
	struct pump *pump = from_timer(pump, timer, timer);

	spin_lock(&pump->queue_lock);
	list_del_init(&pump->queue);
	spin_unlock(&pump->queue_lock);
}

/* What sleeps runs with softirqs on. */
int pump_flush(struct pump *pump)
{
	msleep(1);
	spin_lock(&pump->queue_lock);	/* expect: irq-unsafe queue_lock */
	list_del_init(&pump->queue);
	spin_unlock(&pump->queue_lock);
	return 0;
}

/* In order: masked, and called by who masks. */
static void pump_bump(struct pump *pump)
{
	spin_lock(&pump->quiet);
	pump->rate++;
	spin_unlock(&pump->quiet);
}

static irqreturn_t pump_quiet_irq(int irq, void *data)
{
	pump_bump(data);
	return IRQ_HANDLED;
}

void pump_reset(struct pump *pump)
{
	unsigned long flags;

	local_irq_save(flags);
	pump_bump(pump);
	local_irq_restore(flags);
}

/* In order: the core calls it with interrupts off. */
static int pump_set_type(struct irq_data *data, unsigned int type)
{
	struct pump *pump = irq_data_get_irq_chip_data(data);

	spin_lock(&pump->lock);
	pump->rate = type;
	spin_unlock(&pump->lock);
	return 0;
}

static const struct irq_chip pump_chip = {
	.irq_set_type = pump_set_type,
};

static int pump_probe(struct device *dev, struct pump *pump)
{
	INIT_WORK(&pump->work, pump_work);
	timer_setup(&pump->timer, pump_timer, 0);
	if (request_irq(1, pump_quiet_irq, 0, "quiet", pump))
		return -EBUSY;
	return request_irq(2, pump_irq, 0, "pump", pump);
}
