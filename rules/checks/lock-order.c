/* SPDX-License-Identifier: GPL-2.0-or-later */
struct pump {
	struct mutex lock;
	struct mutex log_lock;
	struct mutex outer;
	struct mutex left;
	struct mutex right;
	int rate;
};

static DEFINE_MUTEX(pumps_lock);

void pump_register(struct pump *pump)
{
	mutex_lock(&pumps_lock);
	mutex_lock(&pump->lock);
	pump->rate = 1;
	mutex_unlock(&pump->lock);
	mutex_unlock(&pumps_lock);
}

void pump_rename(struct pump *pump)
{
	mutex_lock(&pumps_lock);
	mutex_lock(&pump->lock);
	pump->rate = 2;
	mutex_unlock(&pump->lock);
	mutex_unlock(&pumps_lock);
}

/* The only place that takes them this way round. */
void pump_unregister(struct pump *pump)
{
	mutex_lock(&pump->lock);
	mutex_lock(&pumps_lock);	/* expect: lock-order pumps_lock */
	pump->rate = 0;
	mutex_unlock(&pumps_lock);
	mutex_unlock(&pump->lock);
}

/* In order: a trylock waits for nobody. */
void pump_peek(struct pump *pump)
{
	mutex_lock(&pump->lock);
	if (mutex_trylock(&pumps_lock)) {
		pump->rate++;
		mutex_unlock(&pumps_lock);
	}
	mutex_unlock(&pump->lock);
}

static void pump_log(struct pump *pump)
{
	mutex_lock(&pump->log_lock);
	pump->rate++;
	mutex_unlock(&pump->log_lock);
}

void pump_run(struct pump *pump)
{
	mutex_lock(&pump->lock);
	pump_log(pump);
	mutex_unlock(&pump->lock);
}

void pump_walk(struct pump *pump)
{
	mutex_lock(&pump->lock);
	pump_log(pump);
	mutex_unlock(&pump->lock);
}

void pump_dump(struct pump *pump)
{
	mutex_lock(&pump->log_lock);
	mutex_lock(&pump->lock);	/* expect: lock-order lock */
	pump->rate--;
	mutex_unlock(&pump->lock);
	mutex_unlock(&pump->log_lock);
}

/* In order: a third lock keeps the two apart. */
void pump_left(struct pump *pump)
{
	mutex_lock(&pump->outer);
	mutex_lock(&pump->left);
	mutex_lock(&pump->right);
	pump->rate = 3;
	mutex_unlock(&pump->right);
	mutex_unlock(&pump->left);
	mutex_unlock(&pump->outer);
}

void pump_right(struct pump *pump)
{
	mutex_lock(&pump->outer);
	mutex_lock(&pump->right);
	mutex_lock(&pump->left);
	pump->rate = 4;
	mutex_unlock(&pump->left);
	mutex_unlock(&pump->right);
	mutex_unlock(&pump->outer);
}

static void pump_hand_back(struct pump *pump)
{
	mutex_unlock(&pump->left);
	mutex_lock(&pump->outer);
	pump->rate = 5;
	mutex_unlock(&pump->outer);
}

/* In order: the callee lets go of the first before it takes the second. */
void pump_swap(struct pump *pump)
{
	mutex_lock(&pump->left);
	pump_hand_back(pump);
}

/* In order: the callee does not wait. */
static bool pump_try_outer(struct pump *pump)
{
	if (!mutex_trylock(&pump->outer))
		return false;
	pump->rate = 6;
	mutex_unlock(&pump->outer);
	return true;
}

void pump_try(struct pump *pump)
{
	mutex_lock(&pump->right);
	pump_try_outer(pump);
	mutex_unlock(&pump->right);
}
