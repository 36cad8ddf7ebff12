/* SPDX-License-Identifier: GPL-2.0-or-later */
struct kind {
	struct mutex lock;
};

struct box {
	struct kind *class;
	void *private;
};

void box_give(struct box *box, void *private)
{
	mutex_lock(&box->class->lock);
	box->private = private;
	mutex_unlock(&box->class->lock);
	box->private = NULL;	/* expect: unguarded-access class->lock */
}
