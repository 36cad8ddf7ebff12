/* SPDX-License-Identifier: GPL-2.0-or-later */
struct mdev_device {
	struct list_head next;
	bool active;
};

static LIST_HEAD(mdev_list);
static DEFINE_MUTEX(mdev_list_lock);

void add(struct mdev_device *mdev)
{
	mutex_lock(&mdev_list_lock);
	list_add(&mdev->next, &mdev_list);
	mutex_unlock(&mdev_list_lock);
	mdev->active = true;	/* expect: unguarded-access mdev_list_lock */
}

void del(struct mdev_device *mdev)
{
	list_del(&mdev->next);	/* expect: unguarded-access mdev_list_lock */
}
