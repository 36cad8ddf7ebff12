/* SPDX-License-Identifier: GPL-2.0-or-later */
struct shelf {
	struct mutex lock;
};

struct box {
	struct mutex lock;
	struct rw_semaphore sem;
	struct shelf *shelf;
	int state;
	int seen;
	struct ctx __rcu *trigger;
	struct counter users;
	int place;
	int mapped;
	struct list_head items;
};

struct item {
	struct list_head link;
	int weight;
};

static LIST_HEAD(boxes);
static DEFINE_MUTEX(boxes_lock);

void box_set(struct box *box, int state)
{
	mutex_lock(&box->lock);
	box->state = state;
	box->seen = 1;
	mutex_unlock(&box->lock);
	box->state = 0;	/* expect: unguarded-access lock */
	box->seen = 0;	/* expect: unguarded-access lock */
}

bool box_seen(struct box *box)
{
	return box->seen;
}

void box_signal(struct box *box)
{
	struct ctx *ctx;

	rcu_read_lock();
	ctx = rcu_dereference(box->trigger);
	if (ctx)
		signal(ctx);
	rcu_read_unlock();
	rcu_assign_pointer(box->trigger, NULL);	/* expect: unguarded-access lock */
}

void box_count(struct box *box)
{
	mutex_lock(&box->lock);
	counter_add(&box->users);
	mutex_unlock(&box->lock);
	counter_add(&box->users);	/* expect: unguarded-access lock */
}

void box_move(struct box *box, int place)
{
	mutex_lock(&box->shelf->lock);
	box->place = place;
	mutex_unlock(&box->shelf->lock);
	mutex_lock(&box->lock);
	box->place = place;	/* expect: unguarded-access shelf->lock */
	mutex_unlock(&box->lock);
}

void box_map(struct box *box)
{
	down_read(&box->sem);
	box->mapped = 1;	/* expect: unguarded-access sem */
	up_read(&box->sem);
	down_write(&box->sem);
	box->mapped = 1;
	up_write(&box->sem);
}

void box_add(struct box *box, struct item *item)
{
	mutex_lock(&box->lock);
	list_add(&item->link, &box->items);
	item->weight = 1;
	mutex_unlock(&box->lock);
}

void box_drop(struct item *item)
{
	list_del(&item->link);	/* expect: unguarded-access item->link */
	item->weight = 0;	/* expect: unguarded-access item->weight */
}

void boxes_empty(void)
{
	mutex_lock(&boxes_lock);
	list_del_init(&boxes);
	mutex_unlock(&boxes_lock);
	list_del_init(&boxes);	/* expect: unguarded-access boxes_lock */
}
