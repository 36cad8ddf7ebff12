/* SPDX-License-Identifier: GPL-2.0-or-later */
struct box {
	struct mutex lock;
	int state;
};

static DEFINE_MUTEX(boxes_lock);

int box_use(struct box *box, int state)
{
	box_begin_use(box);
	if (state < 0)
		return -EINVAL;	/* expect: missing-unlock lock */
	box->state = state;	/* held: lock */
	box_end_use(box);
	box->state = 0;	/* expect: unguarded-access lock */
	return 0;
}

int box_try(struct box *box)
{
	int ret = box_enter(box);

	if (ret)
		return ret;	/* held: none */
	box->state = 1;	/* held: lock */
	box_end_use(box);
	return 0;
}

int box_by_id(int id)
{
	struct box *box = box_find(id);

	if (!box)
		return -ENOENT;
	box->state = 2;	/* held: lock */
	mutex_unlock(&box->lock);
	return 0;
}

void boxes_reset(void)
{
	boxes_freeze();
	boxes_freeze();	/* expect: double-lock boxes_lock */
	boxes_thaw();
}
