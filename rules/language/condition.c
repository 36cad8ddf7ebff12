/* SPDX-License-Identifier: GPL-2.0-or-later */
struct shelf {
	struct mutex lock;
};

struct box {
	struct mutex lock;
	spinlock_t slock;
	struct rw_semaphore sem;
	struct ctx *trigger;
	struct task *owner;
	int level;
};

void box_suspend(struct box *box)
{
	down_read(&box->sem);
	box_power(box, D3HOT);	/* expect: broken-rule sem */
	up_read(&box->sem);
	box_power(box, D0);
	down_write(&box->sem);
	box_power(box, D3HOT);
	up_write(&box->sem);
}

void box_signal(struct box *box)
{
	mutex_lock(&box->lock);
	signal(box->trigger);
	mutex_unlock(&box->lock);
	rcu_read_lock();
	signal(box->trigger);
	rcu_read_unlock();
	signal(box->trigger);	/* expect: broken-rule lock */
}

void box_init(struct box *box)
{
	signal(box->trigger);
}

static irqreturn_t box_irq(int irq, void *data)
{
	box_unmap(data);
	wait_for_completion(data);	/* expect: sleep-in-atomic wait_for_completion */	/* expect: broken-rule wait_for_completion() */
	return IRQ_HANDLED;
}

int box_request(struct box *box)
{
	return request_irq(1, box_irq, 0, "box", box);
}

struct box *box_make(struct task *owner)
{
	struct box *box = kzalloc(sizeof(*box), GFP_KERNEL);

	if (!box)
		return NULL;
	box->owner = owner;
	return box;
}

void box_give(struct box *box, struct task *owner)
{
	mutex_lock(&box->lock);
	mutex_unlock(&box->lock);
	box->owner = owner;	/* expect: broken-rule lock */
	put_task(box->owner);	/* expect: broken-rule lock */
}

void box_shelve(struct box *box, struct shelf *shelf)
{
	mutex_lock(&shelf->lock);
	mutex_lock(&box->lock);	/* expect: broken-rule boxes_lock */
	mutex_unlock(&box->lock);
	mutex_unlock(&shelf->lock);
}

void box_quick(struct box *box, unsigned long flags)
{
	spin_lock_irqsave(&box->slock, flags);
	spin_unlock_irqrestore(&box->slock, flags);
}

void box_level(struct box *box)
{
	mutex_lock(&box->lock);
	down_read(&box->sem);
	box->level++;
	up_read(&box->sem);
	box->level++;	/* expect: broken-rule lock */
	mutex_unlock(&box->lock);
}
