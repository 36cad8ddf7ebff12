// SPDX-License-Identifier: GPL-2.0-or-later
/* in: drivers/vfio/vfio_iommu_spapr_tce.c */

struct tce_iommu_group {
	struct list_head next;
	struct iommu_group *grp;
};

struct tce_container {
	struct mutex lock;
	bool enabled;
	bool def_window_pending;
	unsigned long locked_pages;
	struct iommu_table *tables[2];
	struct list_head group_list;
	struct list_head prereg_list;
};

static long tce_iommu_create_default_window(struct tce_container *container)
{
	if (!container->def_window_pending)
		return 0;
	container->def_window_pending = false;
	container->tables[0] = sample_table();
	return container->tables[0] ? 0 : -ENOMEM;
}

static long sample_create(struct tce_container *container)
{
	long ret;

	mutex_lock(&container->lock);
	ret = tce_iommu_create_default_window(container);
	mutex_unlock(&container->lock);
	return ret;
}

static void sample_forget(struct tce_container *container, struct tce_iommu_group *tcegrp)
{
	mutex_lock(&container->lock);
	container->tables[1] = NULL;
	mutex_unlock(&container->lock);
	list_del(&tcegrp->next);	/* expect: unguarded-access tcegrp->next */
	container->def_window_pending = true;	/* expect: unguarded-access container->lock */
}

static int sample_attach(void *iommu_data, struct tce_iommu_group *tcegrp)
{
	struct tce_container *container = iommu_data;

	mutex_lock(&container->lock);
	if (list_empty(&container->group_list))
		container->enabled = true;
	list_add(&tcegrp->next, &container->group_list);
	mutex_unlock(&container->lock);
	return 0;
}

/* Nobody else has the container any more. */
static void tce_iommu_release(void *iommu_data)
{
	struct tce_container *container = iommu_data;

	container->enabled = false;
	mutex_destroy(&container->lock);
	kfree(container);
}
