/* SPDX-License-Identifier: GPL-2.0-or-later */
struct box {
	struct mutex lock;
	struct rw_semaphore sem;
	int state;
};

static DEFINE_MUTEX(boxes_lock);

void box_open(struct box *box)
{
	mutex_lock(&box->lock);
	box_refill(box, 1);
	mutex_unlock(&box->lock);
	box_refill(box, 2);	/* expect: callee-requires-lock lock */
}

void box_grow(struct box *box)
{
	down_read(&box->sem);
	box_remap(box);	/* expect: callee-requires-lock sem */
	up_read(&box->sem);
	down_write(&box->sem);
	box_remap(box);
	up_write(&box->sem);
}

void boxes_show(struct box *box)
{
	mutex_lock(&boxes_lock);
	boxes_sort();
	mutex_unlock(&boxes_lock);
	boxes_sort();	/* expect: callee-requires-lock boxes_lock */
	rcu_read_lock();
	box_peek(box);
	rcu_read_unlock();
	box_peek(box);	/* expect: callee-requires-lock rcu_read_lock */
}

void box_close(struct box *box)
{
	box_flush(box);
	mutex_lock(&box->lock);
	box_flush(box);	/* expect: double-lock lock */
	mutex_unlock(&box->lock);
}

void box_log(struct box *box)
{
	mutex_lock(&box->lock);
	box_note(&box->lock);
	mutex_unlock(&box->lock);
	box_note(&box->lock);	/* expect: callee-requires-lock lock */
}

/* In order: the rule says that the lock is held here. */
void box_step(struct box *box)
{
	box->state++;	/* held: lock */
}
