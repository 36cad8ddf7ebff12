/* SPDX-License-Identifier: GPL-2.0-or-later */
struct box {
	spinlock_t lock;
	int state;
};

void box_stop(struct box *box)
{
	box_wait(box);
	spin_lock(&box->lock);
	box_wait(box);	/* expect: sleep-in-atomic lock */
	msleep(1);
	spin_unlock(&box->lock);
}

void box_fill(struct box *box)
{
	spin_lock(&box->lock);
	box_grow(box, GFP_ATOMIC);
	box_grow(box, GFP_KERNEL);	/* expect: sleep-in-atomic lock */
	box_settle(box);	/* expect: broken-rule lock */
	spin_unlock(&box->lock);
	box_settle(box);
}

void box_pulse(struct box *box)
{
	box_wait(box);	/* expect: sleep-in-atomic box_wait */
}

void box_tick(struct box *box)
{
	box_wait(box);	/* expect: sleep-in-atomic box_wait */
}
