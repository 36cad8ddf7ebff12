/* SPDX-License-Identifier: GPL-2.0-or-later */
struct shelf {
	struct mutex lock;
};

struct box {
	struct mutex lock;
	struct rw_semaphore sem;
	struct shelf *shelf;
};

static DEFINE_MUTEX(boxes_lock);

void box_in_order(struct box *box)
{
	mutex_lock(&box->lock);
	down_read(&box->sem);
	mutex_lock(&box->shelf->lock);
	mutex_unlock(&box->shelf->lock);
	up_read(&box->sem);
	mutex_unlock(&box->lock);
}

void box_reversed(struct box *box)
{
	down_write(&box->sem);
	mutex_lock(&box->lock);	/* expect: lock-order lock */
	mutex_unlock(&box->lock);
	up_write(&box->sem);
}

/* By both sentences: lock before sem, sem before the shelf's lock. */
void box_shelve(struct box *box)
{
	mutex_lock(&box->shelf->lock);
	mutex_lock(&box->lock);	/* expect: lock-order lock */
	mutex_unlock(&box->lock);
	mutex_unlock(&box->shelf->lock);
}

void box_global(struct box *box)
{
	mutex_lock(&boxes_lock);
	down_read(&box->sem);	/* expect: lock-order sem */
	up_read(&box->sem);
	mutex_unlock(&boxes_lock);
}

/* In order: a trylock waits for nobody. */
void box_trial(struct box *box)
{
	down_write(&box->sem);
	if (mutex_trylock(&box->lock))
		mutex_unlock(&box->lock);
	up_write(&box->sem);
}
