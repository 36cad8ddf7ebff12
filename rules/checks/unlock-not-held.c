/* SPDX-License-Identifier: GPL-2.0-or-later */
struct tank {
	struct mutex lock;
	int level;
};

static int tank_fill(struct tank *tank)
{
	int ret = 0;

	mutex_lock(&tank->lock);
	if (tank->level > 9) {
		mutex_unlock(&tank->lock);
		ret = -ENOSPC;
		goto out;
	}
	tank->level++;
out:
	mutex_unlock(&tank->lock);	/* expect: unlock-not-held lock */
	return ret;
}

static void tank_drain(struct tank *tank)
{
	mutex_lock(&tank->lock);
	tank->level = 0;
	mutex_unlock(&tank->lock);
	mutex_unlock(&tank->lock);	/* expect: unlock-not-held lock */
}

static int tank_try(struct tank *tank)
{
	if (!mutex_trylock(&tank->lock)) {
		mutex_unlock(&tank->lock);	/* expect: unlock-not-held lock */
		return -EAGAIN;
	}
	tank->level = 0;
	mutex_unlock(&tank->lock);
	return 0;
}

/* In order: its caller has taken it. */
static void tank_done(struct tank *tank)
{
	tank->level = 0;
	mutex_unlock(&tank->lock);
}

/* In order: dropped and taken again. */
static void tank_rest(struct tank *tank)
{
	mutex_lock(&tank->lock);
	mutex_unlock(&tank->lock);
	msleep(1);
	mutex_lock(&tank->lock);
	mutex_unlock(&tank->lock);
}
