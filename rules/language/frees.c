/* SPDX-License-Identifier: GPL-2.0-or-later */
struct box {
	struct mutex lock;
	int state;
	struct ctx *trigger;
};

void box_clear(struct box *box)
{
	mutex_lock(&box->lock);
	ctx_bury(box->trigger);
	mutex_unlock(&box->lock);
	ctx_bury(box->trigger);	/* expect: unguarded-access lock */
}

int box_setup(struct box *box)
{
	int ret;

	box->state = 1;
	ret = box_announce(box);
	if (ret)
		return ret;
	box->state = 2;	/* expect: unguarded-access lock */
	return 0;
}

struct box *box_make(void)
{
	struct box *box = kzalloc(sizeof(*box), GFP_KERNEL);

	if (!box)
		return NULL;
	box->state = 1;
	box_announce(box);
	box->state = 2;	/* expect: unguarded-access lock */
	return box;
}

void box_end(struct box *box)
{
	box->state = 0;
	kfree(box);
}

void box_pause(struct box *box)
{
	box->state = 3;	/* expect: unguarded-access lock */
}
