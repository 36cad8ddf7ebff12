/* SPDX-License-Identifier: GPL-2.0-or-later */
struct shelf {
	struct mutex lock;
	struct list_head books;
	int count;
	int limit;
	int broken;
	int sold __guarded_by(&lock);
};

static struct workqueue_struct *shelf_wq;

static void shelf_add(struct shelf *shelf, struct list_head *book)
{
	mutex_lock(&shelf->lock);
	list_add(book, &shelf->books);
	shelf->count++;
	shelf->limit++;
	mutex_unlock(&shelf->lock);
}

static void shelf_remove(struct shelf *shelf, struct list_head *book)
{
	mutex_lock(&shelf->lock);
	list_del(book);
	shelf->count--;
	shelf->limit--;
	mutex_unlock(&shelf->lock);
}

static int shelf_full(struct shelf *shelf)
{
	guard(mutex)(&shelf->lock);
	return shelf->count > shelf->limit;
}

/* Behind the release: every other function holds the lock for it. */
static void shelf_replace(struct shelf *shelf, struct list_head *old, struct list_head *book)
{
	mutex_lock(&shelf->lock);
	list_replace(old, book);
	mutex_unlock(&shelf->lock);
	shelf->count = 1;	/* expect: unguarded-access count */
}

/* A work item is entered with nothing held. */
static void shelf_tidy(struct work_struct *work)
{
	struct shelf *shelf = container_of(work, struct shelf, work);

	shelf->limit = 0;	/* expect: unguarded-access limit */
}

/* In order: its only caller holds the lock. */
static void shelf_shrink(struct shelf *shelf)
{
	shelf->count--;
}

static void shelf_trim(struct shelf *shelf)
{
	mutex_lock(&shelf->lock);
	shelf_shrink(shelf);
	mutex_unlock(&shelf->lock);
}

/* In order: nobody else knows the shelf yet. */
struct shelf *shelf_make(void)
{
	struct shelf *shelf = kzalloc(sizeof(*shelf), GFP_KERNEL);

	if (!shelf)
		return NULL;
	mutex_init(&shelf->lock);
	shelf->count = 0;
	INIT_WORK(&shelf->work, shelf_tidy);
	return shelf;
}

/* In order: it says of itself that it looks without the lock. */
static int shelf_peek(struct shelf *shelf)
{
	return READ_ONCE(shelf->count);
}

/* The declaration says it. */
static void shelf_sell(struct shelf *shelf)
{
	mutex_lock(&shelf->lock);
	shelf->sold++;
	mutex_unlock(&shelf->lock);
	shelf->sold = 0;	/* expect: unguarded-access sold */
}

/* In order: no rule speaks of it, and nobody guards it. */
static void shelf_break(struct shelf *shelf)
{
	shelf->broken = 1;
}

/* In order: every caller gives an object that it has just made. */
struct tank {
	struct mutex lock;
	int level;
	int limit;
};

static void tank_fill(struct tank *tank, int level)
{
	tank->level = level;
}

static void tank_set(struct tank *tank)
{
	mutex_lock(&tank->lock);
	tank->level++;
	tank->level = tank->limit;
	mutex_unlock(&tank->lock);
}

static void tank_drain(struct tank *tank)
{
	mutex_lock(&tank->lock);
	tank->level--;
	mutex_unlock(&tank->lock);
}

static void tank_half(struct tank *tank)
{
	mutex_lock(&tank->lock);
	tank->level /= 2;
	tank->level += 1;
	mutex_unlock(&tank->lock);
}

static void tank_work(struct work_struct *work)
{
	struct tank *tank;

	tank = kzalloc(sizeof(*tank), GFP_KERNEL);
	if (!tank)
		return;
	tank_fill(tank, 3);
	mutex_lock(&tank_lock);
	list_add(&tank->list, &tanks);
	mutex_unlock(&tank_lock);
}

void tank_start(void)
{
	INIT_WORK(&tank_maker, tank_work);
}

/* In order: it goes away. */
static void tank_scrap(struct work_struct *work)
{
	struct tank *tank = container_of(work, struct tank, work);

	tank->level = 0;
	kfree(tank);
}

void tank_stop(struct tank *tank)
{
	INIT_WORK(&tank->work, tank_scrap);
}
